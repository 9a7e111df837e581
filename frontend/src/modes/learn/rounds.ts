/**
 * Learn: rounds of seven until everything is mastered.
 *
 * A card is missed (−1), new (0), familiar (1) or mastered (2). A right answer brings a missed or new one to familiar and
 * a familiar one to mastered; a wrong one makes it missed, and it comes back in the same round until it is right. What is
 * familiar comes back two rounds later at the earliest, as long as there is anything else to ask.
 */

export const SIZE = 7;
/** How many rounds later what is familiar comes back. */
const REST = 2;

export type Level = -1 | 0 | 1 | 2;

export type Learning = {
  readonly round: number;
  /** What is left of the round; the first is asked. */
  readonly queue: readonly string[];
  /** Cards that have been asked: how well they are known, and the round in which they were answered. */
  readonly known: { readonly [key: string]: { readonly level: Level; readonly round: number } };
  /** The first answer of this round to each card, in order. */
  readonly first: { readonly [key: string]: boolean };
};

export const levelOf = ({ known }: Learning, key: string): Level => known[key]?.level ?? 0;

/** Begins the next round; where everything is mastered it is empty. */
export function nextRound(state: Learning, keys: readonly string[]): Learning {
  const round = state.round + 1;
  const at = (level: Level): readonly string[] => keys.filter((key) => levelOf(state, key) === level);
  const since = (key: string): number => state.known[key]?.round ?? 0;
  const familiar = [...at(1)].sort((one, other) => since(one) - since(other));
  const found = [...at(-1), ...familiar.filter((key) => since(key) + REST <= round), ...at(0)];
  return { ...state, round, first: {}, queue: (found.length ? found : familiar).slice(0, SIZE) };
}

/**
 * Begins, or goes on from what was kept: cards that are no longer there are left out, new ones join. `level` says how
 * well a card is known from before.
 */
export function begin(keys: readonly string[], kept: Learning | null, level: (key: string) => Level): Learning {
  const before = keys.flatMap((key) => (level(key) ? [[key, { level: level(key), round: 0 }]] : []));
  const known = { ...Object.fromEntries(before), ...kept?.known };
  const queue = (kept?.queue ?? []).filter((key) => keys.includes(key));
  const state = { round: 0, first: {}, ...kept, known, queue };
  // A round that ended is looked at once more; one that lost all its cards makes room for the next.
  return queue.length || (kept && !kept.queue.length && Object.keys(kept.first).length)
    ? state
    : nextRound(state, keys);
}

/** Takes the answer to the card that is asked. */
export function answer(state: Learning, right: boolean): Learning {
  const [key, ...rest] = state.queue;
  if (key === undefined) return state;
  const level = !right ? -1 : levelOf(state, key) === 1 ? 2 : 1;
  return {
    ...state,
    queue: right ? rest : [...rest, key],
    known: { ...state.known, [key]: { level, round: state.round } },
    first: { ...state.first, [key]: state.first[key] ?? right },
  };
}

/** How many cards are known so well. */
export const count = (state: Learning, keys: readonly string[], level: Level): number =>
  keys.filter((key) => levelOf(state, key) === level).length;
