/** The table of typed numbers that Python has judged by the claims' own rule (`tests/frontend/test_answers.py`). */

import { describe, expect, test } from "vitest";
import answers from "../fixtures/answers.json";
import { gradeNumber } from "../src/grade/number";

describe.each(answers)("$written $override", ({ accept, answers: given }) => {
  test.each(given)("“$typed”: $right", ({ typed, right }) =>
    expect(gradeNumber(typed, { ...accept, units: accept.units as unknown as Record<string, number> }).right).toBe(
      right,
    ),
  );
});
