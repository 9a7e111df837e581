/** What is known about one card: its log, and what follows from it. A card is an item, one of its directions, or one of its deletions. */

import type { Summary } from "../contract";
import { counts, type Memory, NEW, next, recall, replay } from "../schedule";
import { type Entry, line, parse, union } from "./log";

export interface Card {
  readonly key: string;
  readonly log: string;
  readonly memory: Memory;
  /** The newest answer in any mode; 0 where there is none. */
  readonly last: number;
  readonly lastDay: number;
  /** How many right answers stand at the end of the log, in any mode. */
  readonly streak: number;
  /** How many answers were given in each mode, and how long they took in all. */
  readonly modes: Readonly<Record<string, number>>;
  readonly ms: number;
}

/** The cards of an item: `id`, and `id:r` for the other direction; `id:c1`, `id:c2` … for a cloze. */
export const keysOf = (item: Summary): readonly string[] => {
  if (item.blanks.length) return item.blanks.map((number) => `${item.id}:c${number}`);
  return item.both ? [item.id, `${item.id}:r`] : [item.id];
};

/** The item that a card belongs to. */
export const itemOf = (key: string): string => key.replace(/:(r|c\d+)$/, "");

export const fresh = (key: string): Card => ({
  key,
  log: "",
  memory: NEW,
  last: 0,
  lastDay: 0,
  streak: 0,
  modes: {},
  ms: 0,
});

/** The card after one more answer, the newest. */
export function answered(card: Card, entry: Entry): Card {
  const log = card.log ? `${card.log}\n${line(entry)}` : line(entry);
  return { ...counted(card, entry), log, memory: counts(entry) ? next(card.memory, entry) : card.memory };
}

function counted(card: Card, { grade, day, mode, ms }: Entry): Card {
  const modes = { ...card.modes, [mode]: (card.modes[mode] ?? 0) + 1 };
  return { ...card, last: grade, lastDay: day, streak: grade > 1 ? card.streak + 1 : 0, modes, ms: card.ms + ms };
}

/** The card with another log, computed anew. */
export function rebuilt(key: string, log: string): Card {
  const entries = parse(log).filter((entry) => entry.grade);
  return { ...entries.reduce(counted, fresh(key)), log, memory: replay(entries) };
}

export const merged = (card: Card, log: string): Card => {
  const both = union(card.log, log);
  return both === card.log ? card : rebuilt(card.key, both);
};

/** How probable it is that the answer is known, 0 to 1; what was only practised counts as one good review. */
export function known(card: Card, day: number): number {
  if (card.memory.state) return recall(card.memory, day);
  return card.streak ? recall({ stability: PRACTISED, day: card.lastDay }, day) : 0;
}

/** FSRS's stability after a first good review. */
const PRACTISED = 2.3065;
