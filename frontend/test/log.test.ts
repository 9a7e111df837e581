import fc from "fast-check";
import { expect, test } from "vitest";
import { type Entry, line, newId, parse, union } from "../src/store/log";
import { later, type Mark } from "../src/store/marks";

/** Few ids and times, so that the logs have much in common. */
const entries = fc.array(
  fc.record({
    id: fc.constantFrom("a", "b", "c", "d", "e"),
    at: fc.integer({ min: 0, max: 3 }),
    day: fc.integer({ min: 0, max: 2 }),
    grade: fc.constantFrom(0, 1, 2, 3, 4),
    mode: fc.constantFrom("repeat", "learn"),
    ms: fc.integer({ min: 0, max: 9 }),
  }),
);
const logs = entries.map((all) => union("", (all as Entry[]).map(line).join("\n")));

test("merging logs is idempotent, commutative and associative", () => {
  fc.assert(
    fc.property(logs, logs, logs, (a, b, c) => {
      expect(union(a, a)).toBe(a);
      expect(union(a, b)).toBe(union(b, a));
      expect(union(union(a, b), c)).toBe(union(a, union(b, c)));
      expect(union(a, union(a, b))).toBe(union(a, b));
    }),
  );
});

test("merging loses no answer, and what was taken back stays taken back", () => {
  fc.assert(
    fc.property(logs, logs, (a, b) => {
      const both = parse(union(a, b));
      const all = [...parse(a), ...parse(b)];
      expect(new Set(both.map((entry) => entry.id))).toEqual(new Set(all.map((entry) => entry.id)));
      for (const { id, grade } of all) if (!grade) expect(both.find((entry) => entry.id === id)?.grade).toBe(0);
      expect(both.map((entry) => entry.at)).toEqual(both.map((entry) => entry.at).sort());
    }),
  );
});

test("ids are unique and in the log's alphabet", () => {
  const made = Array.from({ length: 1000 }, () => newId(1.7e12));
  expect(new Set(made).size).toBe(1000);
  for (const id of made) expect(id).toMatch(/^[a-z0-9]{15}$/);
});

const marks = fc.record({
  key: fc.constant("star:a"),
  value: fc.constantFrom(true, false, null, 1),
  at: fc.integer({ min: 0, max: 3 }),
});

test("the later mark holds, whichever is merged first", () => {
  fc.assert(
    fc.property(marks, marks, marks, (a: Mark, b: Mark, c: Mark) => {
      expect(later(a, b)).toEqual(later(b, a));
      expect(later(later(a, b), c)).toEqual(later(a, later(b, c)));
      expect(later(a, a)).toEqual(a);
    }),
  );
});
