/**
 * Numbers as people type them, judged by the acceptance interval of the value that the lesson states.
 *
 * Read are: comma or point, any minus, thousands in groups, `1e-4`, `3×10^-4`, `3*10**-4`, superscripts, `2^16`, `1/8`,
 * `20,000:1`, a range, a bound, and a unit; another unit of the same kind is converted. `~` says nothing. Python reads
 * written values by stricter rules (`deckforge.model.written`); both agree on everything that an author may write.
 */

import type { Accept } from "../contract";

/** Why an answer is wrong, where that can be told; `typo` goes with a right one. */
export type Why = "" | "unread" | "unit" | "sign" | "power" | "typo";

export interface Mark {
  readonly right: boolean;
  readonly why: Why;
  /** Of `power`: the answer is too large by ten to this power. */
  readonly power?: number;
}

/** What was typed: `values` are the ways to read the first number, `end` those of a range's other end. */
export interface Typed {
  readonly side: "" | "<" | ">";
  readonly values: readonly number[];
  readonly end: readonly number[];
  /** What stands behind the number, spaces stripped. */
  readonly unit: string;
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺";
const DIGITS = String.raw`(\d{1,3}(?:[\s_'’]\d{3})+(?:[.,]\d+)?(?!\d)|\d[\d.,]*|[.,]\d+)`;
const POWER = String.raw`\s*\^\s*[({]?([+-]?\d+(?:[.,]\d+)?)[)}]?`;
const NUMBER = new RegExp(
  String.raw`^([+-]?)\s*${DIGITS}(?:e([+-]?\d+)|${POWER}|\s*[×x·*]\s*${DIGITS}${POWER}|\s*[/:÷]\s*${DIGITS})?`,
  "i",
);
const DASH = /^(?:-|\.\.|…|to(?=\s)|and(?=\s))\s*/i;
/** Units of measure, as opposed to words for what is counted. */
const MEASURE =
  /^(?:(?:[kKMGTPE]i?)?(?:B|[bB]ytes?|[bB]its?|FLOPs?|FLOPS|Hz|W|J)|[nmµμu]?s|secs?|seconds?|min|minutes?|h|hours?|d|days?)(?![^\W\d_])|^%/;

/** Return a text with every sign in the one spelling that the patterns know. */
function plain(text: string): string {
  return text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+/g, (run) => `^${[...run].map((sign) => "0123456789-+"[RAISED.indexOf(sign)]).join("")}`)
    .normalize("NFKC")
    .replace(/[−–—‐‑‒]/g, "-")
    .replace(/\*\*/g, "^")
    .replace(/\\(?:times|cdot)\b/g, "×")
    .replace(/\\%/g, "%")
    .replace(/⁄/g, "/")
    .trim();
}

/** Return the numbers that a run of digits may stand for: `1,234` may be either of two. */
function digits(run: string): number[] {
  const text = run.replace(/[\s_'’]/g, "").replace(/[.,]+$/, "");
  const comma = text.lastIndexOf(",");
  const point = text.lastIndexOf(".");
  let ways: string[];
  if (comma >= 0 && point >= 0) {
    ways = [comma > point ? text.replace(/\./g, "").replace(",", ".") : text.replace(/,/g, "")];
  } else if (comma < 0) {
    ways = [/^\d{1,3}(\.\d{3}){2,}$/.test(text) ? text.replace(/\./g, "") : text];
  } else if (text.indexOf(",") !== comma) {
    ways = [/^\d{1,3}(,\d{3})+$/.test(text) ? text.replace(/,/g, "") : ""];
  } else {
    ways = [text.replace(",", ".")];
    if (/^[1-9]\d{0,2},\d{3}$/.test(text)) ways.push(text.replace(",", ""));
  }
  return ways.filter((way) => way !== "").map(Number);
}

/** Read the number at the start of a text: the ways to read it, and what stands behind. */
function one(text: string): [number[], string] | null {
  const found = NUMBER.exec(text);
  if (!found) return null;
  const [all, sign, first = "", e, exponent, base, power, below] = found;
  const turn = sign === "-" ? -1 : 1;
  const raised = (value: number, by: string): number =>
    value === 10 ? Number(`1e${by}`) : value ** Number(by.replace(",", "."));
  const values = digits(first).flatMap((value) => {
    if (e !== undefined) return Number(`${value}e${e}`);
    if (exponent !== undefined) return raised(value, exponent);
    if (base !== undefined && power !== undefined) {
      return digits(base).map((other) => (other === 10 ? Number(`${value}e${power}`) : value * raised(other, power)));
    }
    return below === undefined ? value : digits(below).map((other) => value / other);
  });
  const finite = values.filter(Number.isFinite).map((value) => (value ? turn * value : 0));
  return finite.length > 0 ? [finite, text.slice(all.length)] : null;
}

/** Return what was typed as a number, or `null` where it is none. */
export function readNumber(text: string): Typed | null {
  let rest = plain(text).replace(/^(?:[~≈=]|(?:about|approx\.?|approximately|roughly|ca\.?)\s)\s*/i, "");
  const side = /^[<≤]/.test(rest) ? "<" : /^[>≥]/.test(rest) ? ">" : "";
  rest = rest.replace(/^[<≤>≥]=?\s*/, "");
  const first = one(rest);
  if (!first) return null;
  let [values, unit] = first;
  unit = unit.trim();
  let end: number[] = [];
  const dash = DASH.exec(unit);
  const second = dash && one(unit.slice(dash[0].length));
  if (second) {
    end = second[0];
    unit = second[1].trim();
  }
  // Digits right behind a number are a second one, or a number that is none: `1,23,4`, `3x10`.
  return /^[x×·*^/:.,]?\s*[\d.,]/i.test(unit) ? null : { side, values, end, unit: unit.replace(/[.;,]+$/, "") };
}

/** Return what a number with such a unit may be multiplied by to stand in the unit asked for; none where it cannot. */
function scales(unit: string, accept: Accept): readonly (readonly [number, number])[] {
  const as = [1, 1] as const;
  const inBase = accept.factor === 1 ? [] : [[1, accept.factor] as const];
  if (unit === "" || unit === accept.unit) return unit === "" ? [as, ...inBase] : [as];
  const known = unitFactor(unit, accept.units);
  if (known !== undefined) return [[known, accept.factor]];
  return accept.unit !== "" && MEASURE.test(unit) ? [] : [as, ...inBase];
}

/** Find a unit among the known spellings: the longest that the text begins with, in other case only where that is clear. */
function unitFactor(unit: string, units: Accept["units"]): number | undefined {
  const begins = (text: string, name: string): boolean =>
    text.startsWith(name) && (!/[^\W\d_]$/.test(name) || !/^[\w/]/.test(text.slice(name.length)));
  const names = Object.keys(units).sort((one, other) => other.length - one.length);
  const exact = names.find((name) => begins(unit, name));
  if (exact !== undefined) return units[exact];
  const lower = unit.toLowerCase();
  const near = names.filter((name) => begins(lower, name.toLowerCase()));
  const factors = new Set(near.filter((name) => name.length === near[0]?.length).map((name) => units[name]));
  return factors.size === 1 ? [...factors][0] : undefined;
}

/** Judge a typed number. */
export function gradeNumber(text: string, accept: Accept): Mark {
  const typed = readNumber(text);
  if (!typed) return { right: false, why: "unread" };
  const ways = scales(typed.unit, accept);
  if (ways.length === 0) return { right: false, why: "unit" };
  // Whoever answers `> 5` where the answer is `> 5` means the bound itself.
  const bound = typed.side !== "";
  const fits = (value: number): boolean =>
    (accept.low === null || value > accept.low || (value === accept.low && (bound || !accept.lowOpen))) &&
    (accept.high === null || value < accept.high || (value === accept.high && (bound || !accept.highOpen)));
  const some = (values: readonly number[], change: number): boolean =>
    values.some((value) => ways.some(([times, by]) => fits((value * change * times) / by)));
  const all = (change: number): boolean =>
    some(typed.values, change) && (typed.end.length === 0 || some(typed.end, change));
  if (typed.side === "<" && accept.low !== null) return { right: false, why: "" };
  if (typed.side === ">" && accept.high !== null) return { right: false, why: "" };
  if (all(1)) return { right: true, why: "" };
  if (accept.low === null || accept.high === null) return { right: false, why: "" };
  if (all(-1)) return { right: false, why: "sign" };
  const power = [1, 2, 3, 6, 9, 12, -1, -2, -3, -6, -9, -12].find((by) => all(10 ** -by));
  return power === undefined ? { right: false, why: "" } : { right: false, why: "power", power };
}

/** Say which answers are accepted, for people: `7.6 to 8.4 GB`, `≥ 5`. */
export function acceptText(accept: Accept): string {
  const { low, high, unit } = accept;
  const show = (value: number): string => String(Number(value.toPrecision(6)));
  const behind = unit === "" || /^[%×]/.test(unit) ? unit : ` ${unit}`;
  if (low === null && high === null) return "";
  if (low === null || high === null) {
    const [sign, open, end] = low === null ? ["≤", accept.highOpen, high ?? 0] : ["≥", accept.lowOpen, low];
    return `${open ? (sign === "≤" ? "<" : ">") : sign} ${show(end)}${behind}`;
  }
  return show(low) === show(high) ? show(low) + behind : `${show(low)} to ${show(high)}${behind}`;
}
