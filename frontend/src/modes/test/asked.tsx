/** The questions of a test, all on one page so that they can be gone through in any order, and printed. */

import { h, type VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Inputs } from "../../ask/options";
import { TypedInput } from "../../ask/typed";
import type { Session } from "../../session";
import { useFocus, useKeys } from "../../ui/hooks";
import { Html } from "../../ui/html";
import { words } from "../../words";
import type { Question } from "./paper";
import { type Answer, isAnswered } from "./score";
import { clock, type Sitting } from "./sitting";

interface Props {
  readonly session: Session;
  readonly paper: readonly Question[];
  readonly sitting: Sitting;
  readonly onAnswer: (id: string, answer: Answer) => void;
  readonly onFlag: (id: string) => void;
  readonly onSubmit: () => void;
  readonly onLeave: () => void;
}

const place = (at: number): string => `df-asked-${at + 1}`;

/** Goes to a question, with the keyboard too. */
function goTo(at: number): void {
  const target = document.getElementById(place(at));
  target?.scrollIntoView({ block: "start" });
  target?.focus({ preventScroll: true });
}

export function Asked({ session, paper, sitting, onAnswer, onFlag, onSubmit, onLeave }: Props): VNode {
  const say = words.test;
  const [warned, warn] = useState(false);
  const first = useFocus<HTMLHeadingElement>(sitting.seed);
  const warning = useRef<HTMLDivElement>(null);
  const open = paper.flatMap((question, at) => (isAnswered(question, sitting.answers[question.id]) ? [] : [at]));
  const submit = (): void => {
    if (open.length === 0) onSubmit();
    else warn(true);
  };
  useEffect(() => {
    if (warned) warning.current?.focus();
  }, [warned]);
  useKeys(session, {
    f: () => {
      const within = document.activeElement?.closest("[data-id]")?.getAttribute("data-id");
      if (within) onFlag(within);
    },
  });
  const link = (at: number): VNode => {
    const { id } = paper[at] as Question;
    const [answered, flagged] = [!open.includes(at), sitting.flags.includes(id)];
    return (
      <li key={id}>
        <button
          type="button"
          class={`df-number${answered ? " df-number--answered" : ""}${flagged ? " df-number--flagged" : ""}`}
          aria-label={`${say.number(at + 1)}: ${say.state(answered, flagged)}`}
          onClick={() => goTo(at)}
        >
          {at + 1}
          {flagged && <span aria-hidden="true">⚑</span>}
        </button>
      </li>
    );
  };
  return (
    <div class="df-paper">
      <div class="df-sticky df-screen">
        <h2 tabIndex={-1} ref={first}>
          {say.answered(paper.length - open.length, paper.length)}
        </h2>
        {sitting.ends > 0 && <Clock ends={sitting.ends} announce={session.page.announce} onZero={onSubmit} />}
        <details class="df-list">
          <summary>{say.list}</summary>
          <ol class="df-numbers">{paper.map((_, at) => link(at))}</ol>
        </details>
      </div>
      {paper.map((question, at) => (
        <Sheet
          key={question.id}
          at={at}
          question={question}
          answer={sitting.answers[question.id] ?? {}}
          flagged={sitting.flags.includes(question.id)}
          onAnswer={(answer) => onAnswer(question.id, answer)}
          onFlag={() => onFlag(question.id)}
        />
      ))}
      {warned && open.length > 0 && (
        <div
          class="df-card df-warn df-screen"
          role="alertdialog"
          aria-label={say.open(open.length)}
          tabIndex={-1}
          ref={warning}
        >
          <p>{say.open(open.length)}</p>
          <ol class="df-numbers">{open.map(link)}</ol>
          <p class="df-actions">
            <button type="button" class="df-primary" onClick={() => goTo(open[0] ?? 0)}>
              {say.goBack}
            </button>
            <button type="button" onClick={onSubmit}>
              {say.anyway}
            </button>
          </p>
        </div>
      )}
      <p class="df-actions df-screen">
        <button type="button" class="df-primary" onClick={submit}>
          {say.submit}
        </button>
        <button type="button" class="df-quiet" onClick={() => window.print()}>
          {say.print}
        </button>
        <button type="button" class="df-quiet" onClick={onLeave}>
          {say.leave}
        </button>
      </p>
    </div>
  );
}

/** The time that is left; at zero it says so, once. */
function Clock({
  ends,
  announce,
  onZero,
}: {
  ends: number;
  announce: (text: string) => void;
  onZero: () => void;
}): VNode {
  const [now, setNow] = useState(Date.now);
  const zero = useRef(onZero);
  zero.current = onZero;
  useEffect(() => {
    const timer = setInterval(() => {
      const at = Date.now();
      const [before, left] = [Math.ceil((ends - at + 1000) / 1000), Math.ceil((ends - at) / 1000)];
      for (const minutes of [5, 1])
        if (before > minutes * 60 && left <= minutes * 60) announce(words.test.minutesLeft(minutes));
      setNow(at);
      if (at >= ends) {
        clearInterval(timer);
        zero.current();
      }
    }, 1000);
    return () => clearInterval(timer);
  }, [ends]);
  return (
    <p class={`df-clock${ends - now < 60_000 ? " df-clock--last" : ""}`} role="timer">
      {words.test.left(clock(ends - now))}
    </p>
  );
}

interface SheetProps {
  readonly at: number;
  readonly question: Question;
  readonly answer: Answer;
  readonly flagged: boolean;
  readonly onAnswer: (answer: Answer) => void;
  readonly onFlag: () => void;
}

function Sheet({ at, question, answer, flagged, onAnswer, onFlag }: SheetProps): VNode {
  const say = words.test;
  const { id, unit, points } = question;
  return (
    <fieldset class="df-card df-question" id={place(at)} tabIndex={-1} data-id={id}>
      <legend class="df-label">
        {say.number(at + 1)} · {say.points(points)}
      </legend>
      <button type="button" class="df-flag df-quiet df-screen" aria-pressed={flagged} onClick={onFlag}>
        <span aria-hidden="true">{flagged ? "⚑" : "⚐"}</span> {say.flag}
      </button>
      <Html class="df-ask" of={unit.item.kind === "cloze" ? unit.item.front : unit.prompt} />
      <Field question={question} answer={answer} onAnswer={onAnswer} />
    </fieldset>
  );
}

function Field({ question, answer, onAnswer }: Pick<SheetProps, "question" | "answer" | "onAnswer">): VNode {
  const say = words.test;
  const { id, form, unit, units, choices, stated } = question;
  const { item } = unit;
  const picked = answer.picked ?? [];
  const texts = answer.texts ?? [];
  const write = (at: number, text: string): void =>
    onAnswer({ texts: units.map((_, each) => (each === at ? text : (texts[each] ?? ""))) });
  switch (form) {
    case "choice": {
      const multiple = item.kind === "choice" && item.multiple;
      const press = (index: number): void => {
        const rest = picked.filter((other) => other !== index);
        onAnswer({ picked: !multiple ? [index] : rest.length < picked.length ? rest : [...rest, index] });
      };
      return (
        <div>
          {multiple && <p class="df-label">{words.ask.pickAll}</p>}
          <Inputs choices={choices} picked={picked} onPick={press} name={`df-${id}`} multiple={multiple} />
        </div>
      );
    }
    case "truth":
      return (
        <div>
          <div class="df-stated">{stated && <Html of={stated.html} />}</div>
          <p class="df-label">{say.truth}</p>
          <div class="df-truths">
            {[true, false].map((truth) => (
              <label key={String(truth)} class="df-choice">
                <input
                  type="radio"
                  name={`df-${id}`}
                  checked={answer.truth === truth}
                  onChange={() => onAnswer({ truth })}
                />
                {truth ? say.isTrue : say.isFalse}
              </label>
            ))}
          </div>
        </div>
      );
    case "written":
      return (
        <div>
          {"tasks" in item && item.tasks.length > 0 && (
            <ol class="df-tasks">
              {item.tasks.map(({ text, points }) => (
                <li key={text}>
                  <Html of={text} />
                  {points > 0 && <small class="df-meta">{say.points(points)}</small>}
                </li>
              ))}
            </ol>
          )}
          <label class="df-written">
            <span class="df-label">
              {say.write}
              {"words" in item && item.words ? ` · ${say.length(item.words)}` : ""}
            </span>
            <textarea
              rows={item.kind === "essay" ? 12 : 5}
              value={texts[0] ?? ""}
              onInput={({ currentTarget }) => write(0, currentTarget.value)}
            />
          </label>
          {(texts[0] ?? "") !== "" && (
            <p class="df-meta df-screen">{say.words((texts[0] ?? "").split(/\s+/).filter(Boolean).length)}</p>
          )}
        </div>
      );
    default:
      return (
        <div>
          {units.map((each, at) => (
            <TypedInput
              key={each.key}
              unit={each}
              value={texts[at] ?? ""}
              onType={(text) => write(at, text)}
              {...(units.length > 1 ? { label: say.blank(at + 1) } : {})}
            />
          ))}
        </div>
      );
  }
}
