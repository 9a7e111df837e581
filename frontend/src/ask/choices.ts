/** The options of a question: the author's own, else right answers of other questions that could be meant. */

import type { Html } from "../contract";
import { bare, gradeText } from "../grade/text";
import { hash, shuffled } from "../random";
import { optionOrder } from "../ui/faces";
import { plainText, type Unit, unlinked } from "./unit";

export interface Choice {
  readonly html: Html;
  readonly key: boolean;
  /** Where it stands in the item; what is kept of an answer. */
  readonly index: number;
}

/** How long an answer may be that is one of several to read. */
const LONGEST = 240;
const MOST = 3;

/** Wrong answers to a unit, the nearest first: same concept, same lesson, about as long; none twice. */
export function distractors(unit: Unit, units: readonly Unit[], seed: string): readonly Html[] {
  const { item, summary, key } = unit;
  const right = plainText(unit.answer);
  const sort = (of: Unit): string => of.item.kind + of.key.endsWith(":r");
  const prompt = bare(plainText(unit.prompt));
  if (!/card|term|cloze/.test(item.kind) || !right || right.length > LONGEST) return [];
  const near = units
    .filter((other) => other.item !== item && sort(other) === sort(unit) && bare(plainText(other.prompt)) !== prompt)
    .map((other) => {
      const text = plainText(other.answer);
      const far =
        Math.abs(Math.log((text.length + 4) / (right.length + 4))) -
        Number(other.summary.concepts.some((concept) => summary.concepts.includes(concept))) -
        Number(other.summary.lesson === summary.lesson) / 2 +
        hash(seed + key + other.key) / 2;
      return { text, far, html: other.answer };
    })
    .filter(({ text }) => text && text.length <= LONGEST && !gradeText(text, right).right)
    .sort((one, other) => one.far - other.far);
  const found = new Map<string, Html>();
  for (const { text, html } of near) if (found.size < MOST && !found.has(bare(text))) found.set(bare(text), html);
  return [...found.values()];
}

/** The options of a unit in the order to show them, or none where it has to be asked in another way. */
export function choicesOf(unit: Unit, units: readonly Unit[], seed: string): readonly Choice[] {
  const { item, key } = unit;
  if (item.kind === "choice") {
    return optionOrder(item, seed).map((option) => ({
      html: option.text,
      key: option.key,
      index: item.options.indexOf(option),
    }));
  }
  const wrong = distractors(unit, units, seed);
  const all = [unit.answer, ...wrong].map((html, index) => ({ html: unlinked(html).innerHTML, key: !index, index }));
  return wrong.length < 2 ? [] : shuffled(all, seed + key);
}
