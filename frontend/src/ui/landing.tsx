/** The overview of a deck: what is due, the ways to study, and which items they are about. */

import { h, type VNode } from "preact";
import { pace, tally } from "../figures";
import { type Filter, LISTS, type List, SWITCHES, valuesOf } from "../filter";
import { modes } from "../modes";
import { queue } from "../queue";
import type { Session } from "../session";
import { MINUTE } from "../time";
import { words } from "../words";
import { Toggle } from "./buttons";
import { useStore } from "./hooks";
import { Nudge } from "./keeping";
import { Standings } from "./pictures";

const GOALS = [0, 5, 10, 20, 30, 45, 60];

export function Landing({ session }: { readonly session: Session }): VNode {
  const { store, settings, summaries, page } = session;
  useStore(store);
  const left = queue(session.cards, store, settings, Date.now());
  const due = left.learning + left.review;
  const minutes = Math.min(
    Math.ceil(((due + 2 * left.fresh) * pace(store)) / MINUTE),
    settings.minutes || Number.POSITIVE_INFINITY,
  );
  return (
    <div class="df-landing">
      <Nudge course={session.course} store={store} />
      <section class="df-card df-today">
        <h2>{due + left.fresh ? words.today(due, left.fresh) : words.repeat.done}</h2>
        <Standings of={tally(summaries, store)} />
        <p class="df-actions">
          {due + left.fresh > 0 && (
            <button type="button" class="df-primary" onClick={() => page.go("repeat")}>
              {words.begin} <small>{words.about(minutes)}</small>
            </button>
          )}
          <label>
            {words.goal}{" "}
            <select
              value={settings.minutes}
              onChange={(event) => store.set("set:minutes", Number(event.currentTarget.value))}
            >
              {GOALS.map((goal) => (
                <option value={goal}>{goal ? words.minutes(goal) : words.untilDone}</option>
              ))}
            </select>
          </label>
        </p>
      </section>
      <ul class="df-modes">
        {modes.map(({ name, label, hint, fits }) => {
          const count = fits ? summaries.filter(fits).length : summaries.length;
          return (
            count > 0 && (
              <li>
                <button type="button" class="df-pick" onClick={() => page.go(name)}>
                  <strong>{label}</strong>
                  <span>{hint}</span>
                  <small>{words.items(count)}</small>
                </button>
              </li>
            )
          );
        })}
      </ul>
      <Choice session={session} />
    </div>
  );
}

/** Which items are studied: a list for each property that divides them, and what only the learner knows. */
function Choice({ session }: { readonly session: Session }): VNode {
  const { filter, all, page, summaries } = session;
  const change = (changed: Filter): void => page.go("", { ...filter, ...changed });
  return (
    <details class="df-choice df-fold" open={Object.keys(filter).length > 0}>
      <summary>{words.chosen(summaries.length, all.length)}</summary>
      <div class="df-choice__lists">
        {LISTS.filter((list) => list !== "items").map((list) => {
          const there = new Set(all.flatMap((item) => valuesOf(list, item)).filter(Boolean));
          const chosen = filter[list] ?? [];
          return (
            (there.size > 1 || chosen.length > 0) && (
              <label>
                {words.lists[list]}
                <select
                  value={chosen.join()}
                  onChange={({ currentTarget: { value } }) => change({ [list]: value ? value.split(",") : [] })}
                >
                  <option value="">{words.any}</option>
                  {chosen.length > 1 && <option value={chosen.join()}>{words.several(chosen.length)}</option>}
                  {[...there].map((value) => (
                    <option value={value}>{nameOf(session, list, value)}</option>
                  ))}
                </select>
              </label>
            )
          );
        })}
      </div>
      <p class="df-tools">
        {SWITCHES.map((key) => (
          <Toggle label={words.switches[key]} on={!!filter[key]} set={(on) => page.go("", switched(filter, key, on))} />
        ))}
        {Object.keys(filter).length > 0 && (
          <button type="button" class="df-quiet" onClick={() => page.go("", {})}>
            {words.everything}
          </button>
        )}
      </p>
      {!summaries.length && <p class="df-message">{words.none}</p>}
    </details>
  );
}

const switched = (filter: Filter, key: keyof Filter, on: boolean): Filter => {
  const { [key]: _, ...rest } = filter;
  return on ? { ...rest, [key]: true } : rest;
};

function nameOf({ course }: Session, list: List, value: string): string {
  const titled = list === "lesson" ? course.lessons : list === "concept" ? course.concepts : [];
  const found = titled.find(({ id }) => id === value)?.title ?? words.kinds[value as "card"] ?? value;
  return found[0]?.toUpperCase() + found.slice(1);
}
