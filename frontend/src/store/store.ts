/**
 * The learner's progress in one course: the cards with their logs, and the marks (stars, flags, settings, ticks, where
 * a mode stands). All of it is in memory; every change is also written to the browser's database and told to the other
 * tabs. Where a browser keeps nothing, `kept` is false and everything else works the same.
 */

import type { Course } from "../contract";
import { dayOf } from "../time";
import { answered, type Card, fresh, merged, rebuilt } from "./card";
import { clear, each, open, write } from "./database";
import { type Entry, type Grade, line, newId } from "./log";
import { type Json, later, type Mark } from "./marks";

/** Something that was written, as the other tabs hear it. */
interface News {
  readonly cards: readonly Card[];
  readonly marks: readonly Mark[];
  readonly reset: boolean;
}

export class Store {
  readonly cards = new Map<string, Card>();
  readonly marks = new Map<string, Mark>();
  private readonly listeners = new Set<() => void>();
  private writing: Promise<unknown> = Promise.resolve();
  private channel: BroadcastChannel | null = null;
  private database: IDBDatabase | null = null;
  private asked = false;
  /** What is not yet in the database. */
  private readonly pending = new Set<News>();

  private constructor(readonly course: string) {}

  /** The store of a course; there is one for the life of a page. */
  static async open({ id }: Pick<Course, "id">): Promise<Store> {
    const store = new Store(id);
    try {
      const database = await open(store.name);
      await each<Card>(database, "cards", (card) => store.cards.set(card.key, card));
      await each<Mark>(database, "marks", (mark) => store.marks.set(mark.key, mark));
      // Another tab may delete or upgrade the database; this one then goes on in memory.
      database.onversionchange = () => database.close();
      store.database = database;
      store.recover();
      if (typeof BroadcastChannel === "function") {
        store.channel = new BroadcastChannel(store.name);
        store.channel.onmessage = ({ data }: MessageEvent<News>) => store.hear(data);
      }
    } catch {
      store.database = null;
    }
    return store;
  }

  private get name(): string {
    return `deckforge-${this.course}`;
  }

  /** Whether the browser keeps what is written. */
  get kept(): boolean {
    return this.database !== null;
  }

  card(key: string): Card {
    return this.cards.get(key) ?? fresh(key);
  }

  /** Logs an answer, and returns the entry by which it can be taken back. */
  answer(key: string, grade: Grade, mode: string, ms: number, at = Date.now()): Entry {
    const entry: Entry = { id: newId(at), at, day: dayOf(at), grade, mode, ms: Math.round(Math.max(0, ms)) };
    const card = this.card(key);
    // A clock that was set back must not write before what is already there.
    this.put([card.memory.at > at ? merged(card, line(entry)) : answered(card, entry)], []);
    return entry;
  }

  /** Takes an answer back. The log keeps that it was given. */
  undo(key: string, entry: Entry): void {
    this.put([merged(this.card(key), line({ ...entry, grade: 0 }))], []);
  }

  get<T extends Json>(key: string, otherwise: T): T {
    const mark = this.marks.get(key);
    return mark === undefined || mark.value === null ? otherwise : (mark.value as T);
  }

  /** Keeps a value under a key; `null` is as if it had never been there. */
  set(key: string, value: Json, at = Date.now()): void {
    const before = this.marks.get(key)?.at ?? 0; // the same millisecond, or a clock that was set back
    this.put([], [{ key, value, at: Math.max(at, before + 1) }]);
  }

  /** Puts what another copy of the progress knows beside what this one knows. */
  merge(logs: Iterable<readonly [string, string]>, marks: Iterable<Mark>): void {
    this.put(
      Array.from(logs, ([key, log]) => merged(this.card(key), log)),
      [...marks],
    );
  }

  /** Forgets everything. */
  reset(): void {
    this.cards.clear();
    this.marks.clear();
    this.pending.clear();
    this.later((database) => clear(database));
    this.tell({ cards: [], marks: [], reset: true });
  }

  /** Asks the browser, once a page, not to delete what is kept when it wants room. */
  persist(): void {
    if (this.database && !this.asked) navigator.storage?.persist?.().catch(() => {});
    this.asked = true;
  }

  /** Resolves when everything so far is written. */
  async written(): Promise<void> {
    await this.writing;
  }

  /** Calls `listener` after every change; returns how to stop that. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private put(cards: readonly Card[], marks: readonly Mark[]): void {
    for (const card of cards) this.cards.set(card.key, card);
    for (const mark of marks) this.marks.set(mark.key, later(this.marks.get(mark.key), mark));
    const news = { cards, marks, reset: false };
    if (this.database) this.pending.add(news);
    this.later(async (database) => {
      await Promise.all([
        write<Card>(database, "cards", cards, (stored, mine) => (stored ? merged(mine, stored.log) : mine)),
        write<Mark>(database, "marks", marks, later),
      ]);
      this.pending.delete(news);
    });
    this.tell(news);
  }

  /**
   * A page that is left takes its unfinished writes with it. What was still on its way is noted where that is done at
   * once, and merged when the course is opened again.
   */
  private recover(): void {
    try {
      const left = localStorage.getItem(this.name);
      for (const { cards, marks } of left ? (JSON.parse(left) as News[]) : [])
        this.merge(
          cards.map(({ key, log }) => [key, log] as const),
          marks,
        );
      if (left) this.writing.then(() => localStorage.removeItem(this.name));
      addEventListener("pagehide", () => {
        if (this.pending.size) localStorage.setItem(this.name, JSON.stringify([...this.pending]));
      });
    } catch {} // without such a place it is as it was
  }

  /** Begins at once, so that it is done before the page is left; the database keeps the order. */
  private later(work: (database: IDBDatabase) => Promise<unknown>): void {
    const { database } = this;
    if (!database) return;
    const written = new Promise((resolve) => resolve(work(database)))
      // Some browsers lose the connection of a page in the background: once more with another.
      .catch(async () => {
        this.database = await open(this.name);
        await work(this.database);
      })
      .catch(() => {
        // No room, or the database is gone: say so, and go on in memory.
        this.database = null;
        this.changed();
      });
    this.writing = Promise.all([this.writing, written]);
  }

  private tell(news: News): void {
    this.channel?.postMessage(news);
    this.changed();
  }

  private hear({ cards, marks, reset }: News): void {
    if (reset) {
      this.cards.clear();
      this.marks.clear();
    }
    for (const card of cards) this.cards.set(card.key, merged(card, this.card(card.key).log));
    for (const mark of marks) this.marks.set(mark.key, later(this.marks.get(mark.key), mark));
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The card as its log says it is, whatever was cached beside it. */
export const replayed = (card: Card): Card => rebuilt(card.key, card.log);
