/** Learn: what is asked and how, a round's end, and the end of it all. */

import { h, type VNode } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { choicesOf } from "../../ask/choices";
import { type Act, Acts, Choices, Given, keysOf, pressed, reason, Typed } from "../../ask/field";
import { judge, poolOf, studied, typeable, type Unit } from "../../ask/unit";
import { asking } from "../../ask/words";
import type { Mark } from "../../grade/number";
import type { Session } from "../../session";
import type { Entry } from "../../store/log";
import type { Json } from "../../store/marks";
import { Sources, Star, star } from "../../ui/card";
import { End } from "../../ui/end";
import { Back, Front } from "../../ui/faces";
import { useFocus, useKeys, useStore } from "../../ui/hooks";
import { Html } from "../../ui/html";
import { words } from "../../words";
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

interface Props {
  readonly session: Session;
  readonly unit: Unit;
  readonly pool: readonly Unit[];
  readonly asked: Learning;
  readonly take: (key: string, right: boolean, ms: number) => void;
  readonly go: () => void;
}

/** One question: chosen before it is typed, and what is too long to type is said to oneself. */
function Question({ session, unit, pool, asked, take, go }: Props): VNode {
  const say = asking.learn;
  const { item, key, summary, plain } = unit;
  const seed = `${session.place}${asked.round}`;
  const began = useRef(Date.now());
  const [picked, pick] = useState<readonly number[]>([]);
  const [text, type] = useState("");
  const [hint, setHint] = useState(false);
  const [open, setOpen] = useState(false);
  const [mark, setMark] = useState<Mark>();
  useStore(session.store);
  const choices = useMemo(
    () => (item.kind === "choice" || levelOf(asked, key) < 1 ? choicesOf(unit, pool, seed) : []),
    [],
  );
  const typing = !choices.length && typeable(unit);
  const multiple = item.kind === "choice" && item.multiple;
  const place = useFocus<never>(`${open}${!mark}`);

  const give = (made: Mark): void => {
    setMark(made);
    take(key, made.right, Date.now() - began.current);
    session.page.announce(made.right ? words.right : words.wrong);
  };
  const said = (right: boolean): void => give({ right, why: "" });
  const choose = (all: readonly number[]): void => {
    pick(all);
    said(choices.every((choice) => choice.key === all.includes(choice.index)));
  };
  const press = (index: number): void => (multiple ? pick(pressed(picked, index, true)) : choose([index]));
  const check = (): void => {
    if (typing && text.trim())
      give(
        judge(
          unit,
          text,
          pool.filter((other) => other !== unit).map((other) => other.plain),
        ),
      );
    else if (multiple && picked.length) choose(picked);
  };
  const overrule = (): void => {
    take(key, true, Date.now() - began.current);
    go();
  };
  const pass = (): void => said(false);

  const acts: readonly (Act | false)[] = mark
    ? [[asking.goOn, go], !mark.right && [asking.overrule, overrule, "i"]]
    : open
      ? [
          [words.flashcards.know, () => said(true), "2"],
          [say.missed, pass, "1"],
        ]
      : [
          typing || multiple ? [say.check, check] : !choices.length && [words.show, () => setOpen(true)],
          [say.pass, pass, "Escape"],
          typing && !hint && item.kind !== "numeric" && [say.letter, () => setHint(true)],
        ];
  useKeys(session, {
    ...(mark ? {} : Object.fromEntries(choices.map(({ index }, at) => [at + 1, () => press(index)]))),
    ...keysOf(acts),
    Enter: mark ? go : check,
    s: () => star(session, item.id),
  });

  return (
    <section
      class="df-card"
      aria-label={words.kinds[item.kind]}
      tabIndex={-1}
      {...(choices.length && !mark && { ref: place })}
    >
      <div class="df-card__head">
        <span>{words.kinds[item.kind]}</span>
        <Star session={session} id={item.id} />
      </div>
      {item.kind === "choice" ? <Html class="df-face" of={item.front} /> : <Front item={item} card={key} seed={seed} />}
      {mark ? (
        <div>
          <p class={`df-mark ${mark.right ? "df-right" : "df-not"}`}>
            <span class="df-verdict">{mark.right ? words.right : words.wrong}</span> {reason(mark, unit)}
          </p>
          <Given text={text} picked={choices.filter(({ index }) => picked.includes(index))} />
        </div>
      ) : (
        <div>
          {choices.length > 0 && !open && (
            <div>
              <p class="df-part">{multiple ? asking.all : asking.one}</p>
              <Choices choices={choices} picked={picked} pick={press} multiple={multiple} />
            </div>
          )}
          {typing && <Typed unit={unit} value={text} type={type} place={place} keys={{ Enter: check, Escape: pass }} />}
          {hint && <p class="df-meta">{say.begins(plain.trim().charAt(0))}</p>}
        </div>
      )}
      {(mark || open) && (
        <div class="df-card__back">
          <p class="df-part">{words.answer}</p>
          <Back item={item} card={key} seed={seed} />
          <Sources session={session} id={summary.id} />
        </div>
      )}
      <Acts of={acts} {...((mark || open || (!typing && !choices.length)) && { place })} />
    </section>
  );
}
