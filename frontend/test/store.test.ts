import "fake-indexeddb/auto";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { rebuilt } from "../src/store/card";
import type { Grade } from "../src/store/log";
import { Store } from "../src/store/store";
import { apply, exported, fileName, preview, read } from "../src/store/transfer";

let count = 0;
const COURSE = { id: "c", title: "C" };
const fresh = (): Promise<Store> => Store.open({ id: `course-${count++}` });
const NOON = Date.UTC(2026, 10, 25, 12);
const shown = (store: Store): string => exported(store, COURSE, NOON);

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("what is answered is there when the course is opened again", async () => {
  const store = await fresh();
  store.answer("a", 3, "repeat", 1234.6, NOON);
  store.answer("a:r", 1, "learn", 10, NOON + 1);
  store.set("star:a", true, NOON);
  await store.written();
  const again = await Store.open({ id: store.course });
  expect(again.kept).toBe(true);
  expect(shown(again)).toBe(shown(store));
  expect(again.card("a")).toMatchObject({
    last: 3,
    ms: 1235,
    streak: 1,
    modes: { repeat: 1 },
    memory: { reps: 1, state: 1 },
  });
  expect(again.get("star:a", false)).toBe(true);
});

test("an answer that is taken back is as if it had not been given, after a reload too", async () => {
  const store = await fresh();
  store.answer("a", 3, "repeat", 0, NOON);
  const before = { ...store.card("a"), log: "" };
  const entry = store.answer("a", 1, "repeat", 0, NOON + 60_000);
  expect(store.card("a").last).toBe(1);
  store.undo("a", entry);
  expect({ ...store.card("a"), log: "" }).toEqual(before);
  await store.written();
  expect({ ...(await Store.open({ id: store.course })).card("a"), log: "" }).toEqual(before);
});

test("the last writing of a mark holds, within a millisecond and after the clock was set back", async () => {
  const store = await fresh();
  store.set("star:a", true, NOON);
  store.set("star:a", null, NOON);
  expect(store.get("star:a", false)).toBe(false);
  store.set("star:a", true, NOON - 60_000);
  expect(store.get("star:a", false)).toBe(true);
});

test("two tabs keep each other's answers, and hear of them", async () => {
  const one = await fresh();
  const other = await Store.open({ id: one.course });
  const heard = new Promise<void>((resolve) => other.listen(resolve));
  one.answer("a", 3, "repeat", 0, NOON);
  await heard;
  expect(other.card("a").last).toBe(3);
  // Both answer at once: neither has heard of the other.
  one.answer("a", 2, "repeat", 0, NOON + 1000);
  other.answer("a", 4, "repeat", 0, NOON + 2000);
  await Promise.all([one.written(), other.written()]);
  expect((await Store.open({ id: one.course })).card("a").memory.reps).toBe(3);
});

test("where storage is refused everything works until the page is closed", async () => {
  vi.stubGlobal("indexedDB", {
    open: () => {
      throw new DOMException("denied", "SecurityError");
    },
  });
  const store = await fresh();
  store.answer("a", 3, "repeat", 0, NOON);
  await store.written();
  expect(store.kept).toBe(false);
  expect(store.card("a").last).toBe(3);
});

test("a lost connection is made again, and nothing is lost", async () => {
  const store = await fresh();
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(() => {
    throw new DOMException("closing", "InvalidStateError");
  });
  store.answer("a", 3, "repeat", 0, NOON);
  await store.written();
  expect(store.kept).toBe(true);
  expect((await Store.open({ id: store.course })).card("a").last).toBe(3);
});

test("what was on its way when the page was left is there when the course is opened again", async () => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  let leave = (): void => {};
  vi.stubGlobal("addEventListener", (_: string, listener: () => void) => {
    leave = listener;
  });
  const store = await fresh();
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => ({}) as IDBRequest<IDBValidKey>); // never happens
  store.answer("a", 3, "repeat", 0, NOON);
  store.set("star:a", true, NOON);
  leave();
  vi.restoreAllMocks();
  const again = await Store.open({ id: store.course });
  expect([again.card("a").last, again.get("star:a", false)]).toEqual([3, true]);
  await again.written();
  expect([...kept]).toEqual([]);
  expect(shown(await Store.open({ id: store.course }))).toBe(shown(store));
});

test("where a write fails the store says so and goes on", async () => {
  const store = await fresh();
  const told = vi.fn();
  store.listen(told);
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  store.answer("a", 3, "repeat", 0, NOON);
  await store.written();
  expect(store.kept).toBe(false);
  expect(store.card("a").last).toBe(3);
  expect(told).toHaveBeenCalledTimes(2);
});

test("reset forgets everything, in the other tab too", async () => {
  const one = await fresh();
  one.answer("a", 3, "repeat", 0, NOON);
  await one.written();
  const other = await Store.open({ id: one.course });
  const heard = new Promise<void>((resolve) => other.listen(resolve));
  one.reset();
  await Promise.all([one.written(), heard]);
  expect([one, other, await Store.open({ id: one.course })].map((store) => store.cards.size)).toEqual([0, 0, 0]);
});

/** What a learner may do, as data. */
const deeds = fc.array(
  fc.record({
    card: fc.constantFrom("a", "a:r", "b:c1"),
    grade: fc.constantFrom<Grade>(1, 2, 3, 4),
    mode: fc.constantFrom("repeat", "learn"),
    hours: fc.integer({ min: 0, max: 400 }),
    undo: fc.boolean(),
    star: fc.boolean(),
  }),
  { maxLength: 12 },
);
type Deeds = typeof deeds extends fc.Arbitrary<infer T> ? T : never;

const lived = async (all: Deeds): Promise<Store> => {
  vi.stubGlobal("indexedDB", undefined); // in memory, which is quick
  const store = await fresh();
  let at = NOON;
  for (const { card, grade, mode, hours, undo, star } of all) {
    at += hours * 3_600_000;
    const entry = store.answer(card, grade, mode, hours, at);
    if (undo) store.undo(card, entry);
    store.set(`star:${card}`, star, at);
  }
  return store;
};

test("the cards are what their logs say", () =>
  fc.assert(
    fc.asyncProperty(deeds, async (all) => {
      for (const card of (await lived(all)).cards.values()) expect(rebuilt(card.key, card.log)).toEqual(card);
    }),
    { numRuns: 50 },
  ));

test("importing is idempotent and does not depend on the order", () =>
  fc.assert(
    fc.asyncProperty(deeds, deeds, async (here, there) => {
      const [one, other] = [await lived(here), await lived(there)];
      const [first, second] = [shown(one), shown(other)];
      await apply(one, preview(one, read(second, COURSE)));
      await apply(other, preview(other, read(first, COURSE)));
      expect(shown(one)).toBe(shown(other));
      const again = preview(one, read(second, COURSE));
      expect([again.fresh, again.cards, again.marks]).toEqual([0, 0, 0]);
      await apply(one, again);
      expect(shown(one)).toBe(shown(other));
      for (const card of one.cards.values()) expect(card).toEqual(other.cards.get(card.key));
    }),
    { numRuns: 30 },
  ));

test("an import that replaces leaves only what the file holds", async () => {
  const one = await lived([{ card: "a", grade: 3, mode: "repeat", hours: 1, undo: false, star: true }]);
  const other = await lived([{ card: "b:c1", grade: 1, mode: "learn", hours: 2, undo: false, star: false }]);
  await apply(one, preview(one, read(shown(other), COURSE)), true);
  expect(shown(one)).toBe(shown(other));
});

test("the preview counts what is new", async () => {
  const one = await lived([]);
  const other = await lived([
    { card: "a", grade: 3, mode: "repeat", hours: 1, undo: false, star: true },
    { card: "a", grade: 3, mode: "repeat", hours: 1, undo: true, star: true },
  ]);
  expect(preview(one, read(shown(other), COURSE))).toMatchObject({ answers: 2, fresh: 2, cards: 1, marks: 1 });
});

test("what belongs to one device stays there", async () => {
  const store = await lived([]);
  store.set("run:learn:all", { round: 2 });
  expect(shown(store)).not.toContain("run:");
  const file = shown(store).replace('"marks":[]', '"marks":[{"key":"run:x","value":1,"at":1}]');
  await apply(store, preview(store, read(file, COURSE)));
  expect(store.get("run:x", 0)).toBe(0);
});

test("the file is named by course and day", () => {
  expect(fileName(COURSE, NOON)).toBe("c-progress-2026-11-25.json");
});

test.each([
  ["{", /no progress file/],
  ["null", /no progress file/],
  ["[]", /no progress file/],
  ['{"format":"deckforge-progress","version":2,"course":"c"}', /newer version/],
  ['{"format":"deckforge-progress","version":1,"course":"d"}', /another course \(d\)/],
  ['{"format":"deckforge-progress","version":1,"course":"c"}', /algorithm: expected string/],
])("%s is refused in words", (text, message) => {
  expect(() => read(text, COURSE)).toThrow(message);
});

test.each([
  ["log[0].id", { id: "a b" }],
  ["log[0].card", { card: "a\nb" }],
  ["log[0].grade", { grade: 5 }],
  ["log[0].mode", { mode: "two words" }],
  ["log[0].at", { at: 1e300 }],
  ["log[0].ms", { ms: 0.5 }],
])("%s that would break the log is refused", (path, change) => {
  const entry = { id: "a", card: "a", at: 1, day: 0, grade: 3, mode: "learn", ms: 0, ...change };
  const file = {
    format: "deckforge-progress",
    version: 1,
    algorithm: "fsrs-6",
    course: "c",
    title: "",
    learner: "",
    exported: "",
  };
  expect(() => read(JSON.stringify({ ...file, log: [entry], marks: [] }), COURSE)).toThrow(path);
});
