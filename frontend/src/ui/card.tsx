/** A card on the table: what is asked, and below it, once it is turned over, what answers it. */

import { h, type VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { rooted } from "../data";
import type { Session } from "../session";
import { itemOf } from "../store/card";
import { words } from "../words";
import { Back, Front } from "./faces";

interface Props {
  readonly session: Session;
  readonly card: string;
  readonly open: boolean;
  /** Shuffles the options of a choice. */
  readonly seed: string;
  /** Turns it over, by a click on it. */
  readonly turn: () => void;
  /** Where it stands, in words. */
  readonly place: string;
}

export function CardView({ session, card, open, seed, turn, place }: Props): VNode | null {
  const id = itemOf(card);
  const item = session.item(id);
  const front = useRef<HTMLElement>(null);
  const back = useRef<HTMLElement>(null);
  // Before the page is drawn, so that a key that is pressed at once is heard. The same card may come twice in a row.
  useLayoutEffect(() => {
    (open ? back : front).current?.focus({ preventScroll: true });
    if (!open) front.current?.scrollIntoView({ block: "nearest" }); // after a long one
  }, [card, seed, open]);
  if (!item) return null;
  const click = (event: MouseEvent): void => {
    // Links, folds and selected text keep what a click means to them.
    if ((event.target as Element).closest("a,button,summary,[tabindex='0']") || `${getSelection()}`) return;
    turn();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Space, and the button below it, do the same
    <section class="df-card" tabIndex={-1} ref={front} aria-label={place} key={card} onClick={click}>
      <div class="df-card__head">
        <span>{words.kinds[item.kind]}</span>
        <Star session={session} id={id} />
      </div>
      <Front item={item} card={card} seed={seed} answered={open} />
      {open && (
        <section class="df-card__back" tabIndex={-1} ref={back} aria-label={words.answer}>
          <Back item={item} card={card} seed={seed} />
          <Sources session={session} id={id} />
        </section>
      )}
    </section>
  );
}

/** Marks an item for later, in every mode. */
export function Star({ session, id }: { readonly session: Session; readonly id: string }): VNode {
  const starred = session.store.get(`star:${id}`, false);
  return (
    <button
      type="button"
      class="df-star"
      aria-label={words.star}
      aria-pressed={starred}
      title={`${words.star} (S)`}
      onClick={() => star(session, id)}
    >
      {starred ? "★" : "☆"}
    </button>
  );
}

export const star = ({ store }: Session, id: string): void =>
  store.set(`star:${id}`, store.get(`star:${id}`, false) ? null : true);

/** Where an item can be read, and where a mistake in it is reported. */
export function Sources({ session, id }: { readonly session: Session; readonly id: string }): VNode | null {
  const summary = session.summary(id);
  if (!summary) return null;
  const url = new URL(rooted(summary.url), document.baseURI).href;
  const values: Record<string, string> = { item: id, title: summary.text, url };
  const report = session.course.report.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ""));
  return (
    <p class="df-meta">
      <a href={url}>{words.lesson}</a>
      {report && (
        <span>
          {" · "}
          <a href={report}>{words.report}</a>
        </span>
      )}
    </p>
  );
}
