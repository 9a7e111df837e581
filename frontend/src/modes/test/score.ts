/** A test's marks: of each answer, and summed by whatever one wants to know. */

import { judge } from "../../ask/unit";
import type { Html, Section } from "../../contract";
import type { Question } from "./paper";

/** What was answered: the options by their indices, or the text of each blank. */
export type Answer = { readonly picked?: readonly number[]; readonly texts?: readonly string[] };

/** What learners say of their own answers: the points of each row, and `right` where we were wrong. */
export type Own = { readonly rows?: readonly (number | null)[]; readonly right?: boolean };

export const isAnswered = ({ choices, units }: Question, { picked = [], texts = [] }: Answer): boolean =>
  choices.length ? picked.length > 0 : units.every((_, at) => texts[at]?.trim());

/** What a learner scores an own answer by. A criterion is met or not; it counts where there are no points to give. */
export interface Row {
  readonly label: Html;
  readonly points: number;
  readonly criterion: boolean;
}

/** The rows of the rubric, else the tasks that state points, else one row; and the criteria. */
export function rowsOf({ unit: { item }, points }: Question): readonly Row[] {
  const rubric = "rubric" in item && item.rubric ? item.rubric.rows : [];
  const parts = rubric.map((row) => ({ label: row.component, points: row.points }));
  const tasks = "tasks" in item ? item.tasks.map((task) => ({ label: task.text, points: task.points })) : [];
  const criteria = "criteria" in item ? item.criteria : [];
  const scored = [parts, tasks].map((rows) => rows.filter((row) => row.points > 0)).find((rows) => rows.length) ?? [];
  const share = scored.length ? 0 : points / criteria.length;
  return [
    ...(scored.length || criteria.length ? scored : [{ label: "", points }]).map((row) => ({
      ...row,
      criterion: false,
    })),
    ...criteria.map((label) => ({ label, points: share, criterion: true })),
  ];
}

/** Which part of a question's points was earned, 0 to 1; `null` where the learner has yet to say. */
export function earned(question: Question, answer: Answer = {}, own: Own = {}): number | null {
  const { choices, units, typed } = question;
  const { picked = [], texts = [] } = answer;
  if (own.right) return 1;
  if (choices.length) {
    const keys = choices.filter(({ key }) => key);
    const hits = keys.filter(({ index }) => picked.includes(index)).length;
    // Each wrong pick takes back a right one, so that pressing everything earns nothing.
    return Math.max(0, 2 * hits - picked.length) / keys.length;
  }
  if (typed) return units.filter((unit, at) => judge(unit, texts[at] ?? "").right).length / units.length;
  if (!isAnswered(question, answer)) return 0;
  const rows = rowsOf(question);
  const said = own.rows;
  if (!said || rows.some((row, at) => !row.criterion && typeof said[at] !== "number")) return null;
  const sum = (of: (row: Row, at: number) => number): number => rows.reduce((all, row, at) => all + of(row, at), 0);
  return sum((row, at) => Math.min(row.points, Math.max(0, said[at] ?? 0))) / sum((row) => row.points);
}

export interface Result {
  readonly question: Question;
  /** 0 to 1, or `null` where the learner has yet to say. */
  readonly part: number | null;
}

export interface Sum {
  readonly got: number;
  readonly points: number;
  readonly percent: number;
}

/** Sums results; those without a score yet do not count. */
export function total(results: readonly Result[]): Sum {
  let [got, points] = [0, 0];
  for (const { question, part } of results) {
    if (part === null) continue;
    got += part * question.points;
    points += question.points;
  }
  return { got, points, percent: points ? Math.round((100 * got) / points) : 0 };
}

/** Sums results by each of the names that a question may have; names of which nothing was asked are left out. */
export const sumBy = (
  results: readonly Result[],
  names: readonly string[],
  has: (question: Question, name: string) => boolean,
): readonly (readonly [string, Sum])[] =>
  names
    .map((name) => [name, total(results.filter(({ question }) => has(question, name)))] as const)
    .filter(([, sum]) => sum.points);

/** What is worth another look: anything judged that is not all right, anything else below 70 %. */
export const missed = ({ question, part }: Result): boolean =>
  part !== null && part < (question.typed || question.choices.length ? 1 : 0.7);

/** What a section's performance guide says to a score. */
export const band = ({ performance }: Section, { percent }: Sum): Section["performance"][number] | undefined =>
  performance.find(({ low, high }) => low <= percent && percent <= high);

/** The review advice of a section for what was missed. */
export const review = ({ review: rows }: Section, ids: readonly string[]): readonly Html[] =>
  rows.filter(({ items }) => items.some((id) => ids.includes(id))).map(({ text }) => text);
