import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { course as fixture } from "../fixtures/make.mjs";
import { calendar, forecast, mastery, pace, standing, tally } from "../src/figures";
import { filtered, fromQuery, queryText, toQuery } from "../src/filter";
import { queue } from "../src/queue";
import type { Settings } from "../src/settings";
import { itemOf, keysOf } from "../src/store/card";
import type { Grade } from "../src/store/log";
import { Store } from "../src/store/store";
import { DAY, dayOf, MINUTE } from "../src/time";

vi.stubGlobal("indexedDB", undefined); // in memory
const fresh = (): Promise<Store> => Store.open({ id: "c" });
const { course } = fixture({ items: 40, lessons: 4 });
const cards = course.items.flatMap(keysOf);
const NOON = new Date(2026, 2, 2, 12).getTime();
const SET: Settings = { newPerDay: 5, reviewsPerDay: 100, retention: 0.9, minutes: 0, examDate: "", exam: Number.NaN };
const at = (day: number, minutes = 0): number => NOON + day * DAY + minutes * MINUTE;

test("new cards come in the order of study, one of an item a day, up to the day's limit", async () => {
  const store = await fresh();
  const met: string[] = [];
  for (let minute = 0; ; minute++) {
    const { next } = queue(cards, store, SET, at(0, minute));
    if (!next) break;
    met.push(next);
    store.answer(next, 4, "repeat", 0, at(0, minute));
  }
  expect(met).toEqual(["chain-rule", "bfloat16", "scaler:c1", "vanishing-fix", "half-precision"]);
  const tomorrow = queue(cards, store, SET, at(1));
  expect([tomorrow.next, tomorrow.fresh]).toEqual(["bfloat16:r", 5]);
  expect(queue(cards, store, SET, at(0, 60), 10)).toMatchObject({ fresh: 10, next: "shrink" });
});

test("what is learned comes first when its minute is there, and early when nothing else is left", async () => {
  const store = await fresh();
  store.answer("chain-rule", 1, "repeat", 0, at(0));
  expect(queue(cards, store, SET, at(0, 0.5)).next).toBe("bfloat16");
  expect(queue(cards, store, SET, at(0, 1)).next).toBe("chain-rule");
  expect(queue(["chain-rule"], store, SET, at(0, 0.5))).toMatchObject({ next: "chain-rule", learning: 1 });
});

test("reviews come before new cards, the longest due first, up to the day's limit", async () => {
  const store = await fresh();
  for (const [index, key] of cards.slice(0, 6).entries()) store.answer(key, 4, "repeat", 0, at(-20 + index));
  const limited = { ...SET, reviewsPerDay: 2 };
  const first = queue(cards, store, limited, at(0));
  expect(first).toMatchObject({ next: cards[0], review: 2, moreReview: 4 });
  store.answer(first.next, 4, "repeat", 0, at(0));
  store.answer(queue(cards, store, limited, at(0, 1)).next, 4, "repeat", 0, at(0, 1));
  expect(queue(cards, store, limited, at(0, 2))).toMatchObject({ review: 0, moreReview: 4, fresh: 5 });
});

test("every session ends, whatever is answered, and undoing all of it leads back to its start", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom<Grade>(1, 2, 3, 4), { maxLength: 60 }), async (grades) => {
      const store = await fresh();
      const start = queue(cards, store, SET, NOON);
      const done: (readonly [string, ReturnType<Store["answer"]>])[] = [];
      let now = NOON;
      for (let step = 0; step < 300; step++) {
        now += MINUTE / 4;
        const { next } = queue(cards, store, SET, now);
        if (!next) break;
        done.push([next, store.answer(next, grades[step] ?? 3, "repeat", 0, now)]);
      }
      expect(queue(cards, store, SET, now).next).toBe("");
      expect(new Set(done.map(([key]) => itemOf(key))).size).toBe(SET.newPerDay);
      for (const [key, entry] of done.reverse()) store.undo(key, entry);
      expect(queue(cards, store, SET, NOON)).toEqual(start);
    }),
    { numRuns: 30 },
  );
});

test("a filter is its address, both ways", () => {
  const text = "?mode=test&lesson=lesson-1,lesson-2&difficulty=hard&starred&count=20";
  const query = new URLSearchParams(text);
  const filter = fromQuery(query);
  expect(filter).toEqual({ lesson: ["lesson-1", "lesson-2"], difficulty: ["hard"], starred: true });
  expect(fromQuery(toQuery(filter, new URLSearchParams()))).toEqual(filter);
  expect(queryText(toQuery({ due: true, concept: ["a", "b"] }, new URLSearchParams("mode=learn&starred")))).toBe(
    "?mode=learn&concept=a,b&due",
  );
  expect(queryText(new URLSearchParams())).toBe("");
  expect(fromQuery(new URLSearchParams("starred=0&concept="))).toEqual({});
});

test("the keys of a filter are all of these, the values of one any of these", async () => {
  const store = await fresh();
  const progress = { store, plan: SET, now: at(0) };
  const chosen = (query: string): string[] =>
    filtered(course.items, fromQuery(new URLSearchParams(query)), progress).map(({ id }) => id);
  expect(chosen("kind=term,cloze&lesson=lesson-1")).toEqual(["bfloat16", "scaler"]);
  expect(chosen("items=scaler,chain-rule")).toEqual(["chain-rule", "scaler"]);
  store.set("star:scaler", true);
  store.answer("scaler:c2", 1, "learn", 0, at(-1));
  store.answer("chain-rule", 4, "repeat", 0, at(-30));
  expect(chosen("starred")).toEqual(["scaler"]);
  expect(chosen("missed")).toEqual(["scaler"]);
  expect(chosen("due")).toEqual(["chain-rule"]);
  expect(chosen("new&lesson=lesson-1")).not.toContain("scaler");
  store.answer("scaler:c2", 3, "learn", 0, at(0));
  expect(chosen("missed")).toEqual([]);
});

test("standings and mastery", async () => {
  const store = await fresh();
  const [card, term] = course.items;
  if (!card || !term) throw new Error("the fixture has items");
  expect([standing(card, store), mastery([card], store, dayOf(NOON)), mastery([], store, 0)]).toEqual([
    0,
    0,
    Number.NaN,
  ]);
  store.answer(card.id, 3, "learn", 0, at(0));
  expect([standing(card, store), mastery([card], store, dayOf(NOON))]).toEqual([1, 1]);
  expect(mastery([card, term], store, dayOf(NOON))).toBeCloseTo(1 / 3); // the term has two cards
  store.answer(card.id, 3, "learn", 0, at(0, 1));
  expect(standing(card, store)).toBe(2);
  store.answer(card.id, 3, "repeat", 0, at(0, 2)); // now its memory decides
  expect(standing(card, store)).toBe(1);
  for (const day of [8, 40, 120]) store.answer(card.id, 4, "repeat", 0, at(day));
  expect(standing(card, store)).toBe(2);
  expect(mastery([card], store, dayOf(at(160)))).toBeGreaterThan(0.85);
  expect(tally(course.items, store)).toEqual([39, 0, 1]);
});

test("what is ahead and what was done", async () => {
  const store = await fresh();
  store.answer("chain-rule", 4, "repeat", 6000, at(0)); // in eight days
  store.answer("bfloat16", 1, "repeat", 4000, at(0));
  const gone = store.answer("scaler:c1", 3, "learn", 0, at(1));
  store.undo("scaler:c1", gone);
  expect(forecast(cards, store, SET, dayOf(at(0)), 10)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
  expect(forecast(cards, store, SET, dayOf(at(30)), 2)).toEqual([2, 0]);
  expect([...(await calendar(store))]).toEqual([[dayOf(at(0)), 2]]);
  expect(pace(store)).toBe(12_000);
  for (let time = 0; time < 30; time++) store.answer("chain-rule", 3, "repeat", 6000, at(2, time));
  expect(pace(store)).toBeCloseTo((31 * 6000 + 4000) / 32);
});
