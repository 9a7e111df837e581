/** What can be asked of an item: each card of it, with its answer to show, to choose and to type. */

import type { Html, Item, Summary } from "../contract";
import { gradeNumber, type Mark } from "../grade/number";
import { gradeText, isStrict } from "../grade/text";
import type { Session } from "../session";
import { keysOf } from "../store/card";

export interface Unit {
  /** The card: the item's id, `id:r` for the other direction, `id:c2` for a deletion. */
  readonly key: string;
  readonly item: Item;
  readonly summary: Summary;
  readonly prompt: Html;
  /** What is right, as one of several options. */
  readonly answer: Html;
  /** What is right in plain words, or "" where it cannot be said in words. */
  readonly plain: string;
}

/** HTML that may stand inside a control, or twice on a page: links are text, and there are no notes and ids. */
export function unlinked(html: Html): HTMLTemplateElement {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const found of holder.content.querySelectorAll(".df-tip,a,[id]")) {
    if (found.matches(".df-tip")) found.remove();
    else if (found.matches("a")) found.replaceWith(...found.childNodes);
    else found.removeAttribute("id");
  }
  return holder;
}

/** The words of HTML; a formula as it is written. */
export const plainText = (html: Html): string => (unlinked(html).content.textContent ?? "").replace(/\s+/g, " ").trim();

const escaped = (text: string): Html => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

/** What can be asked of an item, in the order of its cards. */
export const unitsOf = (item: Item, summary: Summary): readonly Unit[] =>
  keysOf(summary).map((key) => {
    const base = { key, item, summary, prompt: item.front };
    if (item.kind === "cloze") {
      const found = item.blanks.find(({ number }) => key.endsWith(`:c${number}`));
      const marks = unlinked(item.back).content.querySelectorAll(`[data-number="${found?.number}"]`);
      const answer = Array.from(marks, (mark) => mark.innerHTML).join(" … ");
      const plain = found?.plain ?? "";
      return { ...base, prompt: found?.front ?? item.front, answer: answer || escaped(plain), plain };
    }
    const there = "answer" in item ? item.answer : "";
    if (key.endsWith(":r")) return { ...base, prompt: there, answer: item.front, plain: plainText(item.front) };
    if ("plain" in item) return { ...base, answer: item.short || there, plain: item.plain };
    return { ...base, answer: there, plain: item.kind === "numeric" ? plainText(there) : "" };
  });

/** Everything of the deck whose texts are loaded, whatever the filter says: what lends its answers as options. */
export const poolOf = (session: Session): readonly Unit[] =>
  session.all.flatMap((summary) => {
    const item = session.item(summary.id);
    return item ? unitsOf(item, summary) : [];
  });

/** Those of a pool that are studied. */
export function studied(pool: readonly Unit[], { summaries }: Pick<Session, "summaries">): readonly Unit[] {
  const wanted = new Set(summaries);
  return pool.filter(({ summary }) => wanted.has(summary));
}

/** Tells whether an answer is short enough to be typed on a phone, and made of what a keyboard has. */
export const typeable = ({ item, plain }: Unit): boolean =>
  (item.kind === "numeric" && !!item.accept) ||
  (plain !== "" && plain.length <= 40 && plain.split(" ").length <= 5 && !/[\\{}]/.test(plain));

/** Judges what was typed; `others` are other questions' answers, which no slip may make of this one. */
export const judge = ({ item, answer, plain }: Unit, text: string, others: readonly string[] = []): Mark =>
  item.kind === "numeric" && item.accept
    ? gradeNumber(text, item.accept)
    : gradeText(text, plain, isStrict(answer), others);
