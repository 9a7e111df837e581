import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Accept } from "../src/contract";
import { gradeNumber, readNumber } from "../src/grade/number";
import { bare, distance, gradeText } from "../src/grade/text";

const accept = (more: Partial<Accept>): Accept => ({
  low: null,
  high: null,
  lowOpen: false,
  highOpen: false,
  unit: "",
  factor: 1,
  units: {},
  ...more,
});
const memory = accept({
  low: 7.6,
  high: 8.4,
  unit: "GB",
  factor: 1e9,
  units: { GB: 1e9, MB: 1e6, GiB: 2 ** 30, B: 1, bytes: 1 },
});

describe("a number is read as people type it", () => {
  test.each([
    ["0,2888", [0.2888]],
    ["-0.6", [-0.6]],
    ["−0.6", [-0.6]],
    ["–0.6", [-0.6]],
    [".5", [0.5]],
    ["5.", [5]],
    ["1 000 000", [1_000_000]],
    ["1'000", [1000]],
    ["1.234.567", [1_234_567]],
    ["1,234,567.5", [1_234_567.5]],
    ["1.234,5", [1234.5]],
    ["1,234", [1.234, 1234]],
    ["1e-4", [0.0001]],
    ["3×10^-4", [0.0003]],
    ["3*10**-4", [0.0003]],
    ["3·10⁻⁴", [0.0003]],
    ["3 x 10^{-4}", [0.0003]],
    ["10^-4", [0.0001]],
    ["2^16", [65_536]],
    ["2**16", [65_536]],
    ["2¹⁶", [65_536]],
    ["-2^16", [-65_536]],
    ["1/8", [0.125]],
    ["½", [0.5]],
    ["20000:1", [20_000]],
    ["≈ 8", [8]],
    ["about 8", [8]],
  ])("%s", (text, values) => expect(readNumber(text)?.values).toEqual(values));

  test.each(["", "abc", "-", "3x10", "1,23,4", "8 4", "e5"])("“%s” is none", (text) =>
    expect(readNumber(text)).toBeNull(),
  );
});

describe("a number is judged by the interval", () => {
  test.each(["8", "7,6", "8.4", "8 GB", "8gb", "8000 MB", "8e9", "8000000000 bytes", "7.45 GiB", "8 gigs", "7.7–8.3"])(
    "%s is right",
    (text) => expect(gradeNumber(text, memory)).toEqual({ right: true, why: "" }),
  );

  test.each([
    ["8.5", ""],
    ["7–8", ""],
    ["> 8", ""],
    ["-8", "sign"],
    ["8 s", "unit"],
    ["eight", "unread"],
  ])("%s is wrong: %s", (text, why) => expect(gradeNumber(text, memory)).toEqual({ right: false, why }));

  test("an answer off by a power of ten is told by which", () =>
    expect(gradeNumber("8000", memory)).toEqual({ right: false, why: 3 }));

  test("an open end leaves itself out, unless the bound is what was answered", () => {
    const above = accept({ low: 5, lowOpen: true });
    expect(gradeNumber("5", above).right).toBe(false);
    expect(gradeNumber("5.01", above).right).toBe(true);
    expect(gradeNumber("> 5", above).right).toBe(true);
    expect(gradeNumber("< 5", above).right).toBe(false);
  });

  test("percent may stand behind a plain number, and needs not stand behind one in percent", () => {
    expect(gradeNumber("25 %", accept({ low: 0.24, high: 0.26, units: { "%": 0.01 } })).right).toBe(true);
    expect(gradeNumber("8", accept({ low: 7.5, high: 8.5, unit: "%" })).right).toBe(true);
    expect(gradeNumber("0.08", accept({ low: 7.5, high: 8.5, unit: "%" })).right).toBe(false);
  });

  test("nothing outside the interval is ever right, in any writing", () => {
    const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(finite, finite, finite, fc.boolean(), fc.boolean(), (value, one, other, lowOpen, highOpen) => {
        const [low, high] = one <= other ? [one, other] : [other, one];
        const inside = (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
        const writings = [String(value), String(value).replace("-", "−"), value.toExponential()];
        for (const text of writings) {
          const [read] = readNumber(text)?.values ?? [];
          if (Object.is(read, value))
            expect(gradeNumber(text, accept({ low, high, lowOpen, highOpen })).right).toBe(inside);
        }
      }),
    );
  });

  test("any text at all is read or refused, never an accident", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "grapheme" }), fc.stringMatching(/^[-+0-9.,e^×x*/: GBMs%]{0,12}$/)),
        (text) => {
          for (const value of readNumber(text)?.values ?? []) expect(Number.isFinite(value)).toBe(true);
          expect(gradeNumber(text, memory).right && gradeNumber(text, accept({ low: 9e99, high: 9e99 })).right).toBe(
            false,
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("words are judged by what they say", () => {
  test.each([
    ["optimizer", "Optimizer"],
    ["learning rate", "the learning rate"],
    ["batchnorm", "Batch-Norm"],
    ["ReLU", "ReLU (rectified linear unit)"],
    ["rectified linear unit", "rectified linear unit (ReLU)"],
    ["layernorm", "Layer normalization (LayerNorm)"],
    ["variance, mean", "mean and variance"],
    ["AdamW", "Adam; AdamW"],
    ["warm up", "warm-up / ramp"],
    ["ramp", "warm-up / ramp"],
    ["1,024", "1024"],
    ["0.0001", "1e-4"],
    ["naive bayes", "Naïve Bayes"],
    ["c++", "C++"],
  ])("%s is %s", (typed, answer) => expect(gradeText(typed, answer)).toEqual({ right: true, why: "" }));

  test.each([
    ["optimiser", "Optimizer"],
    ["backpropogaton", "backpropagation"],
    ["varience and mean", "mean and variance"],
  ])("%s is %s, with a slip", (typed, answer) =>
    expect(gradeText(typed, answer)).toEqual({ right: true, why: "typo" }),
  );

  test.each([
    ["", "Optimizer"],
    ["the", "Optimizer"],
    ["mean", "mean and variance"],
    ["unsupervised", "supervised"],
    ["float16", "bfloat16"],
    ["fp16", "bf16"],
    ["1 2", "12"],
    ["-1", "1"],
    ["Adam", "Adan"],
    ["c", "C++"],
  ])("“%s” is not %s", (typed, answer) => expect(gradeText(typed, answer).right).toBe(false));

  test("a slip that makes another question's answer is none", () => {
    expect(gradeText("minimization", "maximization").why).toBe("typo");
    expect(gradeText("minimization", "maximization", false, ["Minimization"]).right).toBe(false);
  });

  test("in code and formulas every sign counts but spaces", () => {
    expect(gradeText("optimizer.zero_grad( )", "optimizer.zero_grad()", true).right).toBe(true);
    expect(gradeText("optimizer.zerograd()", "optimizer.zero_grad()", true).right).toBe(false);
    expect(gradeText("N^2", "$N^{2}$", true).right).toBe(true);
  });

  test("an answer is always right as it stands, in capitals, and with an article", () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (parts) => {
        const answer = parts.join(" ");
        for (const typed of [answer, answer.toUpperCase(), `  ${parts.join("  ")}.`]) {
          expect(gradeText(typed, answer).right).toBe(bare(answer) !== "");
        }
      }),
    );
  });

  test("the distance of two words is a distance", () => {
    const word = fc.stringMatching(/^[ab]{0,8}$/);
    fc.assert(
      fc.property(word, word, word, (one, other, third) => {
        expect(distance(one, other)).toBe(distance(other, one));
        expect(distance(one, other) === 0).toBe(one === other);
        expect(distance(one, third)).toBeLessThanOrEqual(distance(one, other) + distance(other, third));
      }),
    );
  });
});
