/** What the built script does to a page, and what it does not. */
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";

const text = (name: string): string =>
  readFileSync(new URL(`../../src/deckforge/emit/site/assets/${name}`, `file://${import.meta.filename}`), "utf8");

test.each(["study.js", "study-more.js"])("%s is a classic script without eval or addresses elsewhere", (name) => {
  expect(text(name)).not.toMatch(/\beval\(|new Function|import\(|^\s*(import|export)\b/m);
  expect(text(name).match(/https?:\/\/[^"'`\s]*/g) ?? []).toEqual(
    text(name).match(/https?:\/\/www\.w3\.org[^"'`\s]*/g) ?? [],
  );
});

test("the page's Date and other globals stay as they were", () => {
  class Element {}
  const defined: string[] = [];
  const before = {
    HTMLElement: Element,
    HTMLScriptElement: Element,
    customElements: { get: () => null, define: (name: string) => defined.push(name) },
  };
  const page: Record<string, unknown> = {
    ...before,
    document: { currentScript: null },
    setTimeout,
    navigator: {},
    location: {},
  };
  page["window"] = page;
  runInNewContext(text("study.js"), page);
  expect(defined.sort()).toEqual(["df-checklist", "df-home", "df-mastery", "df-progress", "df-study"]);
  expect(runInNewContext("Object.keys(Date.prototype).concat('scheduler' in Date.prototype)", page)).toEqual([false]);
  expect(
    Object.keys(page)
      .filter((key) => !(key in before))
      .sort(),
  ).toEqual(["deckforge", "document", "location", "navigator", "setTimeout", "window"]);
});
