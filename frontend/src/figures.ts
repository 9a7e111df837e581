/** What the learner's progress comes to: standings, mastery, what is to come, what was done. */

import type { Summary } from "./contract";
import { dueDay, MATURE, type Plan } from "./schedule";
import { type Card, keysOf, known } from "./store/card";
import type { Store } from "./store/store";

/** New, learning, mastered. */
export type Standing = 0 | 1 | 2;

/** Two right answers in a row, where a card was only practised; else a memory that lasts three weeks. */
const mastered = ({ memory, streak }: Card): boolean => (memory.state ? memory.stability >= MATURE : streak > 1);

export function standing(item: Summary, store: Store): Standing {
  const cards = keysOf(item).map((key) => store.card(key));
  if (cards.every(mastered)) return 2;
  return cards.some((card) => card.last || card.memory.state) ? 1 : 0;
}

/** How many items are new, being learned, and mastered. */
export function tally(items: readonly Summary[], store: Store): readonly [number, number, number] {
  const found: [number, number, number] = [0, 0, 0];
  for (const item of items) found[standing(item, store)]++;
  return found;
}

/** From 0 to 1: how probably each card is known, nothing for those that were never met; NaN where there are none. */
export function mastery(items: readonly Summary[], store: Store, day: number): number {
  const cards = items.flatMap(keysOf);
  return cards.reduce((sum, key) => sum + known(store.card(key), day), 0) / cards.length;
}

/** How many cards are due on each of the coming days; what is overdue counts for the first. */
export function forecast(cards: readonly string[], store: Store, plan: Plan, today: number, days: number): number[] {
  const found = new Array<number>(days).fill(0);
  for (const key of cards) {
    const { memory } = store.card(key);
    const in_ = memory.state ? Math.max(0, dueDay(memory, plan) - today) : days;
    if (in_ < days) found[in_] = (found[in_] ?? 0) + 1;
  }
  return found;
}

/** How many answers were given in each mode. */
export function answers(store: Store): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { modes } of store.cards.values())
    for (const mode in modes) found[mode] = (found[mode] ?? 0) + (modes[mode] ?? 0);
  return found;
}

/** What an answer takes on average, in milliseconds; a guess where nothing is known yet. */
export function pace(store: Store): number {
  let [ms, count] = [0, 0];
  for (const card of store.cards.values()) {
    ms += card.ms;
    count += card.memory.reps;
  }
  return count > 20 ? ms / count : 12_000;
}

/** How many answers were given on each day. Some cards at a time: it reads the whole log. */
export async function calendar(store: Store): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  let read = 0;
  for (const { log } of store.cards.values()) {
    for (const entry of log ? log.split("\n") : []) {
      const [, , day, grade] = entry.split(" ", 4);
      if (grade !== "0") found.set(Number(day), (found.get(Number(day)) ?? 0) + 1);
    }
    if (++read % 500 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return found;
}
