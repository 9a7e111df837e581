/** What can be asked of an item: one unit for each direction of a card, each deletion of a cloze, or the item as it is. */

import type { Html, Item, Summary } from "../contract";

export interface Unit {
  /** The item's id; `id:r` for the other direction, `id:c2` for a deletion. */
  readonly key: string;
  readonly item: Item;
  readonly summary: Summary;
  readonly prompt: Html;
  /** What is right, to be shown. */
  readonly answer: Html;
  /** What is right in plain words, or "" where it cannot be said in words. */
  readonly plain: string;
}

/** Return HTML that may stand inside a control, or twice on a page: links are text, and there are no notes and ids. */
export function unlinked(html: Html): Html {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const note of holder.content.querySelectorAll(".df-tip")) note.remove();
  for (const link of holder.content.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  for (const named of holder.content.querySelectorAll("[id]")) named.removeAttribute("id");
  return holder.innerHTML;
}

/** Return the words of HTML; a formula as it is written. */
export function plainText(html: Html): string {
  const holder = document.createElement("template");
  holder.innerHTML = unlinked(html);
  return (holder.content.textContent ?? "").replace(/\s+/g, " ").trim();
}

export const escaped = (text: string): Html =>
  text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? sign);

/** Return what can be asked of an item. */
export function unitsOf(item: Item, summary: Summary): readonly Unit[] {
  const base = { key: item.id, item, summary, prompt: item.front, plain: "" };
  switch (item.kind) {
    case "cloze":
      return item.blanks.map(({ number, front, plain }) => ({
        ...base,
        key: `${item.id}:c${number}`,
        prompt: front,
        answer: item.back,
        plain,
      }));
    case "choice":
      return [
        {
          ...base,
          answer: item.options
            .filter((option) => option.key)
            .map((option) => option.text)
            .join(""),
        },
      ];
    case "numeric":
      return [{ ...base, answer: item.answer, plain: plainText(item.answer) }];
    case "card":
    case "term": {
      const there = { ...base, answer: item.answer, plain: item.plain };
      const back = {
        ...base,
        key: `${item.id}:r`,
        prompt: item.answer,
        answer: item.front,
        plain: plainText(item.front),
      };
      return summary.both ? [there, back] : [there];
    }
    case "problem":
      return [{ ...base, answer: item.solution }];
    default:
      return [{ ...base, answer: item.answer }];
  }
}

/** Tell whether an answer is short enough to be typed on a phone, and made of what a keyboard has. */
export function typeable({ item, plain }: Unit): boolean {
  if (item.kind === "numeric" && item.accept) return true;
  return plain !== "" && plain.length <= 40 && plain.split(/\s+/).length <= 5 && !/[\\{}]|\n/.test(plain);
}
