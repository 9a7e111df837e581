/** Learn: chooses what is asked and how, and shows a round, its end, and the end of it all. */

import { h, type VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { placeOf, poolOf, recall, remember, unitsIn } from "../../ask/pool";
import type { Unit } from "../../ask/unit";
import type { Mark } from "../../grade/number";
import type { Session } from "../../session";
import { End } from "../../ui/end";
import { words } from "../../words";
import { type Given, Question } from "./question";
import { answer, begin, type Learning, levelOf, mastered, nextRound, tally } from "./rounds";

export function Learn({ session }: { readonly session: Session }): VNode {
  const { store, page } = session;
  const say = words.learn;
  const units = useMemo(() => new Map(unitsIn(session).map((unit) => [unit.key, unit])), [session]);
  const pool = useMemo(() => poolOf(session), [session]);
  const keys = useMemo(() => [...units.keys()], [units]);
  const place = placeOf("learn", session);
  const [state, setState] = useState(() =>
    begin(keys, recall<Learning>(session, place), (key) => store.get(`learn:${key}`, 0)),
  );
  const [given, setGiven] = useState<Given | null>(null);

  const keep = (next: Learning): void => {
    setState(next);
    remember(session, place, next);
  };
  const take = (from: Learning, unit: Unit, right: boolean, ms: number): (() => void) => {
    const next = answer(from, right);
    keep(next);
    store.set(`learn:${unit.key}`, levelOf(next, unit.key));
    return session.practised(unit.key, right, "learn", ms);
  };
  const give = (unit: Unit, mark: Mark, ms: number, more: Partial<Given>): void => {
    const undo = take(state, unit, mark.right, ms);
    page.announce(mark.right ? words.ask.right : words.ask.wrong);
    setGiven({
      unit,
      mark,
      override: () => {
        undo();
        take(state, unit, true, ms);
        setGiven(null);
      },
      ...more,
    });
  };
  const again = (): void => {
    for (const key of keys) store.set(`learn:${key}`, null);
    setGiven(null);
    keep(begin(keys));
  };

  const known = tally(state, keys);
  const now = given?.unit ?? units.get(state.queue[0] ?? "");
  if (!now) {
    return mastered(state, keys) ? (
      <End
        title={say.done}
        actions={[
          { label: words.ask.goTest, act: () => page.go("test") },
          { label: words.ask.goRepeat, act: () => page.go("repeat") },
          { label: say.again, act: again },
        ]}
      >
        <p>{say.doneText(keys.length, state.round)}</p>
      </End>
    ) : (
      <End
        title={say.roundDone(state.round)}
        actions={[
          { label: say.next, act: () => keep(nextRound(state, keys)) },
          { label: words.back, act: () => page.go("") },
        ]}
      >
        <Known known={known} count={keys.length} />
        <ul class="df-round">
          {state.first.map(({ key, right }) => (
            <li key={key}>
              <span class="df-sign" role="img" aria-label={right ? words.ask.right : words.ask.wrong}>
                {right ? "✓" : "✗"}
              </span>{" "}
              {units.get(key)?.summary.text}
            </li>
          ))}
        </ul>
      </End>
    );
  }
  const left = state.queue.length + (given ? 1 : 0);
  return (
    <div>
      <Known known={known} count={keys.length} text={say.progress(state.round, left)} />
      <Question
        key={`${now.key} ${state.round} ${given ? "given" : left}`}
        session={session}
        unit={now}
        pool={pool}
        seed={`${place}${state.round}`}
        level={levelOf(state, now.key)}
        given={given}
        onGive={give}
        onNext={() => setGiven(null)}
      />
    </div>
  );
}

/** How much is known, as a bar and in words. */
function Known({ known, count, text }: { known: ReturnType<typeof tally>; count: number; text?: string }): VNode {
  return (
    <div class="df-known">
      <p class="df-known__text">
        {text && <span>{text}</span>}
        <span>{words.learn.known(known[2], known[1], count)}</span>
      </p>
      <div class="df-known__bar" aria-hidden="true">
        <i style={{ width: `${(100 * known[2]) / count}%` }} />
        <i style={{ width: `${(100 * known[1]) / count}%` }} />
      </div>
    </div>
  );
}
