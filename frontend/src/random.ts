/** Chance that can be repeated: the same seed gives the same order, before and after a reload. */

/** A number in [0, 1) for a text (FNV-1a, and one round of mixing). */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32;
}

/** The values in an order that the seed decides. */
export const shuffled = <T>(values: readonly T[], seed: string): readonly T[] =>
  values
    .map((value, index) => [hash(`${seed} ${index}`), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);
