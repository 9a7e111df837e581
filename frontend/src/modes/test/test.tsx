/** Test: what is asked, the sitting, the result. Everything is kept, so that a reload loses nothing. */

import { h, type VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { judgeTyped } from "../../ask/judge";
import { placeOf, poolOf, recall, remember, unitsIn } from "../../ask/pool";
import { queryText } from "../../filter";
import type { Session } from "../../session";
import { words } from "../../words";
import { Asked } from "./asked";
import { drawn, type Plan, paperOf, type Question } from "./paper";
import { Result, resultsOf } from "./result";
import { missed, type Own, percent, total } from "./score";
import { Setup } from "./setup";
import { planOf, type Sitting, sit } from "./sitting";

/** How long a change waits for the next one before it is kept. */
const REST = 300;

export function Test({ session }: { readonly session: Session }): VNode {
  const { store, page, course, deck } = session;
  const place = placeOf("test", session);
  const units = useMemo(() => unitsIn(session), [session]);
  const pool = useMemo(() => poolOf(session), [session]);
  const plan = useMemo(() => planOf(session, course), [session]);
  const [sitting, setSitting] = useState<Sitting | null>(() => recall<Sitting>(session, place));
  const paper = useMemo(
    () => (sitting ? paperOf(sitting.ids, pool, sitting.seed) : []),
    [sitting?.ids, sitting?.seed, pool],
  );
  const logged = useRef(new Map<string, readonly (() => void)[]>());

  // What is typed is kept when the typing rests, and at the latest when the page is left.
  const waiting = useRef<Sitting | null>(null);
  const timer = useRef(0);
  const flush = (): void => {
    clearTimeout(timer.current);
    if (waiting.current) remember(session, place, waiting.current);
    waiting.current = null;
  };
  useEffect(() => {
    addEventListener("pagehide", flush);
    return () => {
      removeEventListener("pagehide", flush);
      flush();
    };
  }, [place]);
  const change = (next: Sitting): void => {
    setSitting(next);
    waiting.current = next;
    clearTimeout(timer.current);
    timer.current = window.setTimeout(flush, REST);
  };
  const put = (next: Sitting | null): void => {
    waiting.current = null;
    clearTimeout(timer.current);
    setSitting(next);
    remember(session, place, next);
  };

  const start = (wanted: Plan, ids?: readonly string[]): void => {
    const seed = wanted.seed || String(Date.now());
    logged.current.clear();
    put(sit(ids ?? drawn(units, { ...wanted, seed }), { ...wanted, seed }, Date.now()));
  };
  const log = (question: Question, of: Sitting): void => {
    for (const undo of logged.current.get(question.id) ?? []) undo();
    const [result] = resultsOf([question], of);
    if (!result || result.part === null) return;
    const { units: asked, form, id } = question;
    const right = (at: number): boolean =>
      form === "blanks" && !of.own[id]?.right
        ? judgeTyped(asked[at] as never, of.answers[id]?.texts?.[at] ?? "").right
        : !missed(result);
    logged.current.set(
      id,
      asked.map(({ key }, at) => session.practised(key, right(at), "test")),
    );
  };
  const score = (of: Sitting): void => store.set(`last:test:${deck.id}`, percent(total(resultsOf(paper, of))));
  const submit = (): void => {
    if (!sitting || sitting.submitted) return;
    const done = { ...sitting, submitted: true };
    put(done);
    for (const question of paper) log(question, done);
    score(done);
    if (sitting.ends > 0 && Date.now() >= sitting.ends) page.announce(words.test.timeUp);
  };
  const own = (question: Question, said: Own): void => {
    if (!sitting) return;
    const next = { ...sitting, own: { ...sitting.own, [question.id]: said } };
    change(next);
    log(question, next);
    score(next);
  };

  // A clock that ran out while the page was away submits what is there.
  const late = sitting !== null && !sitting.submitted && sitting.ends > 0 && Date.now() >= sitting.ends;
  useEffect(() => {
    if (late) submit();
  }, [late]);

  if (!sitting || paper.length === 0) {
    return (
      <Setup
        units={units}
        plan={plan}
        last={recall<number>(session, `last:test:${deck.id}`)}
        onStart={(wanted) => {
          const query = new URLSearchParams(page.query);
          query.set("count", String(wanted.count));
          query.set("minutes", String(wanted.minutes));
          query.set("kinds", wanted.kinds.join(","));
          history.replaceState(history.state, "", location.pathname + queryText(query));
          start(wanted);
        }}
      />
    );
  }
  if (sitting.submitted) {
    return (
      <Result
        session={session}
        paper={paper}
        sitting={sitting}
        onOwn={(id, said) => {
          const question = paper.find((each) => each.id === id);
          if (question) own(question, said);
        }}
        onRetake={(ids) => start({ ...plan, seed: "", minutes: 0 }, ids)}
        onFresh={() => put(null)}
      />
    );
  }
  return (
    <Asked
      session={session}
      paper={paper}
      sitting={sitting}
      onAnswer={(id, answer) => change({ ...sitting, answers: { ...sitting.answers, [id]: answer } })}
      onFlag={(id) => {
        const flags = sitting.flags.filter((other) => other !== id);
        change({ ...sitting, flags: flags.length < sitting.flags.length ? flags : [...flags, id] });
      }}
      onSubmit={submit}
      onLeave={() => put(null)}
    />
  );
}
