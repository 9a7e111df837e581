/** Match: the choice of the game, the board, and its end. */

import { h, type VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { poolOf, studied } from "../../ask/unit";
import { asking } from "../../ask/words";
import type { Session } from "../../session";
import type { Json } from "../../store/marks";
import { End } from "../../ui/end";
import { useFocus } from "../../ui/hooks";
import { Html } from "../../ui/html";
import { words } from "../../words";
import { type Board, choose, PENALTY, pairsOf, START, tilesOf } from "./board";

/** Where a game stands; `ms` is what it took so far, errors included and time away left out. */
type Game = {
  readonly seed: string;
  readonly timed: boolean;
  readonly board: Board;
  readonly ms: number;
  readonly best: boolean;
};

/** How long two tiles that do not match are shown so. */
const LOOK = 900;
const seconds = (ms: number): string => asking.match.seconds((ms / 1000).toFixed(1));

export function Match({ session }: { readonly session: Session }): VNode {
  const { store, page, deck } = session;
  const say = asking.match;
  const place = `run:match:${session.place}`;
  const units = useMemo(() => studied(poolOf(session), session), [session]);
  const [game, setGame] = useState(() => store.get(place, null as Json) as Game | null);
  const [timed, setTimed] = useState(() => store.get<boolean>("set:timed", true));
  const seed = game?.seed ?? "";
  const [pairs, tiles] = useMemo(() => {
    const found = pairsOf(units, seed);
    return [found, tilesOf(found, seed)] as const;
  }, [units, seed]);
  const began = useRef(Date.now() - (game?.ms ?? 0));
  const best = store.get(`best:${deck.id}`, 0);
  const playing = game && game.board.gone.length < tiles.length ? game : null;

  const keep = (next: Game): void => {
    setGame(next);
    store.set(place, next);
  };
  const start = (): void => {
    began.current = Date.now();
    store.set("set:timed", timed);
    keep({ seed: `${Date.now()}`, timed, board: START, ms: 0, best: false });
  };
  const move = (at: number): void => {
    if (!playing) return;
    const before = playing.board;
    const board = choose(before, tiles, at);
    const error = board.errors > before.errors;
    if (error) began.current -= PENALTY;
    const ms = Date.now() - began.current;
    const done = board.gone.length === tiles.length;
    const record = done && timed && (!best || ms < best);
    if (record) store.set(`best:${deck.id}`, ms);
    if (error || board.gone.length > before.gone.length) {
      page.announce(error ? say.differ : say.left((tiles.length - board.gone.length) / 2));
      for (const index of error ? board.wrong : board.gone.slice(-1)) {
        const unit = pairs[tiles[index]?.pair ?? -1];
        if (unit) session.answered(unit.key, error ? 1 : 3, "match");
      }
    }
    keep({ ...playing, board, ms, best: record });
  };
  const settle = (): void => {
    if (playing) keep({ ...playing, board: { ...playing.board, wrong: [] }, ms: Date.now() - began.current });
  };
  const learn = { label: words.modes.learn.label, act: () => page.go("learn") };

  if (playing) {
    return <Playing key={seed} {...{ game: playing, tiles, best, began: began.current, move, settle }} />;
  }
  if (pairs.length < 2) return <End title={say.few} actions={[learn]} />;
  return (
    <End
      title={!game ? words.modes.match.label : game.best ? say.record : say.done}
      actions={game ? [learn, { label: say.again, act: start }] : [{ label: say.start, act: start }]}
    >
      <p class={game ? "df-score" : ""}>
        {game
          ? `${game.timed ? `${seconds(game.ms)}, ` : ""}${say.errors(game.board.errors)}`
          : say.intro(pairs.length)}
      </p>
      {best > 0 && <p class="df-meta">{say.best(seconds(best))}</p>}
      {game && <p>{say.nudge}</p>}
      <label>
        <input type="checkbox" checked={timed} onChange={() => setTimed(!timed)} /> {say.timed}
      </label>
    </End>
  );
}

function Playing(props: {
  readonly game: Game;
  readonly tiles: ReturnType<typeof tilesOf>;
  readonly best: number;
  readonly began: number;
  readonly move: (at: number) => void;
  readonly settle: () => void;
}): VNode {
  const { game, tiles, best, began } = props;
  const { board, timed } = game;
  const say = asking.match;
  const [, tick] = useState(0);
  const [at, setAt] = useState(0);
  const grid = useFocus<HTMLElement>("");

  useEffect(() => {
    const timer = timed ? setInterval(() => tick(Date.now()), 100) : 0;
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    const timer = board.wrong.length ? setTimeout(props.settle, LOOK) : 0;
    return () => clearTimeout(timer);
  }, [board]);

  const hear = (event: KeyboardEvent): void => {
    const all = [...(grid.current?.querySelectorAll("button") ?? [])];
    const row = Math.max(
      1,
      all.findIndex((tile) => tile.offsetTop > (all[0]?.offsetTop ?? 0)),
    );
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[event.key];
    if (!step) return;
    event.preventDefault();
    all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  };
  return (
    <div>
      <p class="df-meta">
        {timed && <b role="timer">{seconds(Date.now() - began)}</b>}{" "}
        {timed && best > 0 && `${say.best(seconds(best))} · `}
        {say.errors(board.errors)}
      </p>
      <section class="df-halves" aria-label={say.board} tabIndex={-1} ref={grid} onKeyDown={hear}>
        {tiles.map(({ html, answer }, index) => {
          const gone = board.gone.includes(index);
          return (
            <button
              key={html}
              type="button"
              class={`df-half ${gone ? "df-half--gone" : board.wrong.includes(index) ? "df-not" : ""}`}
              aria-pressed={board.picked === index}
              aria-disabled={gone}
              tabIndex={index === at ? 0 : -1}
              onFocus={() => setAt(index)}
              onClick={() => props.move(index)}
            >
              <span class="df-part">{answer ? words.answer : say.question}</span>
              <Html inline of={html} />
            </button>
          );
        })}
      </section>
    </div>
  );
}
