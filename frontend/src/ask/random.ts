/** Chance that can be had again: the same seed gives the same order, on every machine and after every reload. */

/** Return a source of numbers from 0 to 1 (mulberry32, seeded with the FNV hash of a text). */
export function random(seed: string): () => number {
  let state = 2166136261;
  for (let at = 0; at < seed.length; at++) state = Math.imul(state ^ seed.charCodeAt(at), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Return a list in another order, which the seed decides. */
export function shuffled<T>(list: readonly T[], seed: string): T[] {
  const next = random(seed);
  const keyed = list.map((entry) => [next(), entry] as const);
  return keyed.sort(([one], [other]) => one - other).map(([, entry]) => entry);
}
