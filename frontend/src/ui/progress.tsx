/** `<df-progress>`: how far the learner is, by concept and over time; the settings; the learner's own data. */

import { h, type VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { rooted } from "../data";
import type { View } from "../element";
import { answers, calendar, forecast, mastery, tally } from "../figures";
import { modes } from "../modes";
import { settings } from "../settings";
import { keysOf } from "../store/card";
import type { Json } from "../store/marks";
import { dayOf } from "../time";
import { words } from "../words";
import { useStore } from "./hooks";
import { Keeping, Nudge } from "./keeping";
import { Calendar, Forecast, Standings } from "./pictures";

const AHEAD = 30;
const text = words.progress;

export function Progress({ course, store }: View): VNode {
  useStore(store);
  const [days, setDays] = useState<ReadonlyMap<number, number>>(new Map());
  const counts = answers(store);
  const all = Object.values(counts).reduce((a, b) => a + b, 0);
  useEffect(() => {
    calendar(store).then(setDays);
  }, [all]);
  const today = dayOf(Date.now());
  const plan = settings(store, course);
  return (
    <div>
      {store.kept && <Nudge course={course} store={store} />}
      <section class="df-card">
        <h2>{text.items}</h2>
        <Standings of={tally(course.items, store)} />
        <dl class="df-facts">
          {modes.map(({ name, label }) => (
            <div>
              <dt>{label}</dt>
              <dd>{words.answers(counts[name] ?? 0)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section class="df-card">
        <h2>{text.ahead}</h2>
        <Forecast of={forecast(course.items.flatMap(keysOf), store, plan, today, AHEAD)} today={today} />
        <h2>{text.done}</h2>
        <Calendar of={days} today={today} />
      </section>
      {course.concepts.length > 0 && <Concepts course={course} store={store} today={today} />}
      <section class="df-card">
        <h2>{text.settings}</h2>
        <div class="df-fields">
          {FIELDS.map(([name, type, least, most, scale = 1]) => (
            <label>
              {text.fields[name]}
              <input
                {...({ type, min: least, max: most } as object)}
                value={
                  type === "number"
                    ? Math.round((plan[name as "retention"] ?? 0) * scale)
                    : store.get(`set:${name}`, "")
                }
                onChange={({ currentTarget: input }) => {
                  if (input.checkValidity() && (input.value || type !== "number"))
                    store.set(`set:${name}`, (type === "number" ? Number(input.value) / scale : input.value) as Json);
                }}
              />
            </label>
          ))}
        </div>
      </section>
      <section class="df-card">
        <h2>{text.data}</h2>
        <Keeping course={course} store={store} />
      </section>
    </div>
  );
}

/** Name, type, least, most; a share is shown in per cent. */
const FIELDS: readonly (readonly [keyof typeof text.fields, "number" | "date" | "text", number?, number?, number?])[] =
  [
    ["newPerDay", "number", 0, 9999],
    ["reviewsPerDay", "number", 0, 9999],
    ["retention", "number", 70, 99, 100],
    ["examDate", "date"],
    ["learner", "text"],
  ];

function Concepts({ course, store, today }: Pick<View, "course" | "store"> & { readonly today: number }): VNode {
  return (
    <section class="df-card">
      <h2>{text.concepts}</h2>
      <ul class="df-concept-list">
        {course.concepts.map(({ id, title, url }) => {
          const share = mastery(
            course.items.filter((item) => item.concepts.includes(id)),
            store,
            today,
          );
          return (
            share >= 0 && (
              <li>
                <a href={rooted(url)}>{title}</a>
                <meter value={share} aria-label={title} />
                <span>{words.percent(share)}</span>
                <a href={rooted(`${course.decks[0]?.url}?concept=${id}`)} aria-label={text.studyIt(title)}>
                  {text.study}
                </a>
              </li>
            )
          );
        })}
      </ul>
    </section>
  );
}
