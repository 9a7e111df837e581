/**
 * The ways to study, in the order in which they are offered. To add one:
 *
 * 1. Write a component that takes `{ session }` and draws everything between the head of the page and its end: it is
 *    mounted when the mode is opened and unmounted when it is left. `session.items` are the texts it works on (loaded,
 *    unless the mode is `lazy` and loads what it needs by `session.load`); `session.practised(card, right, mode)` logs
 *    an answer and returns how to take it back; `session.store.get/set("run:MODE:DECK", …)` keeps where it stands over a
 *    reload; `session.page.go("")` is the way back, `session.page.query` has the mode's own options, and
 *    `session.page.announce(text)` speaks to a screen reader. `Html` (ui/html) shows a text of the course;
 *    `useKeys`, `useFocus`, `useStore` (ui/hooks) do what their names say; `End` (ui/end) is the end screen.
 * 2. Put its words into `words.ts` and its look into `assets/study.css`, everything below `.df-app`.
 * 3. Add its line here. `name` stands in the address (`?mode=name`) and in the log: it never changes.
 */

import type { ComponentType } from "preact";
import type { Summary } from "../contract";
import type { Session } from "../session";
import { words } from "../words";
import { Flashcards } from "./flashcards";

export interface Mode {
  readonly name: string;
  readonly label: string;
  /** What one does in it, in a line. */
  readonly hint: string;
  readonly component: ComponentType<{ readonly session: Session }>;
  /** Whether an item can be studied so; where none can, the mode is not offered. Default: every item. */
  readonly fits?: (item: Summary) => boolean;
  /** Whether the mode loads the texts that it needs by itself. */
  readonly lazy?: boolean;
}

export const modes: readonly Mode[] = [
  { name: "flashcards", label: words.flashcards.label, hint: words.flashcards.hint, component: Flashcards },
];
