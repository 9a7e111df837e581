/** Learn: what is asked next, a round's end, and the end of it all. */

import { h, type VNode } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { poolOf, studied } from "../../ask/unit";
import { asking } from "../../ask/words";
import type { Session } from "../../session";
import type { Entry } from "../../store/log";
import type { Json } from "../../store/marks";
import { End } from "../../ui/end";
import { words } from "../../words";
import { Question } from "./question";
import { answer, begin, count, type Learning, levelOf, nextRound } from "./rounds";

export function Learn({ session }: { readonly session: Session }): VNode {
  const { store, page } = session;
  const say = asking.learn;
  const place = `run:learn:${session.place}`;
  const [pool, units, keys] = useMemo(() => {
    const all = poolOf(session);
    const found = new Map(studied(all, session).map((unit) => [unit.key, unit]));
    return [all, found, [...found.keys()]] as const;
  }, [session]);
  const fresh = (): Learning => begin(keys, null, () => 0);
  const [state, setState] = useState(() =>
    begin(keys, store.get(place, null as Json) as Learning | null, (key) => store.get(`learn:${key}`, 0)),
  );
  /** What holds once the answer was looked at; it is kept at once. */
  const next = useRef(state);
  const entry = useRef<Entry | null>(null);

  const go = (to: Learning = next.current): void => {
    entry.current = null;
    next.current = to;
    store.set(place, to);
    setState(to);
  };
  const take = (key: string, right: boolean, ms: number): void => {
    if (entry.current) store.undo(key, entry.current);
    next.current = answer(state, right);
    store.set(place, next.current);
    store.set(`learn:${key}`, levelOf(next.current, key));
    entry.current = session.answered(key, right ? 3 : 1, "learn", ms);
  };

  const mastered = count(state, keys, 2);
  const known = say.known(mastered, count(state, keys, 1), keys.length);
  const bar = <progress max={2 * keys.length} value={2 * mastered + count(state, keys, 1)} aria-label={known} />;
  const unit = units.get(state.queue[0] ?? "");
  if (unit) {
    const left = state.queue.length;
    return (
      <div>
        {bar}
        <p class="df-meta">
          {say.round(state.round, left)} · {known}
        </p>
        <Question
          key={`${unit.key} ${state.round} ${left} ${levelOf(state, unit.key)}`}
          {...{ session, unit, pool, take, go }}
          asked={state}
        />
      </div>
    );
  }
  const all = mastered === keys.length;
  return (
    <End
      title={all ? say.done : say.ended(state.round)}
      actions={
        all
          ? [
              { label: words.modes.test.label, act: () => page.go("test") },
              { label: words.modes.repeat.label, act: () => page.go("repeat") },
              {
                label: say.again,
                act: () => {
                  for (const key of keys) store.set(`learn:${key}`, null);
                  go(fresh());
                },
              },
            ]
          : [
              { label: say.next, act: () => go(nextRound(state, keys)) },
              { label: words.back, act: () => page.go("") },
            ]
      }
    >
      {bar}
      <p>{known}</p>
      <ul class="df-lines">
        {Object.entries(state.first).map(([key, right]) => (
          <li key={key} class={right ? "df-right" : "df-not"}>
            <span class="df-verdict">{right ? words.right : words.wrong}</span> {units.get(key)?.summary.text}
          </li>
        ))}
      </ul>
    </End>
  );
}
