/**
 * What is added to pages that are complete without it: the lines of a checklist keep their ticks, concepts show how well
 * they are known.
 */

import type { Course } from "../contract";
import { mastery } from "../figures";
import type { Store } from "../store/store";
import { dayOf } from "../time";
import { words } from "../words";

/** `<df-checklist id="ID">` around checkboxes: each is kept under its `value`, else under its place in the list. */
export function checklist(host: HTMLElement, _course: Course, store: Store): () => void {
  const boxes = [...host.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
  const key = (box: HTMLInputElement): string =>
    `tick:${host.id}:${box.hasAttribute("value") ? box.value : boxes.indexOf(box)}`;
  const show = (): void => {
    for (const box of boxes) box.checked = store.get(key(box), false);
  };
  const keep = ({ target }: Event): void => {
    const box = target as HTMLInputElement;
    if (boxes.includes(box)) store.set(key(box), box.checked || null);
  };
  host.addEventListener("change", keep);
  const deaf = store.listen(show);
  show();
  return () => {
    deaf();
    host.removeEventListener("change", keep);
  };
}

/**
 * `<df-mastery concept="ID">` says how well a concept is known; without a concept it colours what is within it: every
 * `[data-concept]` gets `data-mastery`, from 0 to 4, and nothing where the concept has no items.
 */
export function masteries(host: HTMLElement, course: Course, store: Store): () => void {
  const share = (concept: string): number =>
    mastery(
      course.items.filter((item) => item.concepts.includes(concept)),
      store,
      dayOf(Date.now()),
    );
  const own = host.getAttribute("concept");
  const show = (): void => {
    for (const place of own ? [host] : host.querySelectorAll<HTMLElement>("[data-concept]")) {
      const known = share(own ?? place.dataset["concept"] ?? "");
      if (Number.isNaN(known)) continue;
      place.dataset["mastery"] = String(Math.round(known * 4));
      if (own) place.textContent = words.known(known);
    }
  };
  show();
  return store.listen(show);
}
