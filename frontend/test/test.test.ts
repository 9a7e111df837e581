// @vitest-environment jsdom
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choicesOf } from "../src/ask/choices";
import type { Section } from "../src/contract";
import { drawn, ORDER, type Plan, paperOf, type Question } from "../src/modes/test/paper";
import {
  type Answer,
  band,
  earned,
  isAnswered,
  missed,
  type Own,
  review,
  rowsOf,
  sumBy,
  total,
} from "../src/modes/test/score";
import { card, choice, cloze, essay, term } from "./made";

const units = [
  ...Array.from({ length: 6 }, (_, at) =>
    term(`t${at}`, `term ${at}`, `a definition that says ${at} of something`),
  ).flat(),
  ...card("c", "Which optimizer keeps two moments?", "Adam", { concepts: ["training"], bloom: ["remember"] }),
  ...cloze("z", "forward", "backward"),
  ...choice("one", ["*right", "wrong", "also wrong"], true, { concepts: ["training"], bloom: ["apply"], points: 2 }),
  ...choice("two", ["*right", "*right too", "wrong", "false"], false, { points: 4 }),
  ...essay("e", [6, 4], { points: 10, bloom: ["create"] }),
];
const plan: Plan = { count: 20, minutes: 0, kinds: ORDER };
const paper = paperOf(drawn(units, plan, "s"), units, "s");
const asked = (id: string): Question => paper.find((question) => question.id === id) as Question;

describe("a paper", () => {
  test("asks so many items, some of each kind, those that take longest last", () => {
    const ids = drawn(units, { ...plan, count: 6 }, "s");
    expect(ids).toHaveLength(6);
    expect(ids.slice(-1)).toEqual(["e"]);
    expect(new Set(ids.map((id) => units.find(({ item }) => item.id === id)?.item.kind)).size).toBe(5);
  });

  test("asks the kinds that are wanted, and never more than there are", () => {
    expect(drawn(units, { ...plan, kinds: ["choice", "essay"] }, "s")).toHaveLength(3);
  });

  test("is the same for the same seed, and leaves out what is no longer there", () => {
    expect(paperOf(drawn(units, plan, "s"), units, "s")).toEqual(paper);
    expect(paperOf(["gone", "one"], units, "s").map(({ id }) => id)).toEqual(["one"]);
  });

  test("states only terms as true or false, with their own or another term's definition", () => {
    const truths = [..."abcdef"]
      .flatMap((seed) => paperOf(drawn(units, plan, seed), units, seed))
      .filter(({ stated }) => stated);
    expect(truths.length).toBeGreaterThan(0);
    for (const { stated, unit, choices } of truths) {
      expect(unit.item.kind).toBe("term");
      expect(choices.findIndex(({ key }) => key) === 0).toBe(stated === unit.answer);
    }
  });

  test("shuffles options only where the author lets it", () => {
    expect(asked("two").choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    const orders = ["a", "b", "c", "d", "e", "f"].map((seed) =>
      paperOf(["one"], units, seed)[0]
        ?.choices.map(({ index }) => index)
        .join(""),
    );
    expect(new Set(orders).size).toBeGreaterThan(1);
  });
});

test("options that stand in for an author's are never right and never twice", () => {
  const same = [
    ...card("x", "X?", "Adam"),
    ...card("y", "Y?", "adam."),
    ...card("v", "V?", "SGD"),
    ...card("w", "W?", "RMSProp"),
    ...card("u", "U?", "sgd"),
  ];
  for (const seed of ["a", "b", "c"]) {
    const choices = choicesOf(same[0] as (typeof same)[0], same, seed);
    expect(choices.filter(({ key }) => key).map(({ html }) => html)).toEqual(["<p>Adam</p>"]);
    expect(choices).toHaveLength(3);
  }
});

describe("the marks", () => {
  test("of a choice with several keys are partial, and a wrong pick takes one back", () => {
    const two = asked("two");
    expect(earned(two, { picked: [0, 1] })).toBe(1);
    expect(earned(two, { picked: [0] })).toBe(0.5);
    expect(earned(two, { picked: [0, 1, 2] })).toBe(0.5);
    expect(earned(two, { picked: [0, 1, 2, 3] })).toBe(0);
    expect(earned(two, undefined)).toBe(0);
  });

  test("of blanks count each, and what is typed is judged as words", () => {
    expect(earned(asked("z"), { texts: ["Forward", "sideways"] })).toBe(0.5);
    expect(earned(asked("c"), { texts: ["adam"] })).toBe(1);
    expect(earned(asked("c"), { texts: ["SGD"] }, { right: true })).toBe(1);
  });

  test("of an essay are the learner's own, row by row, once every row has one", () => {
    const question = asked("e");
    expect(rowsOf(question).map(({ points, criterion }) => [points, criterion])).toEqual([
      [6, false],
      [4, false],
      [0, true],
    ]);
    expect(earned(question, { texts: ["…"] })).toBeNull();
    expect(earned(question, { texts: ["words"] }, { rows: [3, null] })).toBeNull();
    expect(earned(question, { texts: ["words"] }, { rows: [3, 4] })).toBe(0.7);
    expect(earned(question, undefined)).toBe(0);
  });

  test("never leave 0 to 1, and sum", () => {
    const answer: fc.Arbitrary<Answer | undefined> = fc.option(
      fc.record({
        picked: fc.subarray([0, 1, 2, 3]),
        texts: fc.array(fc.string(), { maxLength: 3 }),
      }),
      { nil: undefined },
    );
    const own: fc.Arbitrary<Own> = fc.record({ rows: fc.array(fc.integer({ min: -5, max: 50 }), { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(fc.tuple(answer, own), { minLength: paper.length, maxLength: paper.length }), (given) => {
        const results = paper.map((question, at) => ({
          question,
          part: earned(question, given[at]?.[0], given[at]?.[1]),
        }));
        for (const { part } of results) if (part !== null) expect(part >= 0 && part <= 1).toBe(true);
        const sum = total(results);
        const kinds = [...new Set(paper.map(({ unit }) => unit.item.kind))];
        const parts = sumBy(results, kinds, ({ unit }, kind) => unit.item.kind === kind);
        expect(parts.reduce((so, [, part]) => so + part.got, 0)).toBeCloseTo(sum.got);
        expect(parts.reduce((so, [, part]) => so + part.points, 0)).toBe(sum.points);
        expect(sum.percent).toBeGreaterThanOrEqual(0);
        expect(sum.percent).toBeLessThanOrEqual(100);
      }),
    );
  });

  test("tell by concept and level what was missed", () => {
    const results = [
      { question: asked("one"), part: 1 },
      { question: asked("c"), part: 0 },
      { question: asked("e"), part: 0.7 },
      { question: asked("two"), part: null },
    ];
    expect(sumBy(results, ["training", "other"], ({ unit }, name) => unit.summary.concepts.includes(name))).toEqual([
      ["training", { got: 2, points: 3, percent: 67 }],
    ]);
    expect(
      sumBy(results, ["remember", "apply", "create"], ({ unit }, level) =>
        unit.summary.bloom.some((each) => each === level),
      ).map(([name, sum]) => [name, sum.percent]),
    ).toEqual([
      ["remember", 0],
      ["apply", 100],
      ["create", 70],
    ]);
    expect(results.filter(missed).map(({ question }) => question.id)).toEqual(["c"]);
  });
});

test("advice comes from the guide's row that the score falls into, and for the items that were missed", () => {
  const section: Section = {
    kind: "quiz",
    title: "Quiz",
    minutes: 0,
    items: ["one", "two"],
    checklist: [],
    progression: [],
    performance: [
      { low: 0, high: 59, level: "Novice", advice: "Read again" },
      { low: 60, high: 100, level: "Fluent", advice: "Go on" },
    ],
    review: [
      { items: ["two"], text: "Look at two" },
      { items: ["one"], text: "Look at one" },
    ],
  };
  const results = [
    { question: asked("one"), part: 1 },
    { question: asked("two"), part: 0.5 },
  ];
  expect(band(section, total(results))?.level).toBe("Fluent");
  expect(band(section, total([]))?.level).toBe("Novice");
  expect(
    review(
      section,
      results.filter(missed).map(({ question }) => question.id),
    ),
  ).toEqual(["Look at two"]);
});

test("a question counts as answered when all its blanks are filled", () => {
  expect(isAnswered(asked("z"), { texts: ["forward"] })).toBe(false);
  expect(isAnswered(asked("z"), { texts: ["forward", "x"] })).toBe(true);
  expect(isAnswered(asked("one"), { picked: [] })).toBe(false);
});
