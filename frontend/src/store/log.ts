/**
 * The review log: every answer that a learner gave, which is the truth that everything else is computed from. The
 * entries of one card are kept as text, a line each, because five thousand strings open ten times as fast as fifty
 * thousand objects; only what is looked at is parsed.
 *
 * Logs from two places are merged by the entries' ids. An answer that was taken back stays, with grade 0: so a copy of
 * the log that still has it cannot bring it back.
 */

/** 0 was taken back; then again, hard, good, easy (in every mode but `repeat`: 1 missed, 3 right). */
export type Grade = 0 | 1 | 2 | 3 | 4;

export interface Entry {
  /** Unique everywhere. */
  readonly id: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** The learner's own day, see `dayOf`. */
  readonly day: number;
  readonly grade: Grade;
  /** Which mode it was given in; only `repeat` moves the schedule. */
  readonly mode: string;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

export const line = (entry: Entry): string =>
  [entry.id, entry.at, entry.day, entry.grade, entry.mode, entry.ms].join(" ");

export const parse = (log: string): Entry[] => (log ? log.split("\n").map(entry) : []);

function entry(text: string): Entry {
  const [id = "", at, day, grade, mode = "", ms] = text.split(" ");
  return { id, at: Number(at), day: Number(day), grade: Number(grade) as Grade, mode, ms: Number(ms) };
}

export const newId = (at: number): string =>
  at.toString(36) +
  Math.floor(Math.random() * 36 ** 7)
    .toString(36)
    .padStart(7, "0");

/** Every entry of both, in the order of time. What was taken back in either stays taken back. */
export function union(one: string, other: string): string {
  if (one === other || !other) return one;
  const found = new Map<string, Entry>();
  for (const each of parse(one ? `${one}\n${other}` : other)) {
    const known = found.get(each.id);
    found.set(each.id, known ? first(known, each) : each);
  }
  return [...found.values()]
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .map(line)
    .join("\n");
}

/** Of two that claim one id: what was taken back, else the lesser text, so that the order of merging never matters. */
const first = (a: Entry, b: Entry): Entry => {
  if (!a.grade !== !b.grade) return a.grade ? b : a;
  return line(a) <= line(b) ? a : b;
};
