/**
 * What a mode works with: the course, the items that are studied now with their texts, the learner's progress, and the
 * few things that a mode asks of the page. There is one session for each way of opening a deck; another filter is
 * another session.
 */

import type { Course, Deck, Item, Lesson, Section, Summary, Texts } from "./contract";
import { loadLessons } from "./data";
import { type Filter, filtered, type Progress, queryText, toQuery } from "./filter";
import { type Settings, settings } from "./settings";
import { keysOf } from "./store/card";
import type { Entry, Grade } from "./store/log";
import type { Store } from "./store/store";

/** What the page does for a mode. */
export interface Page {
  /** The element that everything is shown in: keys are heard while the focus is within it. */
  readonly root: HTMLElement;
  /** The address's query: a mode's own keys (`count`, `minutes` …) stand beside the filter's. */
  readonly query: URLSearchParams;
  /** Leaves for another mode, or the overview (""), with another filter where one is given, and a mode's own options. */
  go(mode: string, filter?: Filter, options?: Readonly<Record<string, string>>): void;
  /** Says something to a screen reader. */
  announce(text: string): void;
}

export class Session {
  /** What is studied, in the order of study. */
  readonly summaries: readonly Summary[];
  private readonly texts = new Map<string, Item>();
  private readonly sections = new Map<string, Section>();

  constructor(
    readonly course: Course,
    readonly deck: Deck,
    readonly store: Store,
    readonly filter: Filter,
    readonly page: Page,
  ) {
    this.summaries = filtered(this.all, filter, this.progress());
  }

  /** Every item of the deck, whatever the filter says: what distractors are taken from. */
  get all(): readonly Summary[] {
    return this.course.items.filter((item) => this.deck.lessons.includes(item.lesson));
  }

  get settings(): Settings {
    return settings(this.store, this.course);
  }

  progress(now = Date.now()): Progress {
    return { store: this.store, plan: this.settings, now };
  }

  /** Loads the texts of these lessons; every mode but the lazy ones finds those of its items loaded. */
  async load(lessons: Iterable<string> = this.summaries.map((item) => item.lesson)): Promise<void> {
    for (const loaded of await loadLessons(this.course, lessons)) this.take(loaded);
  }

  private take({ items, sections }: Texts): void {
    for (const item of items) this.texts.set(item.id, item);
    for (const section of sections) for (const id of section.items) this.sections.set(id, section);
  }

  /** The texts of what is studied, in the order of study. */
  get items(): readonly Item[] {
    return this.summaries.map((item) => this.texts.get(item.id)).filter((item) => item !== undefined);
  }

  /** The text of an item, if its lesson is loaded. */
  item(id: string): Item | undefined {
    return this.texts.get(id);
  }

  summary(id: string): Summary | undefined {
    return this.course.items.find((item) => item.id === id);
  }

  lesson(id: string): Lesson | undefined {
    return this.course.lessons.find((lesson) => lesson.id === id);
  }

  /** The section in which an item stands, if its lesson is loaded. */
  section(id: string): Section | undefined {
    return this.sections.get(id);
  }

  /** The cards of everything that is studied: an item has one for each direction or deletion. */
  get cards(): readonly string[] {
    return this.summaries.flatMap(keysOf);
  }

  /** Names the deck and the filter: what a mode remembers about them stands under it. */
  get place(): string {
    return this.deck.id + queryText(toQuery(this.filter, new URLSearchParams()));
  }

  /**
   * Logs an answer given in practice, and returns how to take it back. It counts for "missed", for mastery and for the
   * mode's counts, and leaves the schedule alone.
   */
  practised(key: string, right: boolean, mode: string, ms = 0): () => void {
    const entry = this.answered(key, right ? 3 : 1, mode, ms);
    return () => this.store.undo(key, entry);
  }

  /** Logs an answer with its grade; the schedule moves in the mode `repeat` alone. `store.undo` takes it back. */
  answered(key: string, grade: Grade, mode: string, ms = 0): Entry {
    this.store.persist();
    return this.store.answer(key, grade, mode, ms);
  }
}
