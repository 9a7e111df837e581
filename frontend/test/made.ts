/** Items for tests, said in one line each. */

import { type Unit, unitsOf } from "../src/ask/unit";
import type { Item, Kind, Summary } from "../src/contract";

const shared = { title: "", short: "", why: "", source: "" };

export function summary(id: string, kind: Kind, more: Partial<Summary> = {}): Summary {
  return {
    id,
    kind,
    lesson: "one",
    section: "flashcards",
    text: id,
    url: `@/lessons/one/#${id}`,
    concepts: [],
    difficulty: "",
    bloom: [],
    critical: false,
    tags: [],
    both: false,
    blanks: [],
    points: 0,
    minutes: 0,
    ...more,
  };
}

export function card(id: string, front: string, answer: string, more: Partial<Summary> = {}): readonly Unit[] {
  const item: Item = { ...shared, id, kind: "card", front, answer: `<p>${answer}</p>`, plain: answer };
  return unitsOf(item, summary(id, "card", more));
}

export function term(id: string, front: string, answer: string, more: Partial<Summary> = {}): readonly Unit[] {
  const item: Item = { ...shared, id, kind: "term", front, answer: `<p>${answer}</p>`, plain: answer };
  return unitsOf(item, summary(id, "term", more));
}

/** A cloze with one deletion for each word. */
export function cloze(id: string, ...words: readonly string[]): readonly Unit[] {
  const blanks = words.map((plain, at) => ({ number: at + 1, front: `${id} needs […] here`, plain }));
  const item: Item = {
    ...shared,
    id,
    kind: "cloze",
    front: `${id} needs …`,
    back: `${id} needs ${words.map((word, at) => `<mark data-number="${at + 1}">${word}</mark>`).join(", ")}`,
    answer: "",
    blanks,
  };
  return unitsOf(item, summary(id, "cloze", { blanks: blanks.map(({ number }) => number) }));
}

/** A choice; keys are marked with `*`. */
export function choice(
  id: string,
  options: readonly string[],
  shuffle = true,
  more: Partial<Summary> = {},
): readonly Unit[] {
  const item: Item = {
    ...shared,
    id,
    kind: "choice",
    front: `Which of ${id}?`,
    explanation: "",
    gap: "",
    shuffle,
    multiple: options.filter((text) => text.startsWith("*")).length > 1,
    options: options.map((text) => ({ text: text.replace("*", ""), key: text.startsWith("*"), feedback: "" })),
  };
  return unitsOf(item, summary(id, "choice", more));
}

export function essay(id: string, rows: readonly number[], more: Partial<Summary> = {}): readonly Unit[] {
  const rubric = {
    levels: ["Good"],
    rows: rows.map((points) => ({ component: `worth ${points}`, points, cells: ["Good"] })),
  };
  const item: Item = {
    ...shared,
    id,
    kind: "essay",
    front: `Discuss ${id}.`,
    tasks: [],
    answer: "",
    rubric,
    criteria: ["Clear"],
    words: "",
  };
  return unitsOf(item, summary(id, "essay", more));
}
