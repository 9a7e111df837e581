/** What Python writes is what TypeScript reads: the golden files of the one through the validators of the other. */
import { readdirSync, readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { Course, Texts } from "../src/contract";
import { course, texts } from "../src/validate";

const folder = new URL("../../tests/site/golden/", `file://${import.meta.filename}`);
const made: (readonly [string, string, unknown])[] = [];
for (const name of readdirSync(folder).filter((each) => /^study-.*\.js$/.test(each))) {
  // As the browser runs it: in a realm of its own, so that it comes back as plain data.
  const register = (kind: string, data: unknown): unknown => made.push([name, kind, JSON.parse(JSON.stringify(data))]);
  runInNewContext(readFileSync(new URL(name, folder), "utf8"), { deckforge: { register } });
}
const courses = made.filter(([, kind]) => kind === "course").map(([, , data]) => data as Course);
const lessons = made.filter(([, kind]) => kind === "lesson").map(([, , data]) => data as Texts);

test("there are a course and its lessons", () => {
  expect(courses).toHaveLength(1);
  expect(lessons.length).toBeGreaterThan(1);
});

test.each(made)("%s is a %s of the contract", (_, kind, data) => {
  expect((kind === "course" ? course : texts)(data, "")).toBe(data);
});

test("every item has its text, and every blank its front", () => {
  const items = new Map(
    lessons.flatMap((lesson) => lesson.items.map((item) => [item.id, { item, lesson: lesson.lesson }])),
  );
  for (const summary of courses[0]?.items ?? []) {
    const found = items.get(summary.id);
    expect(found?.lesson).toBe(summary.lesson);
    expect(found?.item.kind).toBe(summary.kind);
    const blanks = found?.item.kind === "cloze" ? found.item.blanks.map((blank) => blank.number) : [];
    expect(summary.blanks).toEqual(blanks);
  }
});

test("every kind of item is among them", () => {
  const kinds = new Set(courses[0]?.items.map((item) => item.kind));
  expect([...kinds].sort()).toEqual(["card", "choice", "cloze", "essay", "numeric", "problem", "short", "term"]);
});
