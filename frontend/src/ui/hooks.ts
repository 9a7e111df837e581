/** What the modes share: hearing keys, hearing the store, moving the focus to a new screen. */

import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import type { Session } from "../session";
import type { Store } from "../store/store";

/** Draws the component again whenever the learner's progress changes. */
export function useStore(store: Store): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => store.listen(() => draw(null)), [store]);
}

export type Keys = Readonly<Record<string, () => void>>;

/**
 * Hears keys while the focus is within the elements: by `event.key` ("ArrowLeft", "1", " "), letters in lower case,
 * with Ctrl or ⌘ as "ctrl+z". Nothing is heard while something is typed, and Enter and Space stay with the button or
 * link that has the focus.
 */
export function useKeys({ page }: Session, keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useLayoutEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, altKey } = event;
      const target = event.target as Element;
      if (altKey || target.matches("textarea,select,input:not([type=radio],[type=checkbox])")) return;
      if ((key === " " || key === "Enter") && target.closest("button,a,input,summary")) return;
      const heard = current.current[(ctrlKey || metaKey ? "ctrl+" : "") + (key.length === 1 ? key.toLowerCase() : key)];
      if (!heard) return;
      event.preventDefault();
      heard();
    };
    page.root.addEventListener("keydown", hear);
    return () => page.root.removeEventListener("keydown", hear);
  }, [page]);
}

/**
 * A place that gets the focus whenever `screen` changes, so that the keyboard and the screen reader follow; give its
 * element `tabIndex={-1}` unless it takes the focus by itself.
 */
export function useFocus<T extends HTMLElement>(screen: unknown): RefObject<T | null> {
  const place = useRef<T | null>(null);
  // Before the page is drawn: a key that is pressed at once is heard.
  useLayoutEffect(() => place.current?.focus({ preventScroll: true }), [screen]);
  return place;
}
