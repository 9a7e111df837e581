/** A test that is being answered: how far it is, the time that is left, and the questions on one page, in any order. */

import { type ComponentChildren, h, type VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Acts } from "../../ask/field";
import { asking } from "../../ask/words";
import type { Session } from "../../session";
import { useFocus, useKeys } from "../../ui/hooks";
import type { Question } from "./paper";
import { isAnswered } from "./score";
import type { Sitting } from "./sitting";

/** Goes to a question, with the keyboard too. */
const goTo = (at: number): void => {
  const target = document.getElementById(`df-q${at}`);
  target?.scrollIntoView();
  target?.focus({ preventScroll: true });
};

export function Answering(props: {
  readonly session: Session;
  readonly paper: readonly Question[];
  readonly sitting: Sitting;
  readonly flag: (id: string) => void;
  readonly submit: () => void;
  readonly leave: () => void;
  readonly children?: ComponentChildren;
}): VNode {
  const { session, paper, sitting, submit } = props;
  const say = asking.test;
  const [warned, warn] = useState(0);
  const list = useRef<HTMLDetailsElement>(null);
  const heading = useFocus<HTMLHeadingElement>(sitting.seed);
  const warning = useFocus<HTMLElement>(warned);
  const open = paper.flatMap((question, at) => (isAnswered(question, sitting.answers[question.id] ?? {}) ? [] : [at]));
  useKeys(session, {
    f: () => {
      const id = document.activeElement?.closest("[data-id]")?.getAttribute("data-id");
      if (id) props.flag(id);
    },
  });
  const jump = (at: number): void => {
    if (list.current) list.current.open = false;
    goTo(at);
  };
  const link = (at: number): VNode => {
    const answered = !open.includes(at);
    const flagged = sitting.flags.includes(paper[at]?.id ?? "");
    return (
      <button
        key={at}
        type="button"
        class={`df-number ${answered ? "df-number--done" : ""}`}
        aria-label={say.state(at + 1, answered, flagged)}
        onClick={() => jump(at)}
      >
        {at + 1}
        {flagged && "⚑"}
      </button>
    );
  };
  return (
    <div>
      <div class="df-sticky">
        <h2 tabIndex={-1} ref={heading}>
          {say.answered(paper.length - open.length, paper.length)}
        </h2>
        {sitting.ends > 0 && <Clock ends={sitting.ends} zero={submit} announce={session.page.announce} />}
        <details class="df-fold" ref={list}>
          <summary>{say.list}</summary>
          <div class="df-numbers">{paper.map((_, at) => link(at))}</div>
        </details>
      </div>
      {props.children}
      {warned > 0 && open.length > 0 && (
        <section class="df-card df-warned" role="alert" tabIndex={-1} ref={warning}>
          <p>{say.unanswered(open.length)}</p>
          <div class="df-numbers">{open.map(link)}</div>
          <Acts
            of={[
              [say.stay, () => jump(open[0] ?? 0)],
              [say.anyway, submit],
            ]}
          />
        </section>
      )}
      <Acts
        of={[
          [say.submit, () => (open.length ? warn(warned + 1) : submit())],
          [say.print, print],
          [say.leave, props.leave],
        ]}
      />
    </div>
  );
}

/** The time that is left, said aloud near its end. At zero, and where it ran out while the page was away, it submits. */
function Clock({ ends, zero, announce }: { ends: number; zero: () => void; announce: (text: string) => void }): VNode {
  const [now, setNow] = useState(Date.now);
  const left = Math.ceil((ends - now) / 1000);
  useEffect(() => {
    if (left <= 0) {
      announce(asking.test.up);
      zero();
    }
    if (left === 300 || left === 60) announce(asking.test.left(left / 60));
    const timer = setTimeout(() => setNow(Date.now()), ((ends - Date.now()) % 1000) + 5);
    return () => clearTimeout(timer);
  }, [left]);
  return (
    <p class="df-clock" role="timer">
      {Math.floor(Math.max(0, left) / 60)}:{`${Math.max(0, left) % 60}`.padStart(2, "0")}
    </p>
  );
}
