/**
 * Which items are studied. A filter is what stands in the address's query (`?concept=relu&difficulty=hard&starred`),
 * both ways, so that every choice is a link: lists are separated by commas and mean "any of these", the keys together
 * mean "all of these".
 */

import type { Summary } from "./contract";
import { isDue, type Plan } from "./schedule";
import { keysOf } from "./store/card";
import type { Store } from "./store/store";

export const LISTS = ["lesson", "concept", "difficulty", "bloom", "kind", "tag", "items"] as const;
export const SWITCHES = ["critical", "starred", "missed", "due", "new"] as const;
export type List = (typeof LISTS)[number];
export type Switch = (typeof SWITCHES)[number];
export type Filter = Readonly<Partial<Record<List, readonly string[]>> & Partial<Record<Switch, true>>>;

/** Where a filter gets what only the learner's progress knows. */
export interface Progress {
  readonly store: Store;
  readonly plan: Plan;
  readonly now: number;
}

const VALUES: Readonly<Record<List, (item: Summary) => readonly string[]>> = {
  lesson: (item) => [item.lesson],
  concept: (item) => item.concepts,
  difficulty: (item) => [item.difficulty],
  bloom: (item) => item.bloom,
  kind: (item) => [item.kind],
  tag: (item) => item.tags,
  items: (item) => [item.id],
};

const HOLDS: Readonly<Record<Switch, (item: Summary, progress: Progress) => boolean>> = {
  critical: (item) => item.critical,
  starred: (item, { store }) => store.get(`star:${item.id}`, false),
  missed: (item, { store }) => keysOf(item).some((key) => store.card(key).last === 1),
  due: (item, { store, plan, now }) => keysOf(item).some((key) => isDue(store.card(key).memory, plan, now)),
  new: (item, { store }) => keysOf(item).every((key) => !store.card(key).last),
};

/** The values by which an item is found in a list. */
export const valuesOf = (list: List, item: Summary): readonly string[] => VALUES[list](item);

export const filtered = (items: readonly Summary[], filter: Filter, progress: Progress): readonly Summary[] =>
  items.filter(
    (item) =>
      LISTS.every((key) => !filter[key] || VALUES[key](item).some((value) => filter[key]?.includes(value))) &&
      SWITCHES.every((key) => !filter[key] || HOLDS[key](item, progress)),
  );

export function fromQuery(query: URLSearchParams): Filter {
  const found: Record<string, readonly string[] | true> = {};
  for (const key of LISTS) {
    const values = (query.get(key) ?? "").split(",").filter(Boolean);
    if (values.length) found[key] = values;
  }
  for (const key of SWITCHES) if (query.has(key) && query.get(key) !== "0") found[key] = true;
  return found;
}

/** The query with this filter in it; what else stands there stays. */
export function toQuery(filter: Filter, query: URLSearchParams): URLSearchParams {
  const made = new URLSearchParams(query);
  for (const key of LISTS) {
    made.delete(key);
    if (filter[key]?.length) made.set(key, filter[key].join(","));
  }
  for (const key of SWITCHES) {
    made.delete(key);
    if (filter[key]) made.set(key, "");
  }
  return made;
}

/** A query as it reads best: commas as they are, switches without `=`. */
export const queryText = (query: URLSearchParams): string => {
  const text = query
    .toString()
    .replace(/%2C/g, ",")
    .replace(/=(?=&|$)/g, "");
  return text && `?${text}`;
};
