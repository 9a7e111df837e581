/**
 * What spaced repetition asks next: what is being learned and is due by the clock, then reviews that are due today, then
 * new cards in the order of study (one of an item a day), within the limits of the day; last, what is being learned and
 * would be due in a little while. It is a function of the learner's progress, so it is the same after a reload, an undo
 * or an answer in another tab.
 */

import { hash } from "./random";
import { dueDay, isDue, wait } from "./schedule";
import type { Settings } from "./settings";
import { itemOf } from "./store/card";
import type { Store } from "./store/store";
import { dayOf, MINUTE } from "./time";

export interface Queue {
  /** The card to ask, or "" at the end. */
  readonly next: string;
  /** How many are left of each today. */
  readonly fresh: number;
  readonly learning: number;
  readonly review: number;
  /** How many new cards are there beyond today's limit, and how many reviews. */
  readonly moreFresh: number;
  readonly moreReview: number;
}

/** What is learned is asked so much early when nothing else is left, as in Anki. */
const AHEAD = 20 * MINUTE;

export function queue(
  cards: readonly string[],
  store: Store,
  settings: Settings,
  now: number,
  /** How many new cards the learner wants today beyond the limit. */
  extra = 0,
): Queue {
  const today = dayOf(now);
  const met = new Set<string>();
  const fresh: string[] = [];
  const review: (readonly [number, string])[] = [];
  const learning: (readonly [number, string])[] = [];
  let [freshDone, reviewDone] = [0, 0];
  for (const key of cards) {
    const { memory } = store.card(key);
    if (memory.state && memory.first === today) {
      freshDone++;
      met.add(itemOf(key));
    } else if (memory.day === today) reviewDone++;
    if (!memory.state) fresh.push(key);
    else if (memory.state !== 2) learning.push([memory.at + wait(memory, settings), key]);
    else if (isDue(memory, settings, now)) review.push([dueDay(memory, settings) + hash(`${key} ${today}`), key]);
  }
  const one = fresh.filter((key) => !met.has(itemOf(key)) && met.add(itemOf(key)));
  const freshLeft = Math.min(one.length, Math.max(0, settings.newPerDay + extra - freshDone));
  const reviewLeft = Math.min(review.length, Math.max(0, settings.reviewsPerDay - reviewDone));
  const [at, key] = least(learning);
  return {
    next:
      at <= now ? key : reviewLeft ? least(review)[1] : freshLeft ? (one[0] as string) : at <= now + AHEAD ? key : "",
    fresh: freshLeft,
    learning: learning.filter(([due]) => due <= now + AHEAD).length,
    review: reviewLeft,
    moreFresh: one.length - freshLeft,
    moreReview: review.length - reviewLeft,
  };
}

const least = (all: readonly (readonly [number, string])[]): readonly [number, string] =>
  all.reduce((a, b) => (b[0] < a[0] ? b : a), [Number.POSITIVE_INFINITY, ""]);
