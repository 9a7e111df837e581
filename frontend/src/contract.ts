/**
 * What the Python side hands to the study elements, and nothing else: `deckforge.emit.site.study` writes it as classic
 * scripts that call `deckforge.register`, `validate.ts` reads it. A change here is a change of both, and of SCHEMA.
 *
 * HTML is trusted (rendered and sanitised by Python). Addresses in it begin with `@/`, the root of the site, which the
 * page that shows them puts in place; math is `<span class="df-math">TeX</span>` (`df-display` for display math).
 */

export const SCHEMA = 1;

export type Html = string;
export type Kind = "card" | "cloze" | "choice" | "short" | "essay" | "numeric" | "problem" | "term";
export type Difficulty = "easy" | "medium" | "hard";
export type Bloom = "remember" | "understand" | "apply" | "analyze" | "evaluate" | "create";
export type SectionKind = "flashcards" | "quiz" | "problems" | "terms";

/** `deckforge.register("course", …)` in `assets/study/course.js`: everything but the texts, small enough for any page. */
export interface Course {
  readonly schema: number;
  /** Permanent; names the learner's database. */
  readonly id: string;
  readonly title: string;
  readonly language: string;
  /** Where a mistake is reported (`https:` or `mailto:`), or "". */
  readonly report: string;
  /** The service worker to register on https and localhost, as `@/sw.js`, or "". */
  readonly worker: string;
  readonly lessons: readonly Lesson[];
  readonly decks: readonly Deck[];
  readonly concepts: readonly Concept[];
  readonly defaults: Defaults;
  /** In the order of study. */
  readonly items: readonly Summary[];
}

export interface Lesson {
  readonly id: string;
  readonly title: string;
  /** The lesson's page, as `@/lessons/…/`. */
  readonly url: string;
  /** The script that registers the lesson's texts, as `@/assets/study/lesson-….js`. */
  readonly script: string;
}

/** A deck that can be studied: the whole course first, then one for each lesson. */
export interface Deck {
  readonly id: string;
  readonly title: string;
  /** Its study page, as `@/study/…/`. */
  readonly url: string;
  readonly lessons: readonly string[];
}

export interface Concept {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly requires: readonly string[];
}

/** The author's defaults; a learner's settings and the address's query come before them. */
export interface Defaults {
  readonly newPerDay: number;
  readonly reviewsPerDay: number;
  /** 0 to 1. */
  readonly retention: number;
  readonly test: { readonly count: number; readonly minutes: number; readonly kinds: readonly Kind[] };
}

export interface Summary {
  readonly id: string;
  readonly kind: Kind;
  readonly lesson: string;
  readonly section: SectionKind;
  /** The heading in plain words, for lists. */
  readonly text: string;
  /** The item on its lesson's page, as `@/lessons/…/#id`. */
  readonly url: string;
  readonly concepts: readonly string[];
  readonly difficulty: Difficulty | "";
  readonly bloom: readonly Bloom[];
  readonly critical: boolean;
  readonly tags: readonly string[];
  /** Whether it is asked in both directions. */
  readonly both: boolean;
  /** The numbers of a cloze's deletions, each a card of its own; empty elsewhere. */
  readonly blanks: readonly number[];
  /** What it is worth in a test. */
  readonly points: number;
  /** How long it takes, in minutes; 0 where nobody said. */
  readonly minutes: number;
}

/** `deckforge.register("lesson", …)` in `assets/study/lesson-<id>.js`. */
export interface Texts {
  readonly schema: number;
  readonly course: string;
  readonly lesson: string;
  readonly items: readonly Item[];
  readonly sections: readonly Section[];
}

interface Common {
  readonly id: string;
  /** What is asked. */
  readonly front: Html;
  /** The title that is hidden until answered, or "". */
  readonly title: Html;
  /** The short form of the answer, or "". */
  readonly short: Html;
  /** Why it matters, or "". */
  readonly why: Html;
  /** Where in the source it comes from, in plain words, or "". */
  readonly source: string;
}

/** A question and its answer, or a term and its definition. `plain` is the answer in plain words, for typing it. */
export interface CardItem extends Common {
  readonly kind: "card" | "term";
  readonly answer: Html;
  readonly plain: string;
}

/** `front` has its deletions blanked; `back` shows them; one entry of `blanks` for each deletion's number. */
export interface ClozeItem extends Common {
  readonly kind: "cloze";
  readonly back: Html;
  readonly answer: Html;
  readonly blanks: readonly { readonly number: number; readonly front: Html; readonly plain: string }[];
}

export interface Option {
  readonly text: Html;
  readonly key: boolean;
  readonly feedback: Html;
}

export interface ChoiceItem extends Common {
  readonly kind: "choice";
  readonly options: readonly Option[];
  /** Whether more than one option is a key. */
  readonly multiple: boolean;
  /** Whether the options may be shuffled (not where one says "all of the above"). */
  readonly shuffle: boolean;
  readonly explanation: Html;
  readonly gap: Html;
}

export interface WrittenItem extends Common {
  readonly kind: "short" | "essay";
  readonly tasks: readonly { readonly text: Html; readonly points: number }[];
  readonly answer: Html;
  readonly rubric: { readonly levels: readonly Html[]; readonly rows: readonly RubricRow[] } | null;
  readonly criteria: readonly Html[];
  /** As "600–800", or "". */
  readonly words: string;
}

export interface RubricRow {
  readonly component: Html;
  /** 0 where the rubric states none. */
  readonly points: number;
  readonly cells: readonly Html[];
}

/** `accept` is the claim's acceptance interval in the written value's unit; `null` where nothing is known to compare. */
export interface NumericItem extends Common {
  readonly kind: "numeric";
  readonly answer: Html;
  readonly explanation: Html;
  readonly accept: Accept | null;
}

export interface Accept {
  /** `null` is no bound. */
  readonly low: number | null;
  readonly high: number | null;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
  /** As written behind the number (`GB`, `%`, `×`), or "". */
  readonly unit: string;
  /** How many base units the unit is (`GB`: 1e9; `%`: 1), so that an answer in another unit can be compared. */
  readonly factor: number;
  /** Spellings of units that may stand behind an answer, with their factors. */
  readonly units: Readonly<Record<string, number>>;
}

export interface ProblemItem extends Common {
  readonly kind: "problem";
  readonly tasks: readonly { readonly text: Html; readonly points: number }[];
  readonly hints: readonly { readonly name: string; readonly text: Html }[];
  readonly solution: Html;
  readonly mistakes: readonly { readonly mistake: Html; readonly why: Html; readonly prevention: Html }[];
  readonly extension: Html;
}

export type Item = CardItem | ClozeItem | ChoiceItem | WrittenItem | NumericItem | ProblemItem;

/** What belongs to a section as a whole. */
export interface Section {
  readonly kind: SectionKind;
  readonly title: string;
  /** Minutes for the whole section; 0 where nobody said. */
  readonly minutes: number;
  readonly items: readonly string[];
  readonly performance: readonly {
    readonly low: number;
    readonly high: number;
    readonly level: Html;
    readonly advice: Html;
  }[];
  readonly review: readonly Advice[];
  readonly checklist: readonly Advice[];
  readonly progression: readonly Advice[];
}

export interface Advice {
  readonly items: readonly string[];
  readonly text: Html;
}
