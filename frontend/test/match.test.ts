// @vitest-environment jsdom
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choose, pairsOf, START, tilesOf } from "../src/modes/match/board";
import { card, choice, cloze, term } from "./made";

const units = [
  ...Array.from({ length: 8 }, (_, at) => card(`c${at}`, `Question ${at}?`, `answer ${at}`)).flat(),
  ...term("t", "bfloat16", "a 16-bit format"),
  ...cloze("z", "one", "two"),
];

describe("the pairs", () => {
  test("are six, and the same for the same seed", () => {
    expect(pairsOf(units, "a")).toHaveLength(6);
    expect(pairsOf(units, "a")).toEqual(pairsOf(units, "a"));
    expect(pairsOf(units, "a")).not.toEqual(pairsOf(units, "b"));
  });

  test("are short, of kinds that fit, and told apart by both halves", () => {
    const odd = [
      ...card("long", "Long?", "word ".repeat(30)),
      ...card("none", "None?", ""),
      ...choice("pick", ["*one", "two"]),
      ...card("same", "Question 1?", "another answer"),
      ...card("twin", "Twin?", "Answer 1"),
      ...card("c1", "Question 1?", "answer 1"),
    ];
    const found = pairsOf(odd, "seed").map(({ item }) => item.id);
    expect(found).not.toContain("long");
    expect(found).not.toContain("none");
    expect(found).not.toContain("pick");
    expect(new Set(found.filter((id) => ["same", "twin", "c1"].includes(id))).size).toBeLessThanOrEqual(2);
  });
});

describe("choosing", () => {
  const tiles = tilesOf(pairsOf(units, "a"), "a");
  const at = (pair: number, answer: boolean): number =>
    tiles.findIndex((tile) => tile.pair === pair && tile.answer === answer);

  test("two that belong together disappear", () => {
    const board = choose(choose(START, tiles, at(0, false)), tiles, at(0, true));
    expect(board.gone).toEqual([at(0, false), at(0, true)]);
    expect(board.errors).toBe(0);
  });

  test("two that do not are an error", () => {
    const board = choose(choose(START, tiles, at(0, false)), tiles, at(1, true));
    expect(board).toEqual({ ...START, wrong: [at(0, false), at(1, true)], errors: 1 });
  });

  test("another of the same side takes the place of the first, itself again puts it back", () => {
    expect(choose(choose(START, tiles, at(0, false)), tiles, at(1, false)).picked).toBe(at(1, false));
    expect(choose(choose(START, tiles, at(0, false)), tiles, at(0, false))).toEqual(START);
  });

  test("any sequence leaves pairs whole, and right ones end the game", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 12 }), { maxLength: 60 }), (moves) => {
        let board = START;
        for (const move of moves) board = choose(board, tiles, move);
        expect(new Set(board.gone).size).toBe(board.gone.length);
        expect(board.gone.length % 2).toBe(0);
        if (board.picked !== null) board = choose(board, tiles, board.picked);
        for (let pair = 0; pair < 6; pair++) {
          board = choose(choose(board, tiles, at(pair, false)), tiles, at(pair, true));
        }
        expect(board.gone).toHaveLength(tiles.length);
      }),
    );
  });
});
