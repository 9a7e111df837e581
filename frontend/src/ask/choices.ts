/** The options of a question: the author's own, else right answers of other questions that could be meant. */

import type { Html } from "../contract";
import { bare, gradeText } from "../grade/text";
import { random, shuffled } from "./random";
import { escaped, plainText, type Unit } from "./unit";

export interface Choice {
  readonly html: Html;
  readonly key: boolean;
  /** The author's word to whoever chose it. */
  readonly feedback: Html;
  /** Where it stands in the item; what is kept of an answer. */
  readonly index: number;
}

/** How long an answer may be that is one of several to read. */
const LONGEST = 240;
const MOST = 3;

/** What an answer is called among options. */
function label(unit: Unit): Html {
  if (unit.item.kind === "cloze") return escaped(unit.plain);
  return (!unit.key.endsWith(":r") && unit.item.short) || unit.answer;
}

/** Tell whether two units are answered by the same sort of thing. */
const alike = (one: Unit, other: Unit): boolean =>
  one.item.kind === other.item.kind && one.key.endsWith(":r") === other.key.endsWith(":r");

/** Return wrong answers to a unit, the nearest first: same concept, same lesson, about as long; none twice. */
export function distractors(unit: Unit, units: readonly Unit[], seed: string): readonly Html[] {
  const right = label(unit);
  const words = plainText(right);
  if (words.length > LONGEST || unit.item.kind === "numeric") return [];
  const next = random(seed + unit.key);
  const prompt = bare(plainText(unit.prompt));
  const ranked = units
    .filter((other) => other.item.id !== unit.item.id && alike(unit, other) && bare(plainText(other.prompt)) !== prompt)
    .map((other) => {
      const html = label(other);
      const text = plainText(html);
      const concepts = other.summary.concepts.some((concept) => unit.summary.concepts.includes(concept));
      const apart = Math.abs(Math.log((text.length + 4) / (words.length + 4)));
      return {
        html,
        text,
        rank: apart - (concepts ? 1 : 0) - (other.summary.lesson === unit.summary.lesson ? 0.5 : 0) + next() / 2,
      };
    })
    .filter(({ text }) => text !== "" && text.length <= LONGEST && !gradeText(text, words).right)
    .sort((one, other) => one.rank - other.rank);
  const found: { html: Html; text: string }[] = [];
  for (const entry of ranked) {
    if (found.length < MOST && found.every(({ text }) => bare(text) !== bare(entry.text))) found.push(entry);
  }
  return found.map(({ html }) => html);
}

/** Return the options of a unit in the order to show them, or none where it has to be asked in another way. */
export function choicesOf(unit: Unit, units: readonly Unit[], seed: string): readonly Choice[] {
  const { item } = unit;
  if (item.kind === "choice") {
    const own = item.options.map(({ text, key, feedback }, index) => ({ html: text, key, feedback, index }));
    return item.shuffle ? shuffled(own, seed + unit.key) : own;
  }
  const wrong = distractors(unit, units, seed);
  if (wrong.length < 2) return [];
  return shuffled(
    [label(unit), ...wrong].map((html, index) => ({ html, key: index === 0, feedback: "", index })),
    seed + unit.key,
  );
}
