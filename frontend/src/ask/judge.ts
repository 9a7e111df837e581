/** Judges an answer by what the unit asks for. */

import { gradeNumber, type Mark } from "../grade/number";
import { gradeText, isStrict } from "../grade/text";
import type { Choice } from "./choices";
import type { Unit } from "./unit";

/** Judge what was typed; `others` are other questions' answers, which no slip may make of this one. */
export function judgeTyped({ item, answer, plain }: Unit, text: string, others: readonly string[] = []): Mark {
  if (item.kind === "numeric" && item.accept) return gradeNumber(text, item.accept);
  return gradeText(text, plain, isStrict(item.kind === "cloze" ? deletion(item.back, plain) : answer), others);
}

/** The marks in a cloze's sentence that hold such words: only they decide whether these are code. */
function deletion(back: string, plain: string): string {
  const marks = back.match(/<mark[^>]*>.*?<\/mark>/gs) ?? [];
  return marks.filter((mark) => mark.replace(/<[^>]*>/g, "").trim() === plain).join("") || marks.join("");
}

/** Tell whether exactly the keys were picked. */
export const judgePicked = (choices: readonly Choice[], picked: readonly number[]): boolean =>
  choices.every(({ key, index }) => key === picked.includes(index));
