/** What came of a test: the score, what it means, what to look at again, and every answer with its marks. */

import { Fragment, h, type VNode } from "preact";
import { Answer as Solution } from "../../ask/answer";
import { judgeTyped } from "../../ask/judge";
import { Marked } from "../../ask/options";
import type { Bloom } from "../../contract";
import { rooted } from "../../data";
import type { Session } from "../../session";
import { useFocus } from "../../ui/hooks";
import { Html } from "../../ui/html";
import { words } from "../../words";
import type { Question } from "./paper";
import {
  earned,
  guidance,
  missed,
  type Own,
  type Result as Part,
  percent,
  review,
  rowsOf,
  type Sum,
  sumBy,
  total,
} from "./score";
import type { Sitting } from "./sitting";

const LEVELS: readonly Bloom[] = ["remember", "understand", "apply", "analyze", "evaluate", "create"];

interface Props {
  readonly session: Session;
  readonly paper: readonly Question[];
  readonly sitting: Sitting;
  readonly onOwn: (id: string, own: Own) => void;
  readonly onRetake: (ids: readonly string[]) => void;
  readonly onFresh: () => void;
}

const points = (value: number): string => value.toLocaleString(undefined, { maximumFractionDigits: 1 });

export const resultsOf = (paper: readonly Question[], { answers, own }: Sitting): readonly Part[] =>
  paper.map((question) => ({ question, part: earned(question, answers[question.id], own[question.id]) }));

export function Result({ session, paper, sitting, onOwn, onRetake, onFresh }: Props): VNode {
  const say = words.test;
  const heading = useFocus<HTMLHeadingElement>(sitting.seed);
  const results = resultsOf(paper, sitting);
  const sum = total(results);
  const pending = results.filter(({ part }) => part === null).length;
  const again = results.filter(missed).map(({ question }) => question.id);
  const sections = [...new Set(paper.flatMap(({ id }) => session.section(id) ?? []))];
  const means = guidance(results, sections);
  const advice = review(results, sections);
  const titles = new Map(session.course.concepts.map(({ id, title }) => [id, title]));
  const byConcept = sumBy(results, [...titles.keys()], ({ summary }) => summary.concepts);
  const byBloom = sumBy(results, LEVELS, ({ summary }) => summary.bloom);
  return (
    <div class="df-result-page">
      <section class="df-card df-end">
        <h2 tabIndex={-1} ref={heading} class="df-score">
          {say.result(percent(sum))}
        </h2>
        <p>{say.got(points(sum.earned), points(sum.points))}</p>
        {pending > 0 && <p class="df-meta">{say.pending(pending)}</p>}
        <p class="df-actions df-screen">
          {again.length > 0 && (
            <Fragment>
              <button type="button" class="df-primary" onClick={() => onRetake(again)}>
                {say.retake(again.length)}
              </button>
              <button type="button" onClick={() => session.page.go("learn", { items: again })}>
                {say.learn}
              </button>
            </Fragment>
          )}
          <button type="button" class={again.length > 0 ? "df-quiet" : "df-primary"} onClick={onFresh}>
            {say.fresh}
          </button>
          <button type="button" class="df-quiet" onClick={() => window.print()}>
            {say.print}
          </button>
        </p>
      </section>
      {(means.length > 0 || advice.length > 0) && (
        <section class="df-card">
          {means.length > 0 && <h3>{say.advice}</h3>}
          {means.map(({ section, percent: reached, band }) => (
            <div key={section.title} class="df-aside">
              <p class="df-label">
                {section.title} · {say.result(reached)}
              </p>
              <p class="df-title">
                <Html inline of={band.level} />
              </p>
              <Html of={band.advice} />
            </div>
          ))}
          {advice.length > 0 && <h3>{say.review}</h3>}
          <ul>
            {advice.map((text) => (
              <li key={text}>
                <Html inline of={text} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {again.length > 0 && (
        <section class="df-card">
          <h3>{say.missed}</h3>
          <ul class="df-round">
            {results.filter(missed).map(({ question: { id, unit } }) => (
              <li key={id}>
                <a href={rooted(unit.summary.url)}>{unit.summary.text}</a>
                <span class="df-meta"> {session.lesson(unit.summary.lesson)?.title}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {(byConcept.length > 0 || byBloom.length > 0) && (
        <section class="df-card df-sums">
          <Sums title={say.byConcept} sums={byConcept.map(([id, part]) => [titles.get(id) ?? id, part])} />
          <Sums title={say.byBloom} sums={byBloom} />
        </section>
      )}
      <h3>{say.answers}</h3>
      {results.map(({ question, part }, at) => (
        <Review
          key={question.id}
          at={at}
          question={question}
          part={part}
          sitting={sitting}
          onOwn={(own) => onOwn(question.id, own)}
        />
      ))}
    </div>
  );
}

function Sums({ title, sums }: { title: string; sums: readonly (readonly [string, Sum])[] }): VNode | null {
  if (sums.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul class="df-bars">
        {sums.map(([name, sum]) => (
          <li key={name}>
            <span>{name}</span>
            <span>{words.test.result(percent(sum))}</span>
            <i aria-hidden="true">
              <b style={{ width: `${percent(sum)}%` }} />
            </i>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ReviewProps {
  readonly at: number;
  readonly question: Question;
  readonly part: number | null;
  readonly sitting: Sitting;
  readonly onOwn: (own: Own) => void;
}

function Review({ at, question, part, sitting, onOwn }: ReviewProps): VNode {
  const say = words.test;
  const { id, form, unit, units, choices, stated } = question;
  const answer = sitting.answers[id] ?? {};
  const own = sitting.own[id] ?? {};
  const right = part === 1;
  const state = part === null ? "open" : right ? "right" : part > 0 ? "partly" : "wrong";
  const answered = (answer.texts ?? []).filter((text) => text.trim()).length > 0;
  return (
    <section class={`df-card df-question df-reviewed df-reviewed--${state}`} aria-labelledby={`df-reviewed-${at}`}>
      <h4 class="df-label" id={`df-reviewed-${at}`}>
        <span class="df-sign" aria-hidden="true">
          {{ open: "?", right: "✓", partly: "◐", wrong: "✗" }[state]}
        </span>{" "}
        {say.number(at + 1)} ·{" "}
        {part === null ? say.points(question.points) : say.got(points(part * question.points), points(question.points))}
      </h4>
      <Html class="df-ask" of={unit.item.kind === "cloze" ? unit.item.front : unit.prompt} />
      {form === "choice" && <Marked choices={choices} picked={answer.picked ?? []} />}
      {form === "truth" && stated && (
        <div>
          <p class="df-label">{say.stated}</p>
          <Html class="df-stated" of={stated.html} />
          <p class="df-meta">
            {answer.truth === undefined ? say.notAnswered : words.ask.typed(answer.truth ? say.isTrue : say.isFalse)}
          </p>
        </div>
      )}
      {(form === "typed" || form === "blanks") && (
        <ul class="df-round">
          {units.map((each, blank) => {
            const text = answer.texts?.[blank] ?? "";
            const good = judgeTyped(each, text).right;
            return (
              <li key={each.key}>
                <span class="df-sign" role="img" aria-label={good ? words.ask.right : words.ask.wrong}>
                  {good ? "✓" : "✗"}
                </span>{" "}
                {text || say.notAnswered}
              </li>
            );
          })}
        </ul>
      )}
      {form === "written" &&
        (answered ? (
          <blockquote class="df-own">{answer.texts?.[0]}</blockquote>
        ) : (
          <p class="df-meta">{say.notAnswered}</p>
        ))}
      {form === "written" ? (
        <Scoring question={question} own={own} answered={answered} onOwn={onOwn} />
      ) : (
        <Solution unit={unit} gap={!right} />
      )}
      {(form === "typed" || form === "blanks") && answered && !right && (
        <p class="df-actions df-screen">
          <button type="button" class="df-quiet" onClick={() => onOwn({ ...own, right: true })}>
            {words.ask.iWasRight}
          </button>
        </p>
      )}
    </section>
  );
}

/** The model answer with the rubric, by which learners score what they wrote. */
function Scoring({
  question,
  own,
  answered,
  onOwn,
}: {
  question: Question;
  own: Own;
  answered: boolean;
  onOwn: (own: Own) => void;
}): VNode {
  const say = words.test;
  const { item } = question.unit;
  const rows = rowsOf(question);
  const rubric = item.kind === "short" || item.kind === "essay" ? item.rubric : null;
  const criteria = item.kind === "short" || item.kind === "essay" ? item.criteria : [];
  const score = (row: number, value: number): void =>
    onOwn({ ...own, rows: rows.map((_, each) => (each === row ? value : (own.rows?.[each] ?? null))) });
  const tick = (at: number): void => {
    const ticks = own.ticks ?? [];
    onOwn({ ...own, ticks: ticks.includes(at) ? ticks.filter((other) => other !== at) : [...ticks, at] });
  };
  return (
    <Fragment>
      <p class="df-label">{say.model}</p>
      <Solution unit={question.unit} />
      {item.kind === "problem" && item.mistakes.length > 0 && (
        <div class="df-aside">
          <p class="df-label">{say.mistakes}</p>
          {item.mistakes.map(({ mistake, why, prevention }) => (
            <Fragment key={mistake}>
              <Html class="df-title" of={mistake} />
              <Html of={why} />
              <Html of={prevention} />
            </Fragment>
          ))}
        </div>
      )}
      {rubric && (
        <div class="df-table" tabIndex={0} role="group" aria-label={say.rubric}>
          <table>
            <thead>
              <tr>
                <td />
                {rubric.levels.map((level) => (
                  <th key={level} scope="col">
                    <Html inline of={level} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rubric.rows.map(({ component, cells }) => (
                <tr key={component}>
                  <th scope="row">
                    <Html inline of={component} />
                  </th>
                  {cells.map((cell, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
                    <td key={at}>
                      <Html inline of={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {criteria.length > 0 && (
        <fieldset class="df-checks">
          <legend class="df-label">{say.criteria}</legend>
          {criteria.map((text, at) => (
            <label key={text} class="df-check">
              <input type="checkbox" checked={own.ticks?.includes(at)} onChange={() => tick(at)} />{" "}
              <Html inline of={text} />
            </label>
          ))}
        </fieldset>
      )}
      {answered && (
        <fieldset class="df-rows-scored">
          <legend class="df-label">{say.score}</legend>
          {rows.map(({ label, points: most }, at) => (
            <label key={label} class="df-row-scored">
              {label ? <Html inline of={label} /> : <span>{say.whole}</span>}
              <span>
                <input
                  type="number"
                  inputMode="decimal"
                  min={0}
                  max={most}
                  step="any"
                  value={own.rows?.[at] ?? ""}
                  onInput={({ currentTarget }) => {
                    const value = currentTarget.valueAsNumber;
                    if (Number.isFinite(value)) score(at, Math.min(most, Math.max(0, value)));
                  }}
                />{" "}
                {say.of(most)}
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </Fragment>
  );
}
