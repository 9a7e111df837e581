/** What came of a test: the score, what it means, what to look at again, and every answer with its marks. */

import { h, type VNode } from "preact";
import { asking } from "../../ask/words";
import type { Bloom } from "../../contract";
import { rooted } from "../../data";
import type { Session } from "../../session";
import { End } from "../../ui/end";
import { Html } from "../../ui/html";

import { band, missed, type Result as Part, review, type Sum, sumBy, total } from "./score";
import { shown } from "./sheet";

const LEVELS: readonly Bloom[] = ["remember", "understand", "apply", "analyze", "evaluate", "create"];

export function Result(props: {
  readonly session: Session;
  readonly results: readonly Part[];
  readonly retake: (ids: readonly string[]) => void;
  readonly fresh: () => void;
}): VNode {
  const { session, results, retake, fresh } = props;
  const { page, course } = session;
  const say = asking.test;
  const sum = total(results);
  const open = results.filter(({ part }) => part === null).length;
  const again = results.filter(missed).map(({ question }) => question);
  const ids = again.map(({ id }) => id);
  const sections = [...new Set(results.flatMap(({ question }) => session.section(question.id) ?? []))];
  const means = sections.flatMap((section) => {
    const own = total(results.filter(({ question }) => section.items.includes(question.id)));
    const found = own.points ? band(section, own) : undefined;
    return found ? [{ section, own, found }] : [];
  });
  const advice = sections.flatMap((section) => review(section, ids));
  const titles = new Map(course.concepts.map(({ id, title }) => [id, title]));
  const sums: readonly (readonly [string, readonly (readonly [string, Sum])[]])[] = [
    [say.concepts, sumBy(results, [...titles.keys()], ({ unit }, id) => unit.summary.concepts.includes(id))],
    [say.levels, sumBy(results, LEVELS, ({ unit }, level) => unit.summary.bloom.some((each) => each === level))],
  ];
  return (
    <End
      title={say.percent(sum.percent)}
      actions={[
        ...(ids.length
          ? [
              { label: say.retake(ids.length), act: () => retake(ids) },
              { label: say.learn, act: () => page.go("learn", { items: ids }) },
            ]
          : []),
        { label: say.fresh, act: fresh },
        { label: say.print, act: print },
      ]}
    >
      <p>{say.got(shown(sum.got), sum.points)}</p>
      {open > 0 && <p class="df-mark df-not">{say.open(open)}</p>}
      {means.map(({ section, own, found }) => (
        <div key={section.title} class="df-gap">
          <p class="df-part">
            {section.title} · {say.percent(own.percent)}
          </p>
          <b>
            <Html inline of={found.level} />
          </b>
          <Html of={found.advice} />
        </div>
      ))}
      {(again.length > 0 || advice.length > 0) && (
        <div>
          <h3>{say.review}</h3>
          <ul>
            {advice.map((text) => (
              <li key={text}>
                <Html inline of={text} />
              </li>
            ))}
            {again.map(({ id, unit: { summary } }) => (
              <li key={id}>
                <a href={rooted(summary.url)}>{summary.text}</a>
              </li>
            ))}
          </ul>
        </div>
      )}
      {sums.map(
        ([title, rows]) =>
          rows.length > 0 && (
            <div key={title}>
              <h3>{title}</h3>
              <ul class="df-sums">
                {rows.map(([name, { percent }]) => (
                  <li key={name}>
                    <span>{titles.get(name) ?? name}</span>{" "}
                    <progress max={100} value={percent} aria-label={titles.get(name) ?? name} />{" "}
                    <span>{say.percent(percent)}</span>
                  </li>
                ))}
              </ul>
            </div>
          ),
      )}
    </End>
  );
}
