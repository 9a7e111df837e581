/** A test's paper: which items are asked, how, and in which order. The same pool and plan give the same paper. */

import { type Choice, choicesOf, distractors } from "../../ask/choices";
import { random, shuffled } from "../../ask/random";
import { typeable, type Unit } from "../../ask/unit";
import type { Html, Kind } from "../../contract";

export interface Plan {
  readonly count: number;
  /** 0 is without a limit. */
  readonly minutes: number;
  /** Empty: all kinds. */
  readonly kinds: readonly Kind[];
  readonly seed: string;
}

/** How a question is answered; `written` is scored by the learner, the others are judged here. */
export type Form = "choice" | "truth" | "typed" | "blanks" | "written";

export interface Question {
  readonly id: string;
  readonly form: Form;
  /** What is asked for, one unit for each blank; a single one otherwise. */
  readonly units: readonly Unit[];
  readonly unit: Unit;
  readonly points: number;
  /** Of a choice. */
  readonly choices: readonly Choice[];
  /** Of a true or false: the definition that is stated. */
  readonly stated: { readonly html: Html; readonly right: boolean } | null;
}

/** Questions that are quickly answered come first, those that need thought last. */
export const ORDER: readonly Kind[] = ["term", "card", "cloze", "choice", "numeric", "short", "problem", "essay"];

/** Choose the items of a test: every kind in turn, so that a short test has some of each. */
export function drawn(units: readonly Unit[], plan: Plan): readonly string[] {
  const piles = ORDER.filter((kind) => plan.kinds.length === 0 || plan.kinds.includes(kind)).map((kind) =>
    shuffled([...new Set(units.filter(({ item }) => item.kind === kind).map(({ item }) => item.id))], plan.seed + kind),
  );
  const found = new Set<string>();
  for (let turn = 0; found.size < plan.count && piles.some((pile) => pile.length > turn); turn++) {
    for (const pile of piles) {
      const id = pile[turn];
      if (id !== undefined && found.size < plan.count) found.add(id);
    }
  }
  return piles.flatMap((pile) => pile.filter((id) => found.has(id)));
}

/** Return the questions of a paper; items that are no longer there are left out. */
export function paperOf(ids: readonly string[], units: readonly Unit[], seed: string): readonly Question[] {
  const byId = new Map<string, Unit[]>();
  for (const unit of units) byId.set(unit.item.id, [...(byId.get(unit.item.id) ?? []), unit]);
  return ids.flatMap((id) => {
    const all = byId.get(id);
    return all ? [asked(id, all, units, seed)] : [];
  });
}

function asked(id: string, all: readonly Unit[], pool: readonly Unit[], seed: string): Question {
  const chance = random(`${seed}${id}`);
  const unit = all[Math.floor(chance() * all.length)] ?? (all[0] as Unit);
  const points = unit.summary.points || 1;
  const base = { id, unit, units: [unit], points, choices: [], stated: null };
  const { kind } = unit.item;
  if (kind === "choice") return { ...base, form: "choice", choices: choicesOf(unit, pool, seed) };
  if (kind === "cloze") return { ...base, form: all.every(typeable) ? "blanks" : "written", units: all };
  if (kind === "numeric") return { ...base, form: typeable(unit) ? "typed" : "written" };
  if (kind === "card" || kind === "term") {
    const wrong = distractors(unit, pool, seed)[0];
    // A question with another question's answer is no statement; a term with a definition is.
    if (kind === "term" && wrong !== undefined && chance() < 0.4) {
      const right = chance() < 0.5;
      return { ...base, form: "truth", stated: { html: right ? unit.answer : wrong, right } };
    }
    if (typeable(unit)) return { ...base, form: "typed" };
    const choices = choicesOf(unit, pool, seed);
    if (choices.length > 0) return { ...base, form: "choice", choices };
  }
  return { ...base, form: "written" };
}
