/** A test's paper: which items are asked, how, and in which order. The same pool and plan give the same paper. */

import { type Choice, choicesOf, distractors } from "../../ask/choices";
import { typeable, type Unit } from "../../ask/unit";
import { asking } from "../../ask/words";
import type { Html, Kind } from "../../contract";
import { hash, shuffled } from "../../random";

export interface Plan {
  readonly count: number;
  /** 0 is without a limit. */
  readonly minutes: number;
  readonly kinds: readonly Kind[];
}

/** What is written at length has no choices and no `typed`; learners score it by themselves. */
export interface Question {
  readonly id: string;
  readonly unit: Unit;
  /** Each blank of a cloze; a single one otherwise. */
  readonly units: readonly Unit[];
  readonly points: number;
  readonly choices: readonly Choice[];
  readonly typed: boolean;
  /** What is stated, to be called true or false. */
  readonly stated: Html;
}

/** Questions that are quickly answered come first, those that need thought last. */
export const ORDER: readonly Kind[] = ["term", "card", "cloze", "choice", "numeric", "short", "problem", "essay"];
const TRUTHS = 0.4;

/** The items of a test: every kind in turn, so that a short test has some of each. */
export function drawn(units: readonly Unit[], { kinds, count }: Plan, seed: string): readonly string[] {
  const piles = ORDER.filter((kind) => kinds.includes(kind)).map((kind) =>
    shuffled([...new Set(units.filter(({ item }) => item.kind === kind).map(({ item }) => item.id))], seed),
  );
  const turns = piles.flatMap((pile) => pile.map((id, turn) => ({ id, turn })));
  const found = turns.sort((one, other) => one.turn - other.turn).slice(0, count);
  return piles.flat().filter((id) => found.some((one) => one.id === id));
}

/** The questions of a paper; items that are no longer there are left out. */
export const paperOf = (ids: readonly string[], pool: readonly Unit[], seed: string): readonly Question[] =>
  ids.flatMap((id) => {
    const all = pool.filter(({ item }) => item.id === id);
    // Of two directions rather the one that can be judged.
    const typed = all.filter((unit) => unit.item.kind !== "term" && typeable(unit));
    const fits = typed.length ? typed : all;
    const unit = fits[Math.floor(hash(seed + id) * fits.length)];
    return unit ? [asked(id, unit, all, pool, seed)] : [];
  });

function asked(id: string, unit: Unit, all: readonly Unit[], pool: readonly Unit[], seed: string): Question {
  const { kind } = unit.item;
  const base = { id, unit, units: [unit], points: unit.summary.points || 1, choices: [], typed: false, stated: "" };
  if (kind === "cloze") return { ...base, units: all, typed: all.every(typeable) };
  if (kind === "term") {
    // A question with another question's answer is no statement; a term with a definition is.
    const [wrong] = distractors(unit, pool, seed);
    const chance = hash(`${id}${seed}`);
    const so = chance < TRUTHS / 2;
    const choices = [asking.test.so, asking.test.notSo].map((html, index) => ({ html, key: so === !index, index }));
    if (wrong && chance < TRUTHS) return { ...base, stated: so ? unit.answer : wrong, choices };
  }
  const typed = kind !== "choice" && typeable(unit);
  return { ...base, typed, choices: typed ? [] : choicesOf(unit, pool, seed) };
}
