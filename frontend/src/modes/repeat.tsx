/**
 * Spaced repetition: what is due today and a few new cards, by FSRS. With `?practice` everything that is chosen is asked
 * once, in any order, and the schedule stays as it is.
 */

import { h, type VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Queue, queue } from "../queue";
import { shuffled } from "../random";
import { next, wait } from "../schedule";
import type { Session } from "../session";
import { itemOf } from "../store/card";
import type { Entry, Grade } from "../store/log";
import type { Json } from "../store/marks";
import { dayOf, MINUTE } from "../time";
import { CardView, star } from "../ui/card";
import { type Action, End } from "../ui/end";
import { useKeys, useStore } from "../ui/hooks";
import { words } from "../words";

/** What was answered today: how long it took, how many new cards were asked for beyond the limit, what can be undone. */
interface Today {
  readonly day: number;
  readonly ms: number;
  readonly extra: number;
  readonly undo: readonly { readonly card: string; readonly entry: Entry }[];
}

const GRADES = [1, 2, 3, 4] as const;
/** An answer counts for so long at most: whoever went away did not study. */
const LONGEST = MINUTE;
const KEPT = 200;

export function Repeat({ session }: { readonly session: Session }): VNode {
  const { store, settings, page } = session;
  const practice = page.query.has("practice");
  const text = words.repeat;
  useStore(store);
  const [open, setOpen] = useState(false);
  const [endless, setEndless] = useState(false);
  const [now, setNow] = useState(Date.now());
  const since = useRef(now);
  const cards = useMemo(() => session.cards, [session]);

  const day = dayOf(now);
  const kept = store.get<Json>("run:repeat", null) as Today | null;
  const today: Today = kept?.day === day ? kept : { day, ms: 0, extra: 0, undo: [] };
  const line = `run:practice:${session.place}`;
  const there = useMemo(() => new Set(cards), [cards]);
  const dealt = store.get<readonly string[] | null>(line, null) ?? (practice ? shuffled(cards, `${now}`) : []);
  const waiting = dealt.filter((each) => there.has(each));
  const left: Queue = useMemo(
    () =>
      practice
        ? { next: waiting[0] ?? "", fresh: 0, learning: 0, review: waiting.length, moreFresh: 0, moreReview: 0 }
        : queue(cards, store, settings, now, today.extra),
    [cards, store.cards.size, kept, now, settings.newPerDay, settings.reviewsPerDay],
  );
  const enough = !practice && !endless && settings.minutes > 0 && today.ms >= settings.minutes * MINUTE;
  const card = enough ? "" : left.next;
  const loaded = useTexts(session, card);
  const keep = (change: Partial<Today>): void => store.set("run:repeat", { ...today, ...change } as unknown as Json);

  useLayoutEffect(() => {
    since.current = Date.now();
  }, [card, today.undo.length]);

  const show = (): void => setOpen(true);
  const answer = (grade: Grade): void => {
    if (!card || !open) return;
    const ms = Math.min(LONGEST, Date.now() - since.current);
    const entry = session.answered(card, grade, practice ? "practice" : "repeat", ms);
    setOpen(false);
    setNow(Date.now());
    if (practice) store.set(line, grade > 1 ? waiting.slice(1) : [...waiting.slice(1), card]);
    keep({ ms: today.ms + ms, undo: [...today.undo, { card, entry }].slice(-KEPT) });
    page.announce(text.grades[grade - 1] as string);
  };
  const undo = (): void => {
    const last = today.undo[today.undo.length - 1];
    if (!last) return;
    store.undo(last.card, last.entry);
    if (last.entry.mode === "practice") store.set(line, [last.card, ...waiting.filter((each) => each !== last.card)]);
    setOpen(false);
    setNow(Date.now());
    keep({ ms: Math.max(0, today.ms - last.entry.ms), undo: today.undo.slice(0, -1) });
    page.announce(words.undone);
  };
  const grade = (value: Grade) => () => answer(value);
  useEffect(() => {
    if (practice && !waiting.length) store.set(line, null); // practised to the end: the next time begins anew
    // Whoever comes back to the page the next morning has the next day's cards.
    const look = (): void => setNow(Date.now());
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  useKeys(session, {
    " ": () => (open ? answer(3) : show()),
    Enter: () => (open ? answer(3) : show()),
    1: grade(1),
    2: grade(2),
    3: grade(3),
    4: grade(4),
    u: undo,
    "ctrl+z": undo,
    s: () => card && star(session, itemOf(card)),
  });

  const undoing: readonly Action[] = today.undo.length ? [{ label: words.undo, act: undo }] : [];
  if (!card) {
    const rest = left.fresh + left.review + left.learning;
    return (
      <End
        title={enough ? text.enough(settings.minutes) : text.done}
        actions={[
          ...(enough && rest ? [{ label: text.goOn, act: () => setEndless(true) }] : []),
          ...(!enough && left.moreFresh
            ? [{ label: text.more(Math.min(10, left.moreFresh)), act: () => keep({ extra: today.extra + 10 }) }]
            : []),
          { label: words.back, act: () => page.go("") },
          {
            label: text.ahead,
            act: () => {
              store.set(line, shuffled(cards, `${now}`));
              page.go("repeat", session.filter, { practice: "" });
            },
          },
          ...undoing,
        ]}
      >
        <p>{text.today(today.undo.length, Math.round(today.ms / MINUTE))}</p>
        {rest > 0 && enough && <p>{text.left(rest)}</p>}
      </End>
    );
  }
  const place = `${words.fresh}: ${left.fresh}, ${text.learning}: ${left.learning}, ${text.due}: ${left.review}`;
  return (
    <div>
      <ul class="df-counts">
        <li class="df-count--new">
          <b>{left.fresh}</b> {words.fresh}
        </li>
        <li class="df-count--learning">
          <b>{left.learning}</b> {text.learning}
        </li>
        <li class="df-count--due">
          <b>{left.review}</b> {text.due}
        </li>
        <li>
          <button type="button" class="df-quiet" disabled={!today.undo.length} onClick={undo}>
            {words.undo}
          </button>
        </li>
      </ul>
      {practice && <p class="df-meta">{text.practice}</p>}
      {loaded ? (
        <CardView session={session} card={card} open={open} seed={`${day}`} turn={show} place={place} />
      ) : (
        <p aria-busy="true">{words.loading}</p>
      )}
      <div class="df-actions df-actions--grades">
        {open ? (
          GRADES.map((value) => (
            <button key={value} type="button" class={`df-grade df-grade--${value}`} onClick={grade(value)}>
              <span>
                <kbd>{value}</kbd> {text.grades[value - 1]}
              </span>
              {!practice && <small>{preview(session, card, value, now)}</small>}
            </button>
          ))
        ) : (
          <button type="button" class="df-primary" onClick={show}>
            {words.show}
          </button>
        )}
      </div>
    </div>
  );
}

/** When the card would be asked again, as short as it can be said. */
function preview(session: Session, card: string, grade: Grade, now: number): string {
  const memory = next(session.store.card(card).memory, { at: now, day: dayOf(now), grade });
  return words.span(wait(memory, session.settings));
}

/** Loads the lesson of the card. */
function useTexts(session: Session, card: string): boolean {
  const [, draw] = useState("");
  const [error, setError] = useState<unknown>();
  const id = itemOf(card);
  useEffect(() => {
    const lesson = session.summary(id)?.lesson;
    if (lesson && !session.item(id)) session.load([lesson]).then(() => draw(card), setError);
  }, [card]);
  if (error) throw error;
  return session.item(id) !== undefined;
}
