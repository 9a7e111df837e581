/** Every word that the study elements say, in one table, so that another language is another table. */

/** A number of things. */
export const s = (count: number, one: string, many = `${one}s`): string =>
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
  ways: "All ways to study",
  goOn: (title: string) => `Go on: ${title}`,
  answers: (count: number) => s(count, "answer"),
  percent: (share: number) => `${Math.round(share * 100)} %`,
  known: (share: number) => `${Math.round(share * 100)} % known`,
  keeping: {
    here: "Your progress is kept in this browser and nowhere else. Some browsers delete it after a while: keep a backup.",
    overdue: (answers: number, days: number) =>
      `${s(answers, "answer")} since your last backup${days ? `, ${s(days, "day")} ago` : ""}.`,
    save: "Export",
    open: "Import …",
    reset: "Reset …",
    brings: (
      { answers, fresh, cards, marks }: { answers: number; fresh: number; cards: number; marks: number },
      date: string,
    ) =>
      `This file of ${date} has ${s(answers, "answer")}: ${fresh.toLocaleString()} that are not here yet, about ${s(cards, "card")}, and ${s(marks, "newer mark")}.`,
    merge: "Merge",
    replace: "Replace what is here",
    cancel: "Cancel",
    taken: "Imported.",
    sure: (answers: number) =>
      `This forgets ${s(answers, "answer")} for good. Export them first if you may want them back.`,
    forget: "Forget everything",
  },
  progress: {
    items: "Items",
    ahead: "Ahead",
    done: "Done",
    concepts: "Concepts",
    study: "Study",
    studyIt: (title: string) => `Study ${title}`,
    settings: "Settings",
    fields: {
      newPerDay: "New cards a day",
      reviewsPerDay: "Reviews a day, at most",
      retention: "How much shall be known (%)",
      examDate: "Date of the exam",
      learner: "Your name, for a file that a teacher gets",
    },
    data: "Your data",
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
  now: "today",
  standings: ["new", "learning", "mastered"],
  today: (due: number, fresh: number) =>
    [due && `${due.toLocaleString()} due`, fresh && `${fresh.toLocaleString()} new`].filter(Boolean).join(", ") +
    " today",
  begin: "Study now",
  about: (minutes: number) => `about ${minutes} min`,
  goal: "Stop after",
  untilDone: "everything that is due",
  chosen: (count: number, all: number) =>
    count === all
      ? `Choose items (all ${all.toLocaleString()})`
      : `${count.toLocaleString()} of ${s(all, "item")} chosen`,
  lists: {
    lesson: "Lesson",
    concept: "Concept",
    difficulty: "Difficulty",
    bloom: "Level",
    kind: "Kind",
    tag: "Tag",
    items: "Items",
  },
  switches: { critical: "Critical", starred: "Starred", missed: "Missed", due: "Due", new: "New" },
  any: "Any",
  several: (count: number) => `${count} chosen`,
  everything: "Choose everything",
  none: "No item is all of this. Choose less, or everything.",
  date: (at: number) =>
    new Date(at).toLocaleDateString(document.documentElement.lang || undefined, {
      day: "numeric",
      month: "long",
      timeZone: "UTC",
    }),
  forecast: {
    title: "The next days",
    text: (today: number, all: number, days: number) =>
      `${today.toLocaleString()} due today, ${all.toLocaleString()} in the next ${days} days`,
    day: (date: string, count: number) => `${date}: ${count.toLocaleString()}`,
  },
  calendar: (count: number, days: number, weeks: number) =>
    `${s(count, "answer")} on ${s(days, "day")} in the last ${weeks} weeks`,
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
    learn: { label: "Learn", hint: "Rounds of seven: choose, then type, until you know it all" },
    test: { label: "Test", hint: "Answer everything, submit once, see where you stand" },
    match: { label: "Match", hint: "Find what belongs together, against the clock or not" },
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
    today: (answers: number, minutes: number) =>
      `${s(answers, "answer")} today${minutes ? `, in ${s(minutes, "minute")}` : ""}.`,
    left: (count: number) => `${s(count, "card")} would still be due.`,
    goOn: "Go on without a limit",
    more: (count: number) => `${s(count, "more new card")}`,
    ahead: "Practise without a schedule",
    practice: "Practice: your schedule stays as it is.",
  },
};
