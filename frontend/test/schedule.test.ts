import fc from "fast-check";
import { fsrs, generatorParameters, type Grade as Rating, State } from "ts-fsrs";
import { expect, test } from "vitest";
import { CRAM_DAYS, dueDay, isDue, type Memory, NEW, next, type Plan, recall, wait } from "../src/schedule";
import type { Grade } from "../src/store/log";
import { DAY, dayFrom, dayOf, dayText, endOfDay, MINUTE } from "../src/time";

const NOON = new Date(2026, 2, 2, 12).getTime();
const PLAN: Plan = { retention: 0.9, exam: Number.NaN };
const after = (memory: Memory, grade: Grade, at: number): Memory => next(memory, { grade, at, day: dayOf(at) });
const learned = (...grades: Grade[]): Memory =>
  grades.reduce((memory, grade, index) => after(memory, grade, NOON + index * 10 * MINUTE), NEW);

test("learning steps are Anki's", () => {
  const waits = (memory: Memory): number[] =>
    ([1, 2, 3, 4] as const).map((grade) => wait(after(memory, grade, NOON), PLAN) / MINUTE);
  expect(waits(NEW)).toEqual([1, 5.5, 10, 8 * 1440]);
  expect(waits(learned(3)).slice(0, 2)).toEqual([1, 10]);
  expect(waits(learned(3))[2]).toBe(2 * 1440);
  expect(waits(learned(4)).slice(0, 1)).toEqual([10]);
  expect(waits(learned(4, 1)).slice(0, 2)).toEqual([10, 15]);
});

test("the memory is that of ts-fsrs, whatever is left out of it here", () => {
  const scheduler = fsrs(generatorParameters({ enable_fuzz: false }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom<Grade>(1, 2, 3, 4), fc.integer({ min: 0, max: 60 })), { maxLength: 30 }),
      (history) => {
        let memory = NEW;
        let at = Date.UTC(2026, 0, 1, 12);
        let card = {
          due: new Date(at),
          stability: 0,
          difficulty: 0,
          elapsed_days: 0,
          scheduled_days: 0,
          reps: 0,
          lapses: 0,
          learning_steps: 0,
          state: State.New,
        };
        for (const [grade, days] of history) {
          at += days * DAY;
          memory = next(memory, { grade, at, day: Math.floor(at / DAY) });
          card = scheduler.next(card, new Date(at), grade as number as Rating).card;
          expect(memory.stability).toBeCloseTo(card.stability, 6);
          expect(memory.difficulty).toBeCloseTo(card.difficulty, 6);
          expect(memory.state).toBe(card.state);
          expect(memory.lapses).toBe(card.lapses);
        }
      },
    ),
  );
});

test("no page gets a patched Date", () => {
  // The library patches it where it is not bundled, as in this test; the bundle is looked at in `bundle.test.ts`.
  expect("scheduler" in Date.prototype).toBe(true);
});

test("a higher retention is asked sooner, for cards that are already there", () => {
  const memory = learned(4);
  const due = [0.7, 0.8, 0.9, 0.95].map((retention) => dueDay(memory, { ...PLAN, retention }));
  expect([...due].sort((a, b) => b - a)).toEqual(due);
  expect(new Set(due).size).toBe(4);
});

test("no interval passes the exam, and in its last days everything comes once more", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<Grade>(2, 3, 4), { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 1, max: 60 }),
      (grades, left) => {
        const memory = learned(...grades);
        const exam = memory.day + left;
        const plan = { ...PLAN, exam };
        expect(dueDay(memory, plan)).toBeLessThanOrEqual(exam);
        if (left > CRAM_DAYS) expect(dueDay(memory, plan)).toBeLessThanOrEqual(exam - CRAM_DAYS);
        expect(dueDay(memory, plan)).toBeGreaterThanOrEqual(memory.day);
      },
    ),
  );
  const memory = learned(4);
  const passed = { ...PLAN, exam: memory.day - 1 };
  expect(dueDay(memory, passed)).toBe(dueDay(memory, PLAN));
});

test("what is reviewed is due from the morning of its day, what is learned from its minute", () => {
  const reviewed = learned(4);
  const morning = endOfDay(NOON) + 7 * DAY;
  expect(isDue(reviewed, PLAN, morning - 1)).toBe(false);
  expect(isDue(reviewed, PLAN, morning)).toBe(true);
  const learning = learned(1);
  expect(isDue(learning, PLAN, NOON + MINUTE - 1)).toBe(false);
  expect(isDue(learning, PLAN, NOON + MINUTE)).toBe(true);
  expect(isDue(NEW, PLAN, NOON)).toBe(false);
});

test("what is known fades, from certain on the day itself to the retention on the day it is due", () => {
  const memory = learned(3, 3);
  expect(recall(memory, memory.day)).toBe(1);
  expect(recall(memory, dueDay(memory, PLAN))).toBeCloseTo(0.9, 1);
  expect(recall(memory, memory.day + 1000)).toBeLessThan(0.6);
  expect(recall(NEW, memory.day)).toBe(0);
});

test("days begin at four in the morning", () => {
  const at = (hours: number): number => new Date(2026, 2, 2, hours).getTime();
  expect(dayOf(at(3))).toBe(dayOf(at(0)));
  expect(dayOf(at(4))).toBe(dayOf(at(3)) + 1);
  expect(dayText(dayOf(at(12)))).toBe("2026-03-02");
  expect(dayFrom("2026-03-02")).toBe(dayOf(at(12)));
  expect(dayFrom("")).toBeNaN();
  expect(endOfDay(at(12))).toBe(at(28));
  expect(endOfDay(at(3))).toBe(at(4));
});
