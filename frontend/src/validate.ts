/**
 * Reads what Python wrote: the shapes of `contract.ts` at run time. A value that does not fit is an `Invalid` which
 * names the exact place (`items[3].options[0].key`), so that a broken site says what is broken and never shows a
 * blank page. Keys that the contract does not know are let through: a newer site may say more.
 */

import type {
  Accept,
  Advice,
  Bloom,
  CardItem,
  ChoiceItem,
  ClozeItem,
  Concept,
  Course,
  Deck,
  Defaults,
  Difficulty,
  Item,
  Kind,
  Lesson,
  NumericItem,
  Option,
  ProblemItem,
  RubricRow,
  Section,
  SectionKind,
  Summary,
  Texts,
  WrittenItem,
} from "./contract";
import { SCHEMA } from "./contract";
import { words } from "./words";

export class Invalid extends Error {}

/** Returns the value as a T, or throws an `Invalid` that names its path. */
export type Reader<T> = (value: unknown, path: string) => T;

const wrong = (path: string, expected: string): never => {
  throw new Invalid(`${path}: expected ${expected}`);
};
const primitive =
  <T>(type: string): Reader<T> =>
  (value, path) =>
    typeof value === type && !Number.isNaN(value) ? (value as T) : wrong(path, type);

export const string = primitive<string>("string");
export const number = primitive<number>("number");
export const boolean = primitive<boolean>("boolean");

export const list =
  <T>(of: Reader<T>): Reader<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value)) return wrong(path, "array");
    for (let i = 0; i < value.length; i++) of(value[i], `${path}[${i}]`);
    return value;
  };

export const object =
  <T extends object>(fields: { readonly [K in keyof T]-?: Reader<T[K]> }): Reader<T> =>
  (value, path) => {
    if (typeof value !== "object" || !value || Array.isArray(value)) return wrong(path, "object");
    for (const key in fields) fields[key]((value as T)[key], path ? `${path}.${key}` : key);
    return value as T;
  };

export const record =
  <T>(of: Reader<T>): Reader<Readonly<Record<string, T>>> =>
  (value, path) => {
    object({})(value, path);
    const entries = value as Record<string, T>;
    for (const key in entries) of(entries[key], `${path}.${key}`);
    return entries;
  };

export const maybe =
  <T>(of: Reader<T>): Reader<T | null> =>
  (value, path) =>
    value === null ? null : of(value, path);

export const one =
  <T extends string>(...allowed: readonly T[]): Reader<T> =>
  (value, path) =>
    allowed.includes(value as T) ? (value as T) : wrong(path, allowed.join("|"));

const strings = list(string);
const schema: Reader<number> = (value, path) => {
  if (number(value, path) === SCHEMA) return SCHEMA;
  throw new Invalid(words.version);
};

const kind = one<Kind>("card", "cloze", "choice", "short", "essay", "numeric", "problem", "term");
const bloom = one<Bloom>("remember", "understand", "apply", "analyze", "evaluate", "create");
const difficulty = one<Difficulty | "">("easy", "medium", "hard", "");
const section = one<SectionKind>("flashcards", "quiz", "problems", "terms");

const page = { id: string, title: string, url: string };
export const course: Reader<Course> = object<Course>({
  schema,
  id: string,
  title: string,
  language: string,
  report: string,
  worker: string,
  lessons: list(object<Lesson>({ ...page, script: string })),
  decks: list(object<Deck>({ ...page, lessons: strings })),
  concepts: list(object<Concept>({ ...page, requires: strings })),
  defaults: object<Defaults>({
    newPerDay: number,
    reviewsPerDay: number,
    retention: number,
    test: object<Defaults["test"]>({ count: number, minutes: number, kinds: list(kind) }),
  }),
  items: list(
    object<Summary>({
      id: string,
      kind,
      lesson: string,
      section,
      text: string,
      url: string,
      concepts: strings,
      difficulty,
      bloom: list(bloom),
      critical: boolean,
      tags: strings,
      both: boolean,
      blanks: list(number),
      points: number,
      minutes: number,
    }),
  ),
});

const common = { id: string, front: string, title: string, short: string, why: string, source: string };
const tasks = list(object({ text: string, points: number }));
const written = object<WrittenItem>({
  ...common,
  kind: one<"short" | "essay">("short", "essay"),
  tasks,
  answer: string,
  rubric: maybe(
    object({
      levels: strings,
      rows: list(object<RubricRow>({ component: string, points: number, cells: strings })),
    }),
  ),
  criteria: strings,
  words: string,
});
const card = object<CardItem>({ ...common, kind: one<"card" | "term">("card", "term"), answer: string, plain: string });
const kinds: { readonly [K in Kind]: Reader<Item> } = {
  card,
  term: card,
  short: written,
  essay: written,
  cloze: object<ClozeItem>({
    ...common,
    kind: one("cloze"),
    back: string,
    answer: string,
    blanks: list(object({ number, front: string, plain: string })),
  }),
  choice: object<ChoiceItem>({
    ...common,
    kind: one("choice"),
    options: list(object<Option>({ text: string, key: boolean, feedback: string })),
    multiple: boolean,
    shuffle: boolean,
    explanation: string,
    gap: string,
  }),
  numeric: object<NumericItem>({
    ...common,
    kind: one("numeric"),
    answer: string,
    explanation: string,
    accept: maybe(
      object<Accept>({
        low: maybe(number),
        high: maybe(number),
        lowOpen: boolean,
        highOpen: boolean,
        unit: string,
        factor: number,
        units: record(number),
      }),
    ),
  }),
  problem: object<ProblemItem>({
    ...common,
    kind: one("problem"),
    tasks,
    hints: list(object({ name: string, text: string })),
    solution: string,
    mistakes: list(object({ mistake: string, why: string, prevention: string })),
    extension: string,
  }),
};
const advice = list(object<Advice>({ items: strings, text: string }));

export const texts: Reader<Texts> = object<Texts>({
  schema,
  course: string,
  lesson: string,
  items: list((value, path) => kinds[kind((value as Item | null)?.kind, `${path}.kind`)](value, path)),
  sections: list(
    object<Section>({
      kind: section,
      title: string,
      minutes: number,
      items: strings,
      performance: list(object({ low: number, high: number, level: string, advice: string })),
      review: advice,
      checklist: advice,
      progression: advice,
    }),
  ),
});
