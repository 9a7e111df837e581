import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  answer,
  begin as beginFrom,
  count as known,
  type Learning,
  levelOf,
  nextRound,
  SIZE,
} from "../src/modes/learn/rounds";

const keys = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `k${at}`);

const begin = (all: readonly string[], kept: Learning | null = null): Learning => beginFrom(all, kept, () => 0);
const mastered = (state: Learning, all: readonly string[]): boolean => known(state, all, 2) === all.length;

/** Answers a whole round. */
function play(state: Learning, right: (key: string) => boolean): Learning {
  let now = state;
  while (now.queue.length > 0) now = answer(now, right(now.queue[0] ?? ""));
  return now;
}

describe("a round", () => {
  test("asks seven, in the order of the course", () => {
    expect(begin(keys(20)).queue).toEqual(keys(7));
    expect(begin(keys(3)).queue).toEqual(keys(3));
  });

  test("asks a missed one again until it is right", () => {
    let state = answer(begin(keys(3)), false);
    expect(state.queue).toEqual(["k1", "k2", "k0"]);
    expect(levelOf(state, "k0")).toBe(-1);
    state = play(state, () => true);
    expect(levelOf(state, "k0")).toBe(1);
    expect(state.first).toEqual({ k0: false, k1: true, k2: true });
  });

  test("brings what is familiar back after two rounds, before anything new", () => {
    const all = keys(21);
    let state = play(begin(all), () => true);
    state = play(nextRound(state, all), () => true);
    expect(state.round).toBe(2);
    expect(nextRound(state, all).queue).toEqual(all.slice(0, 7));
  });

  test("asks what is familiar sooner where there is nothing else", () => {
    const state = play(begin(keys(2)), () => true);
    expect(nextRound(state, keys(2)).queue).toEqual(keys(2));
  });
});

describe("what was kept", () => {
  test("goes on where it was, without what is no longer there and with what is new", () => {
    const kept = answer(begin(keys(3)), true);
    const state = begin(["k0", "k2", "fresh"], kept);
    expect(state.queue).toEqual(["k2"]);
    expect(levelOf(state, "k0")).toBe(1);
    expect(
      nextRound(
        play(state, () => true),
        ["k0", "k2", "fresh"],
      ).queue,
    ).toContain("fresh");
  });

  test("begins a round where all that was left of one is gone", () => {
    const kept = answer(begin(keys(2)), true);
    expect(begin(["k0", "new"], kept).queue).toEqual(["new"]);
  });

  test("counts what was mastered elsewhere", () => {
    const state = beginFrom(["a", "b", "c"], null, (key) => (key === "a" ? 2 : key === "b" ? -1 : 0));
    expect(state.queue).toEqual(["b", "c"]);
  });

  test("still shows the round that had ended", () => {
    const ended = play(begin(keys(9)), () => true);
    expect(begin(keys(9), ended)).toEqual(ended);
  });
});

test("Learn ends for every sequence of answers in which each unit is right in the end", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 }), fc.array(fc.boolean(), { maxLength: 400 }), (count, luck) => {
      const all = keys(count);
      let state = begin(all);
      let answers = 0;
      while (!mastered(state, all)) {
        if (state.queue.length === 0) state = nextRound(state, all);
        expect(state.queue.length).toBeGreaterThan(0);
        expect(new Set(state.queue).size).toBe(state.queue.length);
        expect(state.queue.length).toBeLessThanOrEqual(SIZE);
        state = answer(state, luck[answers] ?? true);
        answers += 1;
        expect(answers).toBeLessThanOrEqual(luck.length + 3 * count + 2 * luck.length);
      }
      expect(known(state, all, 2)).toBe(count);
    }),
  );
});
