/** `<df-home>`: what is due today, how far the learner is, and where they left off. */

import { h, type VNode } from "preact";
import { rooted } from "../data";
import type { View } from "../element";
import { tally } from "../figures";
import { queue } from "../queue";
import { settings } from "../settings";
import { keysOf } from "../store/card";
import { words } from "../words";
import { useStore } from "./hooks";
import { Nudge } from "./keeping";
import { Standings } from "./pictures";

export function Home({ course, store }: View): VNode | null {
  useStore(store);
  const deck = course.decks[0];
  if (!deck || !course.items.length) return null;
  const left = queue(course.items.flatMap(keysOf), store, settings(store, course), Date.now());
  const due = left.learning + left.review;
  const study = rooted(deck.url);
  const last = store.get<{ readonly title: string; readonly url: string } | null>("run:last", null);
  return (
    <section class="df-card df-today">
      <h2>{due + left.fresh ? words.today(due, left.fresh) : words.repeat.done}</h2>
      <Standings of={tally(course.items, store)} />
      <p class="df-actions">
        <a class="df-button" href={`${study}?mode=repeat`}>
          {words.begin}
        </a>
        <a class="df-button df-button--quiet" href={study}>
          {words.ways}
        </a>
        {last && (
          <a class="df-button df-button--quiet" href={rooted(last.url)}>
            {words.goOn(last.title)}
          </a>
        )}
      </p>
      <Nudge course={course} store={store} />
    </section>
  );
}
