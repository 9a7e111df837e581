/**
 * The progress as a file that belongs to the learner: written, read back, looked at before anything changes, and then
 * merged with what is here or put in its place. The format is documented in `docs/progress-file.md`.
 */

import type { Course } from "../contract";
import { dayOf, dayText } from "../time";
import { Invalid, list, number, object, one, type Reader, string } from "../validate";
import { words } from "../words";
import { type Entry, type Grade, line, parse, union } from "./log";
import { type Json, later, type Mark } from "./marks";
import type { Store } from "./store";

export const VERSION = 1;

/** Marks below this are about one device. */
const LOCAL = "run:";

interface Answer extends Entry {
  readonly card: string;
}

export interface Progress {
  readonly format: "deckforge-progress";
  readonly version: number;
  readonly algorithm: string;
  readonly course: string;
  readonly title: string;
  /** Who learned, where the learner wrote that down for a teacher; else "". */
  readonly learner: string;
  /** When it was written, by ISO 8601. */
  readonly exported: string;
  readonly log: readonly Answer[];
  readonly marks: readonly Mark[];
}

/** What an import would change. */
export interface Preview {
  readonly progress: Progress;
  /** The logs by card. */
  readonly logs: ReadonlyMap<string, string>;
  readonly answers: number;
  /** Answers that are not here yet. */
  readonly fresh: number;
  /** Cards that they are about. */
  readonly cards: number;
  /** Stars, ticks and settings that are newer than those here. */
  readonly marks: number;
}

export function exported(store: Store, { id, title }: Pick<Course, "id" | "title">, now = Date.now()): string {
  const log: Answer[] = [];
  for (const { key, log: text } of store.cards.values()) {
    for (const { id: event, at, day, grade, mode, ms } of parse(text))
      log.push({ id: event, card: key, at, day, grade, mode, ms });
  }
  const progress: Progress = {
    format: "deckforge-progress",
    version: VERSION,
    algorithm: "fsrs-6",
    course: id,
    title,
    learner: store.get("set:learner", ""),
    exported: new Date(now).toISOString(),
    log: log.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    marks: [...store.marks.values()]
      .filter(({ key }) => !key.startsWith(LOCAL))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
  return JSON.stringify(progress);
}

export const fileName = ({ id }: Pick<Course, "id">, now = Date.now()): string =>
  `${id}-progress-${dayText(dayOf(now))}.json`;

const matching =
  (pattern: RegExp, what: string): Reader<string> =>
  (value, path) => {
    if (pattern.test(string(value, path))) return value as string;
    throw new Invalid(`${path}: expected ${what}`);
  };
const json: Reader<Json> = (value) => value as Json;
const count: Reader<number> = (value, path) => {
  if (Number.isSafeInteger(number(value, path))) return value as number;
  throw new Invalid(`${path}: expected integer`);
};
const shape = object<Progress>({
  format: one("deckforge-progress"),
  version: number,
  algorithm: string,
  course: string,
  title: string,
  learner: string,
  exported: string,
  log: list(
    object<Answer>({
      id: matching(/^[\w-]{1,64}$/, "id"),
      card: matching(/^[^\s]{1,300}$/, "card"),
      at: count,
      day: count,
      grade: (value, path) => {
        if ([0, 1, 2, 3, 4].includes(number(value, path))) return value as Grade;
        throw new Invalid(`${path}: expected 0 to 4`);
      },
      mode: matching(/^[a-z]{1,20}$/, "mode"),
      ms: count,
    }),
  ),
  marks: list(object<Mark>({ key: string, value: json, at: number })),
});

/** What a file holds; throws an `Invalid` that says what is wrong with it. */
export function read(text: string, course: Pick<Course, "id">): Progress {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Invalid(words.progress.noFile);
  }
  const { format, version, course: id } = (data ?? {}) as Partial<Progress>;
  if (format !== "deckforge-progress") throw new Invalid(words.progress.noFile);
  if (version !== VERSION) throw new Invalid(words.progress.newer);
  if (id !== course.id) throw new Invalid(words.progress.other(String(id)));
  return shape(data, "");
}

export function preview(store: Store, progress: Progress): Preview {
  const logs = new Map<string, string>();
  for (const answer of progress.log) {
    const before = logs.get(answer.card);
    logs.set(answer.card, before ? `${before}\n${line(answer)}` : line(answer));
  }
  let fresh = 0;
  let cards = 0;
  for (const [key, log] of logs) {
    const here = new Set(parse(store.card(key).log).map((entry) => entry.id));
    const added = new Set(
      parse(log)
        .map((entry) => entry.id)
        .filter((id) => !here.has(id)),
    ).size;
    fresh += added;
    if (added) cards++;
  }
  const marks = progress.marks.filter((mark) => {
    const here = store.marks.get(mark.key);
    return !here || JSON.stringify(later(here, mark)) !== JSON.stringify(here);
  }).length;
  return { progress, logs, answers: progress.log.length, fresh, cards, marks };
}

/** Puts a progress beside what is here, or with `replace` in its place. Some cards at a time: the page stays responsive. */
export async function apply(store: Store, { progress, logs }: Preview, replace = false): Promise<void> {
  if (replace) store.reset();
  store.merge(
    [],
    progress.marks.filter(({ key }) => !key.startsWith(LOCAL)),
  );
  const all = [...logs];
  for (let from = 0; from < all.length; from += CHUNK) {
    store.merge(
      all.slice(from, from + CHUNK).map(([key, log]) => [key, union("", log)] as const),
      [],
    );
    await new Promise((resolve) => setTimeout(resolve));
  }
  await store.written();
}

const CHUNK = 200;
