/** One question of Learn: chosen before it is typed, and what is too long to type is said to oneself. */

import { Fragment, h, type VNode } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { Answer, markText } from "../../ask/answer";
import { type Choice, choicesOf } from "../../ask/choices";
import { judgePicked, judgeTyped } from "../../ask/judge";
import { Buttons, Inputs, Marked } from "../../ask/options";
import { TypedInput } from "../../ask/typed";
import { typeable, type Unit } from "../../ask/unit";
import type { Mark } from "../../grade/number";
import type { Session } from "../../session";
import { useFocus, useKeys } from "../../ui/hooks";
import { Html } from "../../ui/html";
import { words } from "../../words";
import type { Level } from "./rounds";

/** An answer that was given, and is looked at. */
export interface Given {
  readonly unit: Unit;
  readonly mark: Mark;
  readonly choices?: readonly Choice[];
  readonly picked?: readonly number[];
  readonly text?: string;
  readonly override: () => void;
}

interface Props {
  readonly session: Session;
  readonly unit: Unit;
  readonly pool: readonly Unit[];
  readonly seed: string;
  readonly level: Level;
  readonly given: Given | null;
  readonly onGive: (unit: Unit, mark: Mark, ms: number, more: Partial<Given>) => void;
  readonly onNext: () => void;
}

export function Question(props: Props): VNode {
  const { unit, given } = props;
  return (
    <section class="df-card df-question" aria-label={words.learn.question}>
      <Html class="df-ask" of={unit.prompt} />
      {given ? <Looking {...props} given={given} /> : <Asking {...props} />}
    </section>
  );
}

function Asking({ session, unit, pool, seed, level, onGive }: Props): VNode {
  const say = words.ask;
  const began = useRef(Date.now());
  const [picked, pick] = useState<readonly number[]>([]);
  const [text, type] = useState("");
  const [shown, show] = useState(false);
  const [hint, setHint] = useState(false);
  const choices = useMemo(
    () => (level < 1 || unit.item.kind === "choice" ? choicesOf(unit, pool, seed) : []),
    [unit, pool, seed, level],
  );
  const others = useMemo(
    () => pool.filter((other) => other.key !== unit.key).map((other) => other.plain),
    [pool, unit],
  );
  const typed = choices.length === 0 && typeable(unit);
  const multiple = unit.item.kind === "choice" && unit.item.multiple;
  const place = useFocus<HTMLElement & HTMLInputElement>(shown);

  const give = (mark: Mark, more: Partial<Given>): void => onGive(unit, mark, Date.now() - began.current, more);
  const said = (right: boolean, more: Partial<Given> = {}): void => give({ right, why: "" }, more);
  const choose = (all: readonly number[]): void => said(judgePicked(choices, all), { choices, picked: all });
  const press = (index: number): void => {
    if (!multiple) choose([index]);
    else pick(picked.includes(index) ? picked.filter((other) => other !== index) : [...picked, index]);
  };
  const check = (): void => {
    if (text.trim()) give(judgeTyped(unit, text, others), { text });
  };
  const pass = (): void => said(false, { choices, picked: [] });

  useKeys(session, {
    ...Object.fromEntries(choices.map(({ index }, at) => [String(at + 1), () => press(index)])),
    ...(multiple && picked.length > 0 ? { Enter: () => choose(picked) } : {}),
    ...(shown ? { "1": () => said(false), "2": () => said(true) } : { Escape: pass }),
    ...(!typed && choices.length === 0 && !shown ? { " ": () => show(true), Enter: () => show(true) } : {}),
  });

  if (shown) {
    return (
      <div>
        <Answer unit={unit} />
        <p class="df-actions" ref={place} tabIndex={-1}>
          <button type="button" onClick={() => said(false)}>
            <span class="df-key" aria-hidden="true">
              1
            </span>{" "}
            {say.missed}
          </button>
          <button type="button" class="df-primary" onClick={() => said(true)}>
            <span class="df-key" aria-hidden="true">
              2
            </span>{" "}
            {say.knew}
          </button>
        </p>
      </div>
    );
  }
  return (
    <Fragment>
      {choices.length > 0 && (
        <div role="group" aria-label={multiple ? say.pickAll : say.pick} ref={place} tabIndex={-1}>
          <p class="df-label">{multiple ? say.pickAll : say.pick}</p>
          {multiple ? (
            <Inputs choices={choices} picked={picked} onPick={press} name={unit.key} multiple />
          ) : (
            <Buttons choices={choices} onPick={press} />
          )}
        </div>
      )}
      {typed && <TypedInput unit={unit} value={text} onType={type} onEnter={check} onEscape={pass} place={place} />}
      {typed && hint && <p class="df-meta">{say.hintIs(unit.plain.trim().charAt(0))}</p>}
      <p class="df-actions">
        {typed && (
          <button type="button" class="df-primary" disabled={!text.trim()} onClick={check}>
            {say.check}
          </button>
        )}
        {multiple && (
          <button type="button" class="df-primary" disabled={picked.length === 0} onClick={() => choose(picked)}>
            {say.check}
          </button>
        )}
        {!typed && choices.length === 0 && (
          <button type="button" class="df-primary" ref={place as never} onClick={() => show(true)}>
            {say.show}
          </button>
        )}
        {typed && unit.item.kind !== "numeric" && !hint && (
          <button type="button" class="df-quiet" onClick={() => setHint(true)}>
            {say.hint}
          </button>
        )}
        <button type="button" class="df-quiet" onClick={pass}>
          {say.dontKnow}{" "}
          <span class="df-key" aria-hidden="true">
            Esc
          </span>
        </button>
      </p>
    </Fragment>
  );
}

function Looking({ session, unit, given, onNext }: Props & { given: Given }): VNode {
  const say = words.ask;
  const { mark, choices = [], picked = [], text } = given;
  const next = useFocus<HTMLButtonElement>(given);
  useKeys(session, { ...(mark.right ? {} : { i: given.override }), Enter: onNext, " ": onNext });
  return (
    <Fragment>
      <p class={`df-result df-result--${mark.right ? "right" : "wrong"}`}>
        <span aria-hidden="true">{mark.right ? "✓" : "✗"}</span> {markText(mark, unit)}
      </p>
      {text && !mark.right && <p class="df-meta">{say.typed(text)}</p>}
      {choices.length > 0 && <Marked choices={choices} picked={picked} />}
      {(choices.length === 0 || unit.item.kind === "choice" || !mark.right) && <Answer unit={unit} gap={!mark.right} />}
      <p class="df-actions">
        <button type="button" class="df-primary" ref={next} onClick={onNext}>
          {say.next}
        </button>
        {!mark.right && (
          <button type="button" class="df-quiet" onClick={given.override}>
            {say.iWasRight}{" "}
            <span class="df-key" aria-hidden="true">
              I
            </span>
          </button>
        )}
      </p>
    </Fragment>
  );
}
