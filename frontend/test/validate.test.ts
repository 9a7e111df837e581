import { expect, test } from "vitest";
import { course as fixture } from "../fixtures/make.mjs";
import { course, texts } from "../src/validate";

test("the fixture is what the contract says", () => {
  const { course: whole, lessons } = fixture();
  expect(course(whole, "")).toBe(whole);
  for (const lesson of lessons) expect(texts(lesson, "")).toBe(lesson);
});

const broken = (change: (data: ReturnType<typeof fixture>) => void, what: "course" | "lesson"): string => {
  const data = structuredClone(fixture());
  change(data);
  try {
    if (what === "course") course(data.course, "");
    else texts(data.lessons[0], "");
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};
// biome-ignore lint/suspicious/noExplicitAny: what is broken on purpose has no type
const loose = (value: unknown): any => value;

test.each([
  ["items[2].blanks[1]: expected number", "course", (data) => (loose(data.course.items[2]).blanks[1] = "2")],
  [
    "defaults.test.kinds[0]: expected card|cloze|choice|short|essay|numeric|problem|term",
    "course",
    (data) => (loose(data.course.defaults.test).kinds = ["quiz"]),
  ],
  ["title: expected string", "course", (data) => delete loose(data.course).title],
  ["lessons: expected array", "course", (data) => (loose(data.course).lessons = {})],
  ["items[0].why: expected string", "lesson", (data) => delete loose(data.lessons[0]?.items[0]).why],
  [
    "items[3].options[1].key: expected boolean",
    "lesson",
    (data) => (loose(data.lessons[0]?.items[3]).options[1].key = 1),
  ],
  [
    "items[1].kind: expected card|cloze|choice|short|essay|numeric|problem|term",
    "lesson",
    (data) => (loose(data.lessons[0]).items[1] = null),
  ],
  [
    "sections[0].performance[0]: expected object",
    "lesson",
    (data) => (loose(data.lessons[0]?.sections[0]).performance = [[0, 1]]),
  ],
] as const satisfies readonly (readonly [
  string,
  "course" | "lesson",
  (data: ReturnType<typeof fixture>) => unknown,
])[])("%s", (message, what, change) => {
  expect(broken(change, what)).toBe(message);
});

test("not a number is no number", () => {
  expect(broken((data) => (loose(data.course.items[0]).points = Number.NaN), "course")).toBe(
    "items[0].points: expected number",
  );
});

test("data of another version says so in words", () => {
  expect(broken((data) => (loose(data.course).schema = 99), "course")).toMatch(/different versions/);
});
