/**
 * Learn: rounds of seven until everything is mastered.
 *
 * A unit is missed (−1), new (0), familiar (1) or mastered (2). A right answer brings a missed or new one to familiar and
 * a familiar one to mastered; a wrong one makes it missed, and it comes back in the same round until it is right. What is
 * familiar comes back two rounds later at the earliest, as long as there is anything else to ask.
 */

export const SIZE = 7;
/** How many rounds later what is familiar comes back. */
const REST = 2;

export type Level = -1 | 0 | 1 | 2;

export interface Learning {
  readonly round: number;
  /** What is left of the round; the first is asked. */
  readonly queue: readonly string[];
  /** Units that have been asked: how well they are known, and the round in which they were answered. */
  readonly known: Readonly<Record<string, { readonly level: Level; readonly round: number }>>;
  /** The first answer of this round to each unit, in order. */
  readonly first: readonly { readonly key: string; readonly right: boolean }[];
}

export const levelOf = (state: Learning, key: string): Level => state.known[key]?.level ?? 0;

/** Return what the next round asks: missed ones, familiar ones that have rested, new ones. */
function pick(state: Learning, keys: readonly string[]): readonly string[] {
  const at = (level: Level): readonly string[] => keys.filter((key) => levelOf(state, key) === level);
  const since = (key: string): number => state.known[key]?.round ?? 0;
  const familiar = [...at(1)].sort((one, other) => since(one) - since(other));
  const rested = familiar.filter((key) => since(key) + REST <= state.round + 1);
  const found = [...at(-1), ...rested, ...at(0)];
  return (found.length > 0 ? found : familiar).slice(0, SIZE);
}

/** Begin the next round; where everything is mastered it is empty. */
export function nextRound(state: Learning, keys: readonly string[]): Learning {
  return { ...state, queue: pick(state, keys), round: state.round + 1, first: [] };
}

/**
 * Begin, or go on from what was kept: units that are no longer there are left out, new ones join. `level` says how well
 * a unit is known from other rounds.
 */
export function begin(
  keys: readonly string[],
  kept?: Learning | null,
  level: (key: string) => Level = () => 0,
): Learning {
  const before = keys.flatMap((key) => (level(key) ? [[key, { level: level(key), round: 0 }] as const] : []));
  const known = { ...Object.fromEntries(before), ...kept?.known };
  if (!kept) return nextRound({ round: 0, queue: [], known, first: [] }, keys);
  const there = new Set(keys);
  const state = { ...kept, known, queue: kept.queue.filter((key) => there.has(key)) };
  // A round that ended is looked at once more; one that lost all its units makes room for the next.
  return state.queue.length === 0 && (state.first.length === 0 || kept.queue.length > 0)
    ? nextRound(state, keys)
    : state;
}

/** Take the answer to the unit that is asked. */
export function answer(state: Learning, right: boolean): Learning {
  const [key, ...rest] = state.queue;
  if (key === undefined) return state;
  const level: Level = !right ? -1 : levelOf(state, key) === 1 ? 2 : 1;
  return {
    ...state,
    queue: right ? rest : [...rest, key],
    known: { ...state.known, [key]: { level, round: state.round } },
    first: state.first.some((entry) => entry.key === key) ? state.first : [...state.first, { key, right }],
  };
}

/** Count units by how well they are known. */
export function tally(state: Learning, keys: readonly string[]): Readonly<Record<Level, number>> {
  const counts = { [-1]: 0, 0: 0, 1: 0, 2: 0 };
  for (const key of keys) counts[levelOf(state, key)]++;
  return counts;
}

export const mastered = (state: Learning, keys: readonly string[]): boolean =>
  keys.every((key) => levelOf(state, key) === 2);
