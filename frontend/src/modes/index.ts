/**
 * The ways to study, in the order in which they are offered. To add one:
 *
 * 1. Write a component that takes `{ session }` and draws everything between the head of the page and its end: it is
 *    mounted when the mode is opened and unmounted when it is left. `session.items` are the texts it works on (loaded,
 *    unless the mode is `lazy` and loads what it needs by `session.load`); `session.practised(card, right, mode)` logs
 *    an answer and returns how to take it back; `session.store.get/set` with `run:MODE:${session.place}` keeps where it
 *    stands over a reload; `session.page.go("")` is the way back, `session.page.query` has the mode's own options, and
 *    `session.page.announce(text)` speaks to a screen reader. `Html` (ui/html) shows a text of the course; `Front` and
 *    `Back` (ui/faces) the sides of any item; `useKeys`, `useFocus`, `useStore` (ui/hooks) do what their names say;
 *    `End` (ui/end) is the end screen.
 * 2. Put its words into `words.ts` and its look into `assets/study.css`, everything below `.df-app`.
 * 3. Add its line here, and the component to `more.ts` (the script of modes, which is loaded when one is opened). `name`
 *    stands in the address (`?mode=name`) and in the log: it never changes.
 *
 * The script that every page loads has a budget (`build.mjs`); the modes' own script has one of its own. What a mode
 * takes from outside its own folders and `ask/`, `grade/` is listed in `shared.ts`.
 */

import type { ComponentType } from "preact";
import type { Summary } from "../contract";
import { registered, script } from "../data";
import type { Session } from "../session";
import { words } from "../words";
import { Flashcards } from "./flashcards";
import { Repeat } from "./repeat";

export type Component = ComponentType<{ readonly session: Session }>;

export interface Mode {
  readonly name: string;
  readonly label: string;
  /** What one does in it, in a line. */
  readonly hint: string;
  /** What draws it; none for the modes of `more.ts`. */
  readonly component?: Component;
  /** Whether an item can be studied so; where none can, the mode is not offered. Default: every item. */
  readonly fits?: (item: Summary) => boolean;
  /** Whether the mode loads the texts that it needs by itself. */
  readonly lazy?: boolean;
}

export const modes: readonly Mode[] = [
  { name: "flashcards", ...words.modes.flashcards, component: Flashcards },
  { name: "learn", ...words.modes.learn },
  { name: "test", ...words.modes.test },
  { name: "repeat", ...words.modes.repeat, component: Repeat, lazy: true },
  { name: "match", ...words.modes.match, fits: ({ kind }) => /card|term|cloze/.test(kind) },
];

/** What draws a mode, loaded if it has to be. */
export async function componentOf({ name, component }: Mode): Promise<Component> {
  if (component) return component;
  await script("@/assets/study-more.js");
  return (registered("modes") as Readonly<Record<string, Component>>)[name] as Component;
}
