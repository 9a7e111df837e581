/** A test's marks: of each answer, and summed by whatever one wants to know. */

import { judgeTyped } from "../../ask/judge";
import type { Unit } from "../../ask/unit";
import type { Html, Section } from "../../contract";
import type { Question } from "./paper";

/** What was answered: indices of options, texts of blanks, true or false. */
export interface Answer {
  readonly picked?: readonly number[];
  readonly texts?: readonly string[];
  readonly truth?: boolean;
}

/** What a learner says about the own answer: points of each row, ticked criteria, and `right` where we were wrong. */
export interface Own {
  readonly rows?: readonly (number | null)[];
  readonly ticks?: readonly number[];
  readonly right?: boolean;
}

export function isAnswered(question: Question, answer: Answer | undefined): boolean {
  if (!answer) return false;
  if (question.form === "choice") return (answer.picked ?? []).length > 0;
  if (question.form === "truth") return answer.truth !== undefined;
  const texts = answer.texts ?? [];
  return question.units.every((_, at) => (texts[at] ?? "").trim() !== "");
}

export interface Row {
  readonly label: Html;
  readonly points: number;
}

/** Return what a learner scores an own answer by: the rubric's rows, else the tasks', else the criteria, else one row. */
export function rowsOf({ unit: { item }, points }: Question): readonly Row[] {
  if (item.kind === "short" || item.kind === "essay") {
    const rows = (item.rubric?.rows ?? []).filter((row) => row.points > 0);
    if (rows.length > 0) return rows.map((row) => ({ label: row.component, points: row.points }));
  }
  if (item.kind === "short" || item.kind === "essay" || item.kind === "problem") {
    const tasks = item.tasks.filter((task) => task.points > 0);
    if (tasks.length > 0) return tasks.map((task) => ({ label: task.text, points: task.points }));
  }
  return [{ label: "", points }];
}

/** Return which part of a question's points was earned, 0 to 1; `null` where the learner has yet to say. */
export function earned(question: Question, answer: Answer | undefined, own: Own = {}): number | null {
  if (own.right) return 1;
  switch (question.form) {
    case "truth":
      return answer?.truth === question.stated?.right ? 1 : 0;
    case "choice": {
      const picked = answer?.picked ?? [];
      const keys = question.choices.filter((choice) => choice.key).map((choice) => choice.index);
      const hits = picked.filter((index) => keys.includes(index)).length;
      // Each wrong pick takes back a right one, so that ticking everything earns nothing.
      return keys.length > 0 ? Math.max(0, 2 * hits - picked.length) / keys.length : 0;
    }
    case "typed":
    case "blanks": {
      const right = question.units.filter((unit, at) => judgeTyped(unit, answer?.texts?.[at] ?? "").right).length;
      return right / question.units.length;
    }
    case "written": {
      if (!isAnswered(question, answer)) return 0;
      const rows = rowsOf(question);
      if (!rows.every((_, at) => typeof own.rows?.[at] === "number")) return null;
      const most = rows.reduce((sum, row) => sum + row.points, 0);
      return rows.reduce((sum, row, at) => sum + Math.min(row.points, Math.max(0, own.rows?.[at] ?? 0)), 0) / most;
    }
  }
}

export interface Result {
  readonly question: Question;
  /** 0 to 1, or `null` where the learner has yet to say. */
  readonly part: number | null;
}

export interface Sum {
  readonly earned: number;
  readonly points: number;
}

/** Sum results; those without a score yet do not count. */
export function total(results: readonly Result[]): Sum {
  let [got, points] = [0, 0];
  for (const { question, part } of results) {
    if (part !== null) {
      got += part * question.points;
      points += question.points;
    }
  }
  return { earned: got, points };
}

export const percent = ({ earned: got, points }: Sum): number => (points > 0 ? Math.round((100 * got) / points) : 0);

/** Sum results by each of the names that a question has, in the order in which the names are given. */
export function sumBy(
  results: readonly Result[],
  names: readonly string[],
  of: (unit: Unit) => readonly string[],
): readonly (readonly [string, Sum])[] {
  return names.flatMap((name) => {
    const sum = total(results.filter(({ question }) => of(question.unit).includes(name)));
    return sum.points > 0 ? [[name, sum] as const] : [];
  });
}

/** What counts as missed and is worth another look: anything judged that is not all right, anything else below 70 %. */
export const missed = ({ question, part }: Result): boolean =>
  part !== null && part < (question.form === "written" ? 0.7 : 1);

/** Return what the performance guides say, section by section, about the part of the test that comes from each. */
export function guidance(
  results: readonly Result[],
  sections: readonly Section[],
): readonly { section: Section; percent: number; band: Section["performance"][number] }[] {
  return sections.flatMap((section) => {
    const sum = total(results.filter(({ question }) => section.items.includes(question.id)));
    if (sum.points === 0) return [];
    const reached = percent(sum);
    const band = section.performance.find(({ low, high }) => low <= reached && reached <= high);
    return band ? [{ section, percent: reached, band }] : [];
  });
}

/** Return the review advice that fits what was missed. */
export function review(results: readonly Result[], sections: readonly Section[]): readonly Html[] {
  const ids = new Set(results.filter(missed).map(({ question }) => question.id));
  return sections.flatMap((section) =>
    section.review.filter((advice) => advice.items.some((id) => ids.has(id))).map((advice) => advice.text),
  );
}
