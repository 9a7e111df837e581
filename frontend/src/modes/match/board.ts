/** Match: up to six prompts and their answers, mixed; two that belong together disappear. */

import { plainText, type Unit, unlinked } from "../../ask/unit";
import type { Html } from "../../contract";
import { bare } from "../../grade/text";
import { shuffled } from "../../random";

export const PAIRS = 6;
/** What an error costs, in milliseconds. */
export const PENALTY = 2000;
const LONGEST_ANSWER = 60;
const LONGEST_PROMPT = 140;

export interface Tile {
  /** The number of the pair. */
  readonly pair: number;
  readonly answer: boolean;
  readonly html: Html;
}

export type Board = {
  readonly gone: readonly number[];
  /** The tile that waits for its other half. */
  readonly picked: number | null;
  /** The two tiles that were just found not to belong together. */
  readonly wrong: readonly number[];
  readonly errors: number;
};

export const START: Board = { gone: [], picked: null, wrong: [], errors: 0 };

/** Units that fit on a tile, chosen by the seed; no two prompts, answers or items are the same. */
export function pairsOf(units: readonly Unit[], seed: string): readonly Unit[] {
  const seen = new Set<string>();
  return shuffled(units, seed)
    .filter(({ key, item, prompt, plain }) => {
      const asked = plainText(prompt);
      const names = [`p${bare(asked)}`, `a${bare(plain)}`, `i${item.id}`];
      const fits = plain && plain.length <= LONGEST_ANSWER && asked.length <= LONGEST_PROMPT && !key.endsWith(":r");
      if (!fits || item.kind === "numeric" || names.some((name) => seen.has(name))) return false;
      for (const name of names) seen.add(name);
      return true;
    })
    .slice(0, PAIRS);
}

/** The tiles of pairs in the order that the seed gives. */
export const tilesOf = (pairs: readonly Unit[], seed: string): readonly Tile[] =>
  shuffled(
    pairs.flatMap((unit, pair) =>
      [unit.prompt, unit.answer].map((html, at) => ({ pair, answer: at > 0, html: unlinked(html).innerHTML })),
    ),
    seed,
  );

/** Chooses a tile: the first of two, another instead of it, or its other half. */
export function choose(board: Board, tiles: readonly Tile[], at: number): Board {
  const tile = tiles[at];
  const held = tiles[board.picked ?? -1];
  const now = { ...board, wrong: [] };
  if (!tile || board.gone.includes(at)) return board;
  if (tile === held) return { ...now, picked: null };
  if (board.picked === null || !held || held.answer === tile.answer) return { ...now, picked: at };
  if (held.pair === tile.pair) return { ...now, gone: [...board.gone, board.picked, at], picked: null };
  return { ...board, picked: null, wrong: [board.picked, at], errors: board.errors + 1 };
}
