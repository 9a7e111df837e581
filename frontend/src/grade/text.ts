/**
 * Words as people type them, judged by the answer in plain words.
 *
 * Case, spacing, punctuation, accents, articles and what stands in parentheses say nothing. Parts divided by `,` `;` `/`
 * or `or` are alternatives, unless `and` or `&` makes them a list, of which all are needed in any order. A word of five
 * letters may have one slip and one of ten two, but not in its first letter (`unsupervised` is not `supervised`), not
 * where there are digits (`fp16`), and not where that makes it the answer of another question. Code and formulas are
 * compared as they stand.
 */

import { type Mark, readNumber } from "./number";

const RIGHT: Mark = { right: true, why: "" };
const TYPO: Mark = { right: true, why: "typo" };
const WRONG: Mark = { right: false, why: "" };
const ARTICLE = /^(?:the|an?|der|die|das|eine?|le|la|les|une?|el|los|las) (?=.)/;
const DIGIT = /\d/;

const without = (text: string): string => {
  const open = text.replace(/\([^()]*\)/g, " ");
  return /[\p{L}\p{N}]/u.test(open) ? open : text;
};

/** Return the words of a text alone, without anything that says nothing. */
export function bare(text: string): string {
  return without(text)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[−–—‐‑‒]/g, "-")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+#%]/gu, (sign, at: number, all: string) => {
      const [before = "", behind = ""] = [all[at - 1], all[at + 1]];
      const inside =
        DIGIT.test(behind) && (/[.,]/.test(sign) ? DIGIT.test(before) : sign === "-" && !/[\p{L}\p{N}]/u.test(before));
      return inside ? sign : " ";
    })
    .trim()
    .replace(/\s+/g, " ")
    .replace(ARTICLE, "")
    .replace(/(\D) (?=.)|(\d) (?=\D)/g, "$1$2");
}

/** Return how many letters must be changed, added or left out to make one text of another, up to `most` + 1. */
export function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let to = 1; to < row.length; to++) {
      const [swap = 0, drop = 0, add = 0] = [row[to - 1], row[to], next[to - 1]];
      next.push(Math.min(swap + (letter === other[to - 1] ? 0 : 1), drop + 1, add + 1));
    }
    row = next;
  }
  return row[other.length] ?? most + 1;
}

/** Compare two bare texts. */
function same(typed: string, answer: string): Mark {
  if (typed === answer) return RIGHT;
  const most = answer.length >= 10 ? 2 : answer.length >= 5 ? 1 : 0;
  if (!most || DIGIT.test(typed + answer) || typed[0] !== answer[0]) return WRONG;
  return distance(typed, answer, most) <= most ? TYPO : WRONG;
}

const better = (one: Mark, other: Mark): Mark => (one === RIGHT || other === WRONG ? one : other);

/** Split at signs that divide answers, but not inside a number. */
const split = (text: string, signs: RegExp): string[] =>
  text
    .replace(/(\d)[,/](?=\d)/g, (found) => found.replace(",", "‚").replace("/", "⁄"))
    .split(signs)
    .map((part) => bare(part.replace("‚", ",").replace("⁄", "/")))
    .filter((part) => part !== "");

/** Compare the parts of a list, in any order. */
function list(typed: string, answer: string): Mark {
  const signs = /[,;&]|\s(?:and|und|et|y)\s/i;
  const left = split(typed, signs);
  const parts = split(answer, signs);
  if (left.length !== parts.length) return WRONG;
  let mark: Mark = RIGHT;
  for (const part of parts) {
    const found = left.findIndex((word) => same(word, part) !== WRONG);
    if (found < 0) return WRONG;
    if (same(left.splice(found, 1)[0] ?? "", part) === TYPO) mark = TYPO;
  }
  return mark;
}

/** Tell whether an answer is code or a formula, whose every sign counts. */
export const isStrict = (html: string): boolean => /<code|df-math/.test(html);

const signs = (text: string): string => text.normalize("NFKC").replace(/[\s${}\\]|[.;]$/g, "");

/** Judge typed words; `others` are the answers of other questions, which no slip may turn this one into. */
export function gradeText(typed: string, answer: string, strict = false, others: readonly string[] = []): Mark {
  if (strict) return signs(typed) !== "" && signs(typed) === signs(answer) ? RIGHT : WRONG;
  const word = bare(typed);
  if (word === "") return WRONG;
  let mark = same(word, bare(answer));
  const open = without(answer);
  if (/&|\s(?:and|und|et|y)\s/i.test(open)) mark = better(mark, list(without(typed), open));
  else {
    for (const part of split(open, /[,;/]|\s(?:or|oder|ou|o)\s/i))
      if (part.length > 1) mark = better(mark, same(word, part));
  }
  if (mark === WRONG && number(typed, answer)) return RIGHT;
  return mark === TYPO && others.some((other) => bare(other) === word) ? WRONG : mark;
}

/** Tell whether both texts are one number, however it is written. */
function number(typed: string, answer: string): boolean {
  const [one, other] = [readNumber(typed), readNumber(answer)];
  if (!one || !other || one.end.length > 0 || other.end.length > 0 || one.side !== other.side) return false;
  if (one.unit !== "" && other.unit !== "" && bare(one.unit) !== bare(other.unit)) return false;
  return one.values.some((value) => other.values.includes(value));
}
