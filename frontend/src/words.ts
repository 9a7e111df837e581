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
  flashcards: { label: "Flashcards", hint: "Turn cards over, and sort out what you know" },
};
