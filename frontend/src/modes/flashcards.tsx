/**
 * Flashcards: turn them over, in the order of study or shuffled, either side first. With *sort* each card is put to what
 * is known or what is still to learn, and the next round has only the latter. The round is kept over a reload.
 */

import { h, type VNode } from "preact";
import { useState } from "preact/hooks";
import { hash, shuffled } from "../random";
import type { Session } from "../session";
import { itemOf } from "../store/card";
import type { Entry } from "../store/log";
import type { Json } from "../store/marks";
import { Toggle } from "../ui/buttons";
import { CardView, star } from "../ui/card";
import { End } from "../ui/end";
import { useKeys, useStore } from "../ui/hooks";
import { words } from "../words";

/** The cards of a round, dealt anew for every round. */
type Deal = readonly string[];

/** Where the round stands: everything before `at` was seen, or sorted; the last answers can be taken back. */
interface Run {
  readonly at: number;
  readonly round: number;
  readonly still: readonly string[];
  readonly entries: readonly Entry[];
}

const START: Run = { at: 0, round: 1, still: [], entries: [] };
/** So many answers can be taken back after a reload. */
const KEPT = 50;
const SIDES = ["front", "back", "mixed"] as const;

export function Flashcards({ session }: { readonly session: Session }): VNode {
  const { store, place } = session;
  const [open, setOpen] = useState(false);
  useStore(store);
  const shuffle = store.get<boolean>("set:shuffle", false);
  const sort = store.get<boolean>("set:sort", false);
  const side = store.get<string>("set:side", "front");
  const text = words.flashcards;

  const there = new Set(session.summaries.map(({ id }) => id));
  const deal = store.get<Deal>(`run:flashcards:${place}:deal`, [...there]).filter((id) => there.has(id));
  const run = store.get<Json>(`run:flashcards:${place}`, START as unknown as Json) as unknown as Run;
  const { at, round, still, entries } = run;
  const id = deal[at] ?? "";
  const card = reversed(session, id, side) ? `${id}:r` : id;

  const move = (next: Partial<Run>): void => {
    setOpen(false);
    store.set(`run:flashcards:${place}`, { ...run, ...next } as unknown as Json);
  };
  const start = (ids: Deal, number: number, mix = shuffle): void => {
    const dealt = mix
      ? shuffled(ids, `${Date.now()}`)
      : session.summaries.map((each) => each.id).filter((each) => ids.includes(each));
    store.set(`run:flashcards:${place}:deal`, dealt);
    move({ ...START, round: number });
  };
  const put = (known: boolean): void => {
    if (!id) return;
    const entry = session.answered(card, known ? 3 : 1, "flashcards");
    session.page.announce(known ? text.known : text.still);
    move({ at: at + 1, still: known ? still : [...still, id], entries: [...entries, entry].slice(-KEPT) });
  };
  const back = (): void => {
    const before = deal[at - 1];
    if (!before) return;
    const entry = sort && entries[entries.length - 1];
    if (entry) store.undo(reversed(session, before, side) ? `${before}:r` : before, entry);
    move({ at: at - 1, still: still.filter((each) => each !== before), entries: entries.slice(0, -1) });
  };
  const turn = (): void => setOpen(!open);
  const forward = (): void => (sort ? put(true) : id ? move({ at: at + 1 }) : undefined);
  useKeys(session, {
    " ": turn,
    Enter: turn,
    ArrowRight: forward,
    ArrowLeft: () => (sort ? put(false) : back()),
    u: back,
    "ctrl+z": back,
    s: () => id && star(session, id),
  });

  const position = text.position(Math.min(at + 1, deal.length), deal.length);
  return (
    <div>
      <div class="df-tools">
        <Toggle label={text.sort} on={sort} set={(on) => [store.set("set:sort", on), start([...there], 1)]} />
        <Toggle
          label={text.shuffle}
          on={shuffle}
          set={(on) => [store.set("set:shuffle", on), start(round > 1 ? deal : [...there], round, on)]}
        />
        <label>
          {text.side}{" "}
          <select value={side} onChange={(event) => store.set("set:side", event.currentTarget.value)}>
            {SIDES.map((each) => (
              <option value={each}>{text.sides[each]}</option>
            ))}
          </select>
        </label>
      </div>
      <progress max={deal.length} value={at} aria-label={position} />
      {id ? (
        <div>
          <CardView session={session} card={card} open={open} seed={place} turn={turn} place={position} />
          <div class="df-actions">
            <button type="button" class="df-quiet" disabled={!at} onClick={back}>
              {sort ? words.undo : `← ${text.previous}`}
            </button>
            <button type="button" class="df-primary" onClick={turn}>
              {open ? text.hide : words.show}
            </button>
            {sort && (
              <button type="button" class="df-again" onClick={() => put(false)}>
                ← {text.still}
              </button>
            )}
            <button type="button" class={sort ? "df-good" : "df-quiet"} onClick={forward}>
              {sort ? text.know : text.next} →
            </button>
          </div>
          <p class="df-meta">{position}</p>
        </div>
      ) : (
        <End
          title={
            sort
              ? still.length
                ? text.sorted(deal.length - still.length, still.length)
                : text.all
              : text.through(deal.length)
          }
          actions={[
            ...(sort && still.length ? [{ label: text.rest(still.length), act: () => start(still, round + 1) }] : []),
            { label: text.over, act: () => start([...there], 1) },
            { label: sort ? words.undo : text.previous, act: back },
            { label: words.back, act: () => session.page.go("") },
          ]}
        />
      )}
    </div>
  );
}

/** Whether the answer is shown first: only where an answer makes a question. */
function reversed(session: Session, id: string, side: string): boolean {
  const kind = session.item(itemOf(id))?.kind;
  return (
    (kind === "card" || kind === "term") &&
    (side === "back" || (side === "mixed" && hash(`${session.place}${id}`) < 0.5))
  );
}
