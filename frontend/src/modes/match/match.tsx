/** Match: the choice of the game, the board, and its end. */

import { h, type VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { placeOf, recall, remember, unitsIn } from "../../ask/pool";
import { unlinked } from "../../ask/unit";
import type { Summary } from "../../contract";
import type { Session } from "../../session";
import { End } from "../../ui/end";
import { useFocus } from "../../ui/hooks";
import { Html } from "../../ui/html";
import { words } from "../../words";
import { type Board, choose, finished, pairsOf, START, scoreOf, type Tile, tilesOf } from "./board";

/** Where a game stands; `elapsed` is the time that was played, reloads left out. */
interface Game {
  readonly seed: string;
  readonly timed: boolean;
  readonly board: Board;
  readonly elapsed: number;
}

export const matches = ({ kind }: Summary): boolean => kind === "card" || kind === "term" || kind === "cloze";

const seconds = (ms: number): string => words.match.seconds((ms / 1000).toFixed(1));
/** How long two tiles that do not match are shown so. */
const LOOK = 900;

export function Match({ session }: { readonly session: Session }): VNode {
  const { store, page, deck } = session;
  const say = words.match;
  const place = placeOf("match", session);
  const units = useMemo(() => unitsIn(session), [session]);
  const [game, setGame] = useState<Game | null>(() => recall<Game>(session, place));
  const [timed, setTimed] = useState(() => !store.get("set:untimed", false));
  const pairs = useMemo(() => pairsOf(units, game?.seed ?? "0"), [units, game?.seed]);
  const tiles = useMemo(() => tilesOf(pairs, game?.seed ?? ""), [pairs, game?.seed]);
  const best = store.get(`best:${deck.id}`, 0);
  const record = useRef(false);

  const keep = (next: Game | null): void => {
    setGame(next);
    remember(session, place, next);
  };
  const start = (): void => {
    record.current = false;
    store.set("set:untimed", !timed);
    keep({ seed: String(Date.now()), timed, board: START, elapsed: 0 });
  };
  const move = (board: Board, elapsed: number): void => {
    if (!game) return;
    const left = (tiles.length - board.gone.length) / 2;
    if (board.gone.length > game.board.gone.length) page.announce(say.matched(left));
    if (board.errors > game.board.errors) page.announce(say.differ);
    for (const pair of board.errors > game.board.errors
      ? board.wrong
      : board.gone.length > game.board.gone.length
        ? board.gone.slice(-1)
        : []) {
      const unit = pairs[tiles[pair]?.pair ?? -1];
      if (unit) session.practised(unit.key, board.errors === game.board.errors, "match");
    }
    if (finished(board, tiles) && game.timed) {
      const score = scoreOf(board, elapsed);
      record.current = !best || score < best;
      if (record.current) store.set(`best:${deck.id}`, score);
    }
    keep({ ...game, board, elapsed });
  };

  if (pairs.length < 2) {
    return <End title={say.few} actions={[{ label: words.ask.goLearn, act: () => page.go("learn") }]} />;
  }
  if (!game || tiles.length === 0) {
    return (
      <End title={say.label} actions={[{ label: say.start, act: start }]}>
        <p>{say.intro(pairs.length)}</p>
        <label class="df-check">
          <input type="checkbox" checked={!timed} onChange={() => setTimed(!timed)} /> {say.untimed}
        </label>
        {best > 0 && <p class="df-meta">{say.best(seconds(best))}</p>}
      </End>
    );
  }
  if (finished(game.board, tiles)) {
    const score = scoreOf(game.board, game.elapsed);
    return (
      <End
        title={record.current ? say.record : say.done}
        actions={[
          { label: words.ask.goLearn, act: () => page.go("learn") },
          { label: say.again, act: start },
        ]}
      >
        <p class="df-score">
          {game.timed ? say.took(seconds(score), game.board.errors) : say.clean(game.board.errors)}
        </p>
        {game.timed && best > 0 && !record.current && <p class="df-meta">{say.best(seconds(best))}</p>}
        <p>{say.nudge}</p>
      </End>
    );
  }
  return <Play key={game.seed} game={game} tiles={tiles} best={best} onMove={move} onStop={() => keep(null)} />;
}

function Play(props: {
  readonly game: Game;
  readonly tiles: readonly Tile[];
  readonly best: number;
  readonly onMove: (board: Board, elapsed: number) => void;
  readonly onStop: () => void;
}): VNode {
  const { game, tiles, best, onMove } = props;
  const say = words.match;
  const { board } = game;
  const began = useRef(Date.now() - game.elapsed);
  const [, tick] = useState(0);
  const [at, setAt] = useState(0);
  const grid = useFocus<HTMLElement>(game.seed);
  const texts = useMemo(() => tiles.map(({ html }) => unlinked(html)), [tiles]);
  const elapsed = (): number => Date.now() - began.current;

  useEffect(() => {
    if (!game.timed) return undefined;
    const timer = setInterval(() => tick((count) => count + 1), 100);
    return () => clearInterval(timer);
  }, [game.timed]);
  useEffect(() => {
    if (board.wrong.length === 0) return undefined;
    const timer = setTimeout(() => onMove({ ...board, wrong: [] }, elapsed()), LOOK);
    return () => clearTimeout(timer);
  }, [board]);

  const buttons = (): HTMLButtonElement[] => [...(grid.current?.querySelectorAll("button") ?? [])];
  const go = (to: number): void => {
    const target = buttons()[to];
    if (!target) return;
    setAt(to);
    target.focus();
  };
  /** How many tiles stand in a row, which the width decides. */
  const across = (): number => {
    const all = buttons();
    return all.findIndex((tile) => tile.offsetTop > (all[0]?.offsetTop ?? 0)) || 1;
  };
  const steps: Readonly<Record<string, () => number>> = {
    ArrowRight: () => at + 1,
    ArrowLeft: () => at - 1,
    ArrowDown: () => at + Math.max(across(), 1),
    ArrowUp: () => at - Math.max(across(), 1),
    Home: () => 0,
    End: () => tiles.length - 1,
  };

  return (
    <div>
      <p class="df-bar df-match__bar">
        {game.timed && <span role="timer">{seconds(scoreOf(board, elapsed()))}</span>}
        {game.timed && best > 0 && <span class="df-meta">{say.best(seconds(best))}</span>}
        <span class="df-meta">{say.clean(board.errors)}</span>
      </p>
      <section
        class="df-tiles"
        aria-label={say.board}
        ref={grid}
        tabIndex={-1}
        onKeyDown={(event) => {
          const step = steps[event.key];
          if (!step) return;
          event.preventDefault();
          go(step());
        }}
      >
        {tiles.map((tile, index) => {
          const gone = board.gone.includes(index);
          const state = gone
            ? "gone"
            : board.wrong.includes(index)
              ? "wrong"
              : board.picked === index
                ? "picked"
                : "open";
          return (
            <button
              key={`${tile.pair} ${tile.answer}`}
              type="button"
              class={`df-tile df-tile--${state}`}
              aria-pressed={board.picked === index}
              aria-disabled={gone}
              tabIndex={index === at ? 0 : -1}
              onFocus={() => setAt(index)}
              onClick={() => onMove(choose(board, tiles, index), elapsed())}
            >
              <span class="df-label">{tile.answer ? say.answer : say.question}</span>
              <Html inline of={texts[index] ?? ""} />
            </button>
          );
        })}
      </section>
    </div>
  );
}
