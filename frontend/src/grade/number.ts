/**
 * Numbers as people type them, judged by the acceptance interval of the value that the lesson states.
 *
 * Read are: comma or point, any minus, thousands in groups, `1e-4`, `3×10^-4`, `3*10**-4`, superscripts, `2^16`, `1/8`,
 * `20,000:1`, a range, a bound, and a unit; another unit of the same kind is converted. `~` says nothing. Python reads
 * written values by stricter rules (`deckforge.model.written`); both agree on everything that an author may write.
 */

import type { Accept } from "../contract";

/** Why an answer is wrong, where that can be told; `typo` goes with a right one. A number: too large by ten to this power. */
export type Why = "" | "unread" | "unit" | "sign" | "typo" | number;

export interface Mark {
  readonly right: boolean;
  readonly why: Why;
}

/** What was typed: `values` are the ways to read the first number, `end` those of a range's other end. */
export interface Typed {
  readonly side: string;
  readonly values: readonly number[];
  readonly end: readonly number[];
  /** What stands behind the number. */
  readonly unit: string;
}

const DIGITS = String.raw`(\d{1,3}(?:[\s_'’]\d{3})+(?:[.,]\d+)?(?!\d)|\d[\d.,]*|[.,]\d+)`;
const POWER = String.raw`\s*\^\s*[({]?([+-]?\d+(?:[.,]\d+)?)[)}]?`;
const NUMBER = new RegExp(
  String.raw`^([+-]?)\s*${DIGITS}(?:e([+-]?\d+)|${POWER}|\s*[×x·*]\s*${DIGITS}${POWER}|\s*[/:÷⁄]\s*${DIGITS})?`,
  "i",
);
/** Units of measure, as opposed to words for what is counted. */
const MEASURE = /^(([kKMGTPE]i?)?(B|[Bb]ytes?|[Bb]its?|FLOP\S*|Hz|W|J)|[nmµμu]?s|secs?|min|h|%)(?![^\W\d_])/;

/** The text with every sign in the one spelling that the patterns know. */
const plain = (text: string): string =>
  text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g, "^$&")
    .normalize("NFKC")
    .replace(/[−–—‐‑‒]/g, "-")
    .replace(/\*\*/g, "^")
    .replace(/^\s*([~≈=]|(about|approximately|roughly)\s)|\\(?=%)/gi, "")
    .replace(/\\(times|cdot)/g, "×")
    .trim();

/** The numbers that a run of digits may stand for: `1,234` may be either of two. */
function digits(run: string): number[] {
  const text = run.replace(/[\s_'’]|[.,]+$/g, "");
  const [comma, point] = [text.lastIndexOf(","), text.lastIndexOf(".")];
  const whole = text.replace(/[.,]/g, "");
  if (comma >= 0 && point >= 0) {
    const at = Math.max(comma, point) - (text.length - whole.length - 1);
    return [Number(`${whole.slice(0, at)}.${whole.slice(at)}`)];
  }
  const mark = comma < 0 ? "." : ",";
  if (text.split(mark).length > 2) return /^\d{1,3}([.,]\d{3})+$/.test(text) ? [Number(whole)] : [];
  const value = Number(text.replace(",", "."));
  return /^[1-9]\d{0,2},\d{3}$/.test(text) ? [value, Number(whole)] : [value];
}

/** Reads the number at the start of a text: the ways to read it, and what stands behind. */
function one(text: string): readonly [number[], string] | null {
  const found = NUMBER.exec(text);
  if (!found) return null;
  const [all, sign, first = "", e, exponent, base, power = "", below] = found;
  const raised = (times: number, value: number, by: string): number =>
    value === 10 ? Number(`${times}e${by}`) : times * value ** Number(by.replace(",", "."));
  const values = digits(first)
    .flatMap((value) => {
      if (exponent) return raised(1, value, exponent);
      if (base) return digits(base).map((other) => raised(value, other, power));
      if (below) return digits(below).map((other) => value / other);
      return raised(value, 10, e ?? "0");
    })
    .filter(Number.isFinite)
    .map((value) => (sign === "-" && value ? -value : value));
  return values[0] === undefined ? null : [values, text.slice(all.length).trim()];
}

/** What was typed as a number, or `null` where it is none. */
export function readNumber(text: string): Typed | null {
  const [, sign = "", rest = ""] = /^([<≤>≥]?)=?\s*(.*)$/s.exec(plain(text)) ?? [];
  const first = one(rest);
  if (!first) return null;
  const dash = /^(?:-|\.\.|…|to\s)\s*(.*)$/is.exec(first[1]);
  const second = dash && one(dash[1] ?? "");
  const unit = second ? second[1] : first[1];
  // Digits right behind a number are a second one, or a number that is none: `1,23,4`, `3x10`.
  if (/^[x×·*^/:.,]?\s*[\d.,]/i.test(unit)) return null;
  return { side: sign && (/[<≤]/.test(sign) ? "<" : ">"), values: first[0], end: second?.[0] ?? first[0], unit };
}

/** How many base units a unit is, by the longest spelling that it begins with; in other case only where that is clear. */
function factorOf(unit: string, units: Accept["units"]): number | undefined {
  for (const same of [(text: string) => text, (text: string) => text.toLowerCase()]) {
    const found = Object.keys(units).filter((name) => {
      const behind = same(unit).startsWith(same(name)) ? unit.slice(name.length) : "x";
      return !(/\w$/.test(name) ? /^[\w/]/ : /^x$/).test(behind);
    });
    const longest = Math.max(...found.map((name) => name.length));
    const factors = new Set(found.filter((name) => name.length === longest).map((name) => units[name]));
    if (factors.size === 1) return [...factors][0];
  }
  return undefined;
}

/** The factors that bring a number with such a unit to the unit asked for, as fractions; none where it is another kind. */
function scales(unit: string, { unit: asked, units, factor }: Accept): readonly (readonly [number, number])[] {
  const known = unit && unit !== asked ? factorOf(unit, units) : undefined;
  if (known) return [[known, factor]];
  if (unit && asked && unit !== asked && MEASURE.test(unit)) return [];
  return unit === asked && unit
    ? [[1, 1]]
    : [
        [1, 1],
        [1, factor],
      ]; // as asked, or in full: 1300000000 for 1.3B
}

/** Judges a typed number. */
export function gradeNumber(text: string, accept: Accept): Mark {
  const typed = readNumber(text);
  const no = (why: Why): Mark => ({ right: false, why });
  if (!typed) return no("unread");
  const { low, high, lowOpen, highOpen } = accept;
  const { side, values, end, unit } = typed;
  const ways = scales(unit, accept);
  if (!ways.length) return no("unit");
  // Whoever answers `> 5` where the answer is `> 5` means the bound itself.
  const fits = (value: number): boolean =>
    (low === null || value > low || (value === low && !(lowOpen && !side))) &&
    (high === null || value < high || (value === high && !(highOpen && !side)));
  const all = (change: number): boolean =>
    [values, end].every((ends) =>
      ends.some((value) => ways.some(([times, by]) => fits((value * change * times) / by))),
    );
  if (side && (side === "<" ? low : high) !== null) return no("");
  if (all(1)) return { right: true, why: "" };
  if (low === null || high === null) return no("");
  if (all(-1)) return no("sign");
  return no([1, 2, 3, 6, 9, 12, -1, -2, -3, -6, -9, -12].find((by) => all(10 ** -by)) ?? "");
}
