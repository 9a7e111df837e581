/**
 * When a card is asked again: FSRS-6 by ts-fsrs, with Anki's learning steps. A card's memory is a function of its log
 * alone; when it is due is a function of the memory and the learner's settings, so that a change of the desired
 * retention or of the exam's date holds for every card at once.
 */

import { FSRSAlgorithm } from "ts-fsrs";
import type { Entry, Grade } from "./store/log";
import { DAY, dayOf, MINUTE } from "./time";

/** New, learning, reviewed, learning again after a lapse. */
export type State = 0 | 1 | 2 | 3;

export interface Memory {
  readonly state: State;
  /** Which learning step it waits on. */
  readonly step: number;
  readonly stability: number;
  readonly difficulty: number;
  /** When it was last reviewed, and on which of the learner's days. */
  readonly at: number;
  readonly day: number;
  /** The day of its first review. */
  readonly first: number;
  readonly grade: Grade;
  readonly reps: number;
  readonly lapses: number;
}

export interface Plan {
  /** The share of answers that shall be right, 0 to 1. */
  readonly retention: number;
  /** The day of the exam, see `dayOf`, or NaN. */
  readonly exam: number;
}

export const NEW: Memory = {
  state: 0,
  step: 0,
  stability: 0,
  difficulty: 0,
  at: 0,
  day: 0,
  first: 0,
  grade: 0,
  reps: 0,
  lapses: 0,
};

/** In minutes, as Anki's. */
const STEPS: Readonly<Record<1 | 3, readonly number[]>> = { 1: [1, 10], 3: [10] };
const LONGEST = 36_500;
/** How many days before an exam everything is asked once more. */
export const CRAM_DAYS = 3;
/** From this stability on, in days, a card counts as mastered (Anki's "mature"). */
export const MATURE = 21;

export type Model = FSRSAlgorithm;
export const model = (w?: readonly number[]): Model => new FSRSAlgorithm(w ? { w: [...w] } : {});
const usual = model();

/** The memory after one more review. */
export function next(memory: Memory, entry: Pick<Entry, "at" | "day" | "grade">, by: Model = usual): Memory {
  const { at, day } = entry;
  const grade = entry.grade as 1 | 2 | 3 | 4;
  const fresh = !memory.state;
  const { stability, difficulty } = by.next_state(
    fresh ? null : memory,
    fresh ? 0 : Math.max(0, day - memory.day),
    grade,
  );
  let { state, step } = memory;
  if (fresh) state = 1;
  if (state === 2) {
    if (grade === 1) [state, step] = [3, 0];
  } else {
    const last = STEPS[state as 1 | 3].length - 1;
    if (grade === 1) step = 0;
    else if (grade === 4 || (grade === 3 && step >= last)) [state, step] = [2, 0];
    else if (grade === 3) step++;
  }
  const lapses = memory.lapses + (memory.state === 2 && grade === 1 ? 1 : 0);
  const first = fresh ? day : memory.first;
  return { state, step, stability, difficulty, at, day, first, grade, reps: memory.reps + 1, lapses };
}

/** What the whole log says. */
export const replay = (log: readonly Entry[], by?: Model): Memory =>
  log.reduce((memory, entry) => (counts(entry) ? next(memory, entry, by) : memory), NEW);

/** Whether an answer moves the schedule. */
export const counts = (entry: Entry): boolean => entry.mode === "repeat" && entry.grade > 0;

/** How long the memory waits for its next review, in milliseconds. */
export function wait(memory: Memory, plan: Plan, by: Model = usual): number {
  if (memory.state === 2) return interval(memory, plan, by) * DAY;
  const [first = 0, second = first * 2] = STEPS[memory.state as 1 | 3] ?? [];
  if (memory.step) return second * MINUTE;
  return (memory.grade === 2 ? (first + second) / 2 : first) * MINUTE;
}

/** The interval of a reviewed card in days: never beyond the exam while that is ahead. */
function interval(memory: Memory, plan: Plan, by: Model): number {
  const free = Math.round(memory.stability * by.calculate_interval_modifier(plan.retention));
  const left = plan.exam - memory.day;
  return Math.max(1, Math.min(free, left > 0 ? left : LONGEST));
}

/** The first of the learner's days on which the card is asked; a new card has none. */
export function dueDay(memory: Memory, plan: Plan): number {
  if (memory.state !== 2) return dayOf(memory.at + wait(memory, plan));
  const usualDay = memory.day + interval(memory, plan, usual);
  const revision = plan.exam - CRAM_DAYS;
  return memory.day < revision ? Math.min(usualDay, revision) : usualDay;
}

/** Whether the card is asked now; what is learned in minutes is due by the clock, the rest by the day. */
export const isDue = (memory: Memory, plan: Plan, now: number): boolean =>
  memory.state === 2 ? dueDay(memory, plan) <= dayOf(now) : memory.state > 0 && memory.at + wait(memory, plan) <= now;

/** The probability that the answer is known on a day. */
export const recall = (memory: Pick<Memory, "stability" | "day">, day: number, by: Model = usual): number =>
  memory.stability ? by.forgetting_curve(Math.max(0, day - memory.day), memory.stability) : 0;
