/**
 * Where the study data comes from: classic scripts beside the bundle which call `deckforge.register`, injected when
 * they are first needed. That works on file:// (where fetch does not), over http and under instant navigation, and
 * needs no inline script. Every script is loaded once for the life of the page.
 */

import type { Course, Texts } from "./contract";
import { course, Invalid, texts } from "./validate";
import { words } from "./words";

/** The root of the site: the bundle knows its own address there. Only true while it is first run. */
const own = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";
const ROOT = own ? new URL("..", own).href : "";

const taken = new Map<string, unknown>();
const loading = new Map<string, Promise<unknown>>();

/** Takes what a script hands over: "course", "lesson", or "modes". */
export function register(kind: string, data: object): void {
  taken.set(kind === "lesson" && "lesson" in data ? `lesson ${data.lesson}` : kind, data);
}

/** What was handed over, whatever it is. */
export const registered = (kind: string): unknown => taken.get(kind);

/** A folder's page has to be named where no server does it. */
const PAGE = ROOT.startsWith("file:") ? "index.html" : "";

/** Puts the root of the site in place of `@/`: in an address, and in the attributes of HTML. */
export const rooted = (text: string): string =>
  text.replace(
    /(^|(?:href|src|srcset)=")@\/([^"?#]*)/g,
    (_, before: string, path: string) => before + ROOT + path + (/[^/]$/.test(path) ? "" : PAGE),
  );

/** Resolves when a script of the site has run. One that failed is tried again the next time. */
export function script(address: string): Promise<unknown> {
  const url = rooted(address);
  const found = loading.get(url);
  if (found) return found;
  const made = new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = url;
    element.onload = resolve;
    element.onerror = () => {
      loading.delete(url);
      element.remove();
      reject(new Invalid(words.missing(url)));
    };
    document.head.append(element);
  });
  loading.set(url, made);
  return made;
}

let whole: Promise<Course> | undefined;

export function loadCourse(): Promise<Course> {
  whole ??= script("@/assets/study/course.js").then(() => course(registered("course"), ""));
  whole.catch(() => {
    whole = undefined;
  });
  return whole;
}

const read = new Map<string, Texts>();

/** The texts of the lessons, in their order. */
export async function loadLessons(of: Course, ids: Iterable<string>): Promise<readonly Texts[]> {
  const wanted = new Set(ids);
  return Promise.all(
    of.lessons
      .filter((lesson) => wanted.has(lesson.id))
      .map(async ({ id, script: address }) => {
        const known = read.get(id);
        if (known) return known;
        await script(address);
        const made = texts(registered(`lesson ${id}`), "");
        read.set(id, made);
        return made;
      }),
  );
}
