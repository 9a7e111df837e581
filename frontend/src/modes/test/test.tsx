/** Test: what is asked, the sitting, the result. Everything is kept, so that a reload loses nothing. */

import { h, type VNode } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { judge, poolOf, studied } from "../../ask/unit";
import { queryText } from "../../filter";
import type { Session } from "../../session";
import type { Entry } from "../../store/log";
import type { Json } from "../../store/marks";
import { Answering } from "./answering";
import { drawn, type Plan, paperOf } from "./paper";
import { Result } from "./result";
import { earned, missed, total } from "./score";
import { planOf, Setup } from "./setup";
import { Marked, Sheet } from "./sheet";
import type { Sitting } from "./sitting";

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
