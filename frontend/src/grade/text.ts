/**
 * Words as people type them, judged by the answer in plain words.
 *
 * Case, spacing, punctuation, accents, articles and what stands in parentheses say nothing, but a single word in
 * parentheses is another name. Parts divided by `,` `;` `/` or `or` are alternatives, unless `and` or `&` makes them a list, of which all are needed in any order. A word of five
 * letters may have one slip and one of ten two, but not in its first letter (`unsupervised` is not `supervised`), not
 * where there are digits (`fp16`), and not where that makes it the answer of another question. Code and formulas are
 * compared as they stand.
 */

import { type Mark, readNumber } from "./number";

const RIGHT: Mark = { right: true, why: "" };
const TYPO: Mark = { right: true, why: "typo" };
const WRONG: Mark = { right: false, why: "" };
const ARTICLE = /^(the|an?|der|die|das|eine?|le|la|les|une?|el|los|las) (?=.)/;
const AND = /&|\s(?:and|und|et|y)\s/i;

const open = (text: string): string => text.replace(/\([^()]*\)/g, " ").replace(/^\W*$/, text);

/** The words of a text alone, without anything that says nothing. */
export const bare = (text: string): string =>
  open(text)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[−–—‐‑‒]/g, "-")
    .toLowerCase()
    // Points and commas within a number, and its minus, are part of it.
    .replace(/(\d)[.,](?=\d)|(^|[^\p{L}\p{N}])-(?=\d)|[^\p{L}\p{N}+#%]/gu, (sign, digit, before) =>
      digit || before !== undefined ? sign : " ",
    )
    .trim()
    .replace(/\s+/g, " ")
    .replace(ARTICLE, "")
    .replace(/(\D) (?=.)|(\d) (?=\D)/g, "$1$2");

/** How many letters must be changed, added or left out to make one text of another. */
export function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 0; at < one.length; at++) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to++) {
      const [swap = 0, drop = 0] = [row[to], row[to + 1]];
      next.push(Math.min(swap + Number(one[at] !== other[to]), drop + 1, (next[to] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** Compares two bare texts. */
function same(typed: string, answer: string): Mark {
  if (typed === answer) return RIGHT;
  const most =
    answer.length < 5 || /\d/.test(typed + answer) || typed[0] !== answer[0] ? 0 : answer.length < 10 ? 1 : 2;
  return Math.abs(typed.length - answer.length) <= most && distance(typed, answer) <= most ? TYPO : WRONG;
}

/** Splits at signs that divide answers, but not inside a number. */
const split = (text: string, signs: RegExp): string[] =>
  text
    .replace(/(\d)([,/])(?=\d)/g, (_, digit, sign) => digit + (sign === "," ? "‚" : "⁄"))
    .split(signs)
    .map((part) => bare(part.replace("‚", ",").replace("⁄", "/")))
    .filter(Boolean);

/** Compares the parts of a list, in any order. */
function list(typed: string, answer: string): Mark {
  const parts = new RegExp(`[,;]|${AND.source}`, "i");
  const left = split(typed, parts);
  const marks = split(answer, parts).map((part) => {
    const at = left.findIndex((word) => same(word, part).right);
    return at < 0 ? WRONG : same(left.splice(at, 1)[0] ?? "", part);
  });
  return left.length || marks.includes(WRONG) ? WRONG : marks.includes(TYPO) ? TYPO : RIGHT;
}

/** Tells whether an answer is code or a formula, whose every sign counts. */
export const isStrict = (html: string): boolean => /<code|df-math/.test(html);

/** Judges typed words; `others` are the answers of other questions, which no slip may make of this one. */
export function gradeText(typed: string, answer: string, strict = false, others: readonly string[] = []): Mark {
  if (strict) {
    const signs = (text: string): string => text.normalize("NFKC").replace(/[\s${}\\]|[.;]$/g, "");
    return signs(typed) && signs(typed) === signs(answer) ? RIGHT : WRONG;
  }
  const word = bare(typed);
  if (!word) return WRONG;
  const wanted = open(answer);
  // A word in parentheses is another name: `Layer normalization (LayerNorm)`.
  const names = [...answer.matchAll(/\((\S{2,})\)/g)].map(([, name = ""]) => (bare(name) === word ? RIGHT : WRONG));
  const marks = [same(word, bare(answer)), ...names];
  if (AND.test(wanted)) marks.push(list(open(typed), wanted));
  else
    marks.push(
      ...split(wanted, /[,;/]|\s(?:or|oder|ou|o)\s/i).map((part) => (part.length > 1 ? same(word, part) : WRONG)),
    );
  if (marks.includes(RIGHT) || isNumber(typed, answer)) return RIGHT;
  return marks.includes(TYPO) && !others.some((other) => bare(other) === word) ? TYPO : WRONG;
}

/** Tells whether both texts are one number, however it is written. */
function isNumber(typed: string, answer: string): boolean {
  const [one, other] = [readNumber(typed), readNumber(answer)];

  return (
    !!one &&
    !!other &&
    one.side === other.side &&
    (!one.unit || bare(one.unit) === bare(other.unit)) &&
    one.values.some((value) => other.values.includes(value)) &&
    one.end.some((value) => other.end.includes(value))
  );
}
