/** Test: what is asked, the sitting, the result. Everything is kept, so that a reload loses nothing. */

import { h, type VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Acts } from "../../ask/field";
import { judge, poolOf, studied } from "../../ask/unit";
import { asking } from "../../ask/words";
import { queryText } from "../../filter";
import type { Session } from "../../session";
import type { Entry } from "../../store/log";
import type { Json } from "../../store/marks";
import { useFocus, useKeys } from "../../ui/hooks";
import { drawn, type Plan, paperOf, type Question } from "./paper";
import { Result } from "./result";
import { type Answer, earned, isAnswered, missed, type Own, total } from "./score";
import { planOf, Setup } from "./setup";
import { Marked, Sheet } from "./sheet";

/** A test that is sat: what is asked, what was answered, flagged and scored. */
type Sitting = {
  readonly seed: string;
  readonly ids: readonly string[];
  /** When it ends by itself, in milliseconds since 1970; 0 is never. */
  readonly ends: number;
  readonly answers: { readonly [id: string]: Answer };
  readonly flags: readonly string[];
  readonly submitted: boolean;
  readonly own: { readonly [id: string]: Own };
};

/** How long a change waits for the next one before it is kept. */
const REST = 300;

export function Test({ session }: { readonly session: Session }): VNode {
  const { store, page, deck } = session;
  const place = `run:test:${session.place}`;
  const pool = useMemo(() => poolOf(session), [session]);
  const units = useMemo(() => studied(pool, session), [pool]);
  const [sitting, setSitting] = useState(() => store.get(place, null as Json) as Sitting | null);
  const paper = useMemo(() => paperOf(sitting?.ids ?? [], pool, sitting?.seed ?? ""), [sitting?.ids, pool]);
  const entries = useRef(new Map<string, Entry>());

  // What is typed is kept when the typing rests, everything else at once.
  const timer = useRef(0);
  const put = (next: Sitting | null, typing = false): void => {
    const keep = (): void => store.set(place, next as Json);
    setSitting(next);
    clearTimeout(timer.current);
    if (typing) timer.current = window.setTimeout(keep, REST);
    else keep();
  };

  const start = (plan: Plan, ids?: readonly string[]): void => {
    const now = Date.now();
    const seed = page.query.get("seed") ?? `${now}`;
    entries.current.clear();
    put({
      seed,
      ids: ids ?? drawn(units, plan, seed),
      ends: plan.minutes && now + plan.minutes * 60_000,
      answers: {},
      flags: [],
      submitted: false,
      own: {},
    });
  };
  const resultsOf = ({ answers, own }: Sitting) =>
    paper.map((question) => ({ question, part: earned(question, answers[question.id], own[question.id]) }));
  /** Logs what a question was answered with; what was logged before for this sitting is taken back. */
  const log = (now: Sitting, only?: string): void => {
    for (const result of resultsOf(now)) {
      const { id, units: asked } = result.question;
      if (result.part === null || (only && only !== id)) continue;
      asked.forEach((unit, at) => {
        const before = entries.current.get(unit.key);
        if (before) store.undo(unit.key, before);
        const right =
          asked.length > 1 && !now.own[id]?.right
            ? judge(unit, now.answers[id]?.texts?.[at] ?? "").right
            : !missed(result);
        entries.current.set(unit.key, session.answered(unit.key, right ? 3 : 1, "test"));
      });
    }
    store.set(`last:${deck.id}`, total(resultsOf(now)).percent);
  };
  const submit = (): void => {
    if (!sitting) return;
    const done = { ...sitting, submitted: true };
    put(done);
    log(done);
  };

  if (!sitting || !paper.length) {
    return (
      <Setup
        units={units}
        plan={planOf(session)}
        last={store.get(`last:${deck.id}`, -1)}
        start={(plan) => {
          const query = new URLSearchParams(page.query);
          for (const name of ["count", "minutes", "kinds"] as const) query.set(name, `${plan[name]}`);
          history.replaceState(history.state, "", location.pathname + queryText(query));
          start(plan);
        }}
      />
    );
  }
  const { answers, own, seed } = sitting;
  if (sitting.submitted) {
    const results = resultsOf(sitting);
    return (
      <div>
        <Result
          session={session}
          results={results}
          retake={(ids) => start({ ...planOf(session), minutes: 0 }, ids)}
          fresh={() => put(null)}
        />
        {results.map(({ question, part }, at) => (
          <Marked
            key={question.id}
            {...{ session, at, question, part, seed }}
            answer={answers[question.id] ?? {}}
            own={own[question.id] ?? {}}
            say={(said) => {
              const next = { ...sitting, own: { ...own, [question.id]: said } };
              put(next);
              log(next, question.id);
            }}
          />
        ))}
      </div>
    );
  }
  const flag = (id: string): void => {
    const { flags } = sitting;
    put({ ...sitting, flags: flags.includes(id) ? flags.filter((other) => other !== id) : [...flags, id] });
  };
  return (
    <Answering {...{ session, paper, sitting, flag, submit }} leave={() => put(null)}>
      {paper.map((question, at) => (
        <Sheet
          key={question.id}
          {...{ session, at, question, seed }}
          answer={answers[question.id] ?? {}}
          flagged={sitting.flags.includes(question.id)}
          put={(answer) =>
            put({ ...sitting, answers: { ...answers, [question.id]: answer } }, answer.texts !== undefined)
          }
          flag={() => flag(question.id)}
        />
      ))}
    </Answering>
  );
}

/** Goes to a question, with the keyboard too. */
const goTo = (at: number): void => {
  const target = document.getElementById(`df-q${at}`);
  target?.scrollIntoView();
  target?.focus({ preventScroll: true });
};

function Answering(props: {
  readonly session: Session;
  readonly paper: readonly Question[];
  readonly sitting: Sitting;
  readonly flag: (id: string) => void;
  readonly submit: () => void;
  readonly leave: () => void;
  readonly children?: unknown;
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
      {props.children as VNode}
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
