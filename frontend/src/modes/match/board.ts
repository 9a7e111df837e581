/** Match: up to six prompts and their answers, mixed; two that belong together disappear. */

import { shuffled } from "../../ask/random";
import { escaped, plainText, type Unit } from "../../ask/unit";
import type { Html } from "../../contract";
import { bare } from "../../grade/text";

export const PAIRS = 6;
/** What an error costs, in milliseconds. */
export const PENALTY = 2000;
const LONGEST_ANSWER = 60;
const LONGEST_PROMPT = 140;

export interface Tile {
  readonly pair: number;
  readonly answer: boolean;
  readonly html: Html;
}

export interface Board {
  readonly gone: readonly number[];
  /** The tile that waits for its other half. */
  readonly picked: number | null;
  /** The two tiles that were just found not to belong together. */
  readonly wrong: readonly number[];
  readonly errors: number;
}

export const START: Board = { gone: [], picked: null, wrong: [], errors: 0 };

/** Return units that fit on a tile, chosen by the seed; no two are told apart by nothing. */
export function pairsOf(units: readonly Unit[], seed: string): readonly Unit[] {
  const seen = new Set<string>();
  const found: Unit[] = [];
  for (const unit of shuffled(units, seed)) {
    if (!["card", "term", "cloze"].includes(unit.item.kind) || unit.key.endsWith(":r")) continue;
    const prompt = plainText(unit.prompt);
    if (unit.plain === "" || unit.plain.length > LONGEST_ANSWER || prompt.length > LONGEST_PROMPT) continue;
    const names = [`p ${bare(prompt)}`, `a ${bare(unit.plain)}`, `i ${unit.item.id}`];
    if (names.some((name) => seen.has(name))) continue;
    for (const name of names) seen.add(name);
    found.push(unit);
    if (found.length === PAIRS) break;
  }
  return found;
}

/** Return the tiles of pairs in the order that the seed gives. */
export function tilesOf(pairs: readonly Unit[], seed: string): readonly Tile[] {
  const tiles = pairs.flatMap((unit, pair) => [
    { pair, answer: false, html: unit.prompt },
    { pair, answer: true, html: unit.item.kind === "cloze" ? escaped(unit.plain) : unit.item.short || unit.answer },
  ]);
  return shuffled(tiles, `${seed}tiles`);
}

/** Choose a tile: the first of two, another instead of it, or its other half. */
export function choose(board: Board, tiles: readonly Tile[], at: number): Board {
  const tile = tiles[at];
  if (!tile || board.gone.includes(at)) return board;
  const held = board.picked === null ? undefined : tiles[board.picked];
  if (board.picked === null || held === undefined) return { ...board, picked: at, wrong: [] };
  if (board.picked === at) return { ...board, picked: null, wrong: [] };
  if (held.answer === tile.answer) return { ...board, picked: at, wrong: [] };
  if (held.pair === tile.pair) return { ...board, gone: [...board.gone, board.picked, at], picked: null, wrong: [] };
  return { ...board, picked: null, wrong: [board.picked, at], errors: board.errors + 1 };
}

export const finished = (board: Board, tiles: readonly Tile[]): boolean =>
  tiles.length > 0 && board.gone.length === tiles.length;

/** What a game took, errors included. */
export const scoreOf = (board: Board, elapsed: number): number => elapsed + board.errors * PENALTY;
