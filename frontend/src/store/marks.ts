/**
 * Everything a learner keeps that is no answer, each a value under a key, of which the last writing holds:
 *
 * - `star:ITEM`, `flag:ITEM`: true
 * - `tick:LIST:LINE`: a line of a checklist
 * - `set:NAME`: a setting, see `settings.ts`
 * - `sort:CARD`, `learn:CARD`, `best:DECK`, …: what a mode remembers (see the mode)
 * - `run:…`: where a mode stands on this device; never exported
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Mark {
  readonly key: string;
  readonly value: Json;
  /** When it was written, in milliseconds since 1970. */
  readonly at: number;
}

/** The later of two writings; of two at the same moment the greater text, so that the order of merging never matters. */
export function later(one: Mark | undefined, other: Mark): Mark {
  if (!one || other.at !== one.at) return one && one.at > other.at ? one : other;
  return JSON.stringify(other.value) >= JSON.stringify(one.value) ? other : one;
}
