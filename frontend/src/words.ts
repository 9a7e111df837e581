/** Every word that the study elements say, in one table, so that another language is another table. */

const s = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

export const words = {
  loading: "Loading …",
  broken: "The study data could not be read.",
  missing: (what: string) => `${what} could not be loaded. Is the whole site there?`,
  version:
    "This page and its study data were made by different versions of DeckForge. Reload the page; if that does not help, build the site again.",
  noDeck: (id: string) => `There is no deck “${id}” in this course.`,
  refused:
    "This browser keeps nothing for this site, so your progress lasts until you close the page. Export it if you want to keep it.",
  back: "All modes",
  items: (count: number) => s(count, "item"),
  cards: (count: number) => s(count, "card"),
  minutes: (count: number) => s(count, "minute"),
  progress: {
    noFile: "This is no progress file of DeckForge.",
    newer: "This file was made by a newer version of DeckForge.",
    other: (id: string) => `This is the progress of another course (${id}).`,
  },
  points: (count: number) => s(count, "point"),
  kinds: {
    card: "Card",
    cloze: "Fill in",
    choice: "Choice",
    short: "Short answer",
    essay: "Essay",
    numeric: "Number",
    problem: "Problem",
    term: "Term",
  },
  reverse: "What is this the answer to?",
  hint: (number: number) => `Hint ${number}`,
  short: "In short",
  explanation: "Explanation",
  gap: "If you missed it",
  component: "Component",
  mistakes: ["Mistake", "Why it happens", "How to prevent it"],
  extension: "Going further",
  why: "Why it matters",
  source: "Source",
  right: "Right",
  wrong: "Not right",
  answer: "Answer",
  star: "Star",
  lesson: "Read in the lesson",
  report: "Report a mistake",
  show: "Show the answer",
  undo: "Undo",
  undone: "Taken back",
  fresh: "New",
  /** A waiting time, as short as it can be said. */
  span: (ms: number) => {
    const minutes = ms / 60_000;
    const days = minutes / 1440;
    if (minutes < 60) return `${Math.max(1, Math.round(minutes))} min`;
    if (days < 1) return `${Math.round(minutes / 60)} h`;
    if (days < 60) return s(Math.round(days), "day");
    if (days < 730) return s(Math.round(days / 30.4), "month");
    return `${(days / 365).toFixed(1)} years`;
  },
  modes: {
    flashcards: { label: "Flashcards", hint: "Turn cards over, and sort out what you know" },
    repeat: { label: "Spaced repetition", hint: "What is due today, each card just before you would forget it" },
  },
  flashcards: {
    sort: "Sort",
    shuffle: "Shuffle",
    side: "First",
    sides: { front: "the question", back: "the answer", mixed: "either" },
    previous: "Back",
    next: "Next",
    hide: "Hide the answer",
    know: "I know it",
    known: "Known",
    still: "Still learning",
    position: (at: number, of: number) => `Card ${at} of ${of}`,
    sorted: (known: number, still: number) => `${known} known, ${still} still learning`,
    all: "You know all of them",
    through: (count: number) => `${s(count, "card")} seen`,
    rest: (count: number) => `Go on with the ${count} still learning`,
    over: "Start over",
  },
  repeat: {
    grades: ["Again", "Hard", "Good", "Easy"],
    learning: "Learning",
    due: "Due",
    done: "That is all for today",
    enough: (minutes: number) => `${s(minutes, "minute")} done`,
    today: (answers: number, minutes: number) => `${s(answers, "answer")} today, in ${s(minutes, "minute")}.`,
    left: (count: number) => `${s(count, "card")} would still be due.`,
    goOn: "Go on without a limit",
    more: (count: number) => `${s(count, "more new card")}`,
    practice: "Practice: your schedule stays as it is.",
  },
};
