/**
 * The custom elements, in light DOM so that the theme's, KaTeX's and Pygments' styles reach into them. What stands in
 * an element without JavaScript stays there until there is something to show in its place, and is what prints.
 * Connecting and disconnecting may happen any number of times (instant navigation, moving in the document); nothing
 * waits for an event of the theme.
 */

import { h, render, type VNode } from "preact";
import type { Course } from "./contract";
import { loadCourse, rooted } from "./data";
import { Store } from "./store/store";
import { Broken } from "./ui/broken";

/** What every view gets. */
export interface View {
  readonly host: HTMLElement;
  readonly root: HTMLElement;
  readonly course: Course;
  readonly store: Store;
  announce(text: string): void;
}

let opening: Promise<readonly [Course, Store]> | undefined;

/** The course and the learner's progress, opened once for the life of the page. */
function opened(): Promise<readonly [Course, Store]> {
  opening ??= loadCourse().then(async (course) => {
    const store = await Store.open(course);
    worker(course);
    return [course, store] as const;
  });
  opening.catch(() => {
    opening = undefined;
  });
  return opening;
}

/** Offline use, where a browser allows it. */
function worker(course: Course): void {
  const here = location.protocol === "https:" || location.hostname === "localhost" || location.hostname === "127.0.0.1";
  if (course.worker && here) navigator.serviceWorker?.register(rooted(course.worker)).catch(() => {});
}

/**
 * Defines `<name>` as an element that adds to what stands in it; `add` returns how to stop. Where the study data cannot
 * be read the page stays as it is.
 */
export function attach(name: string, add: (host: HTMLElement, course: Course, store: Store) => () => void): void {
  if (customElements.get(name)) return;
  customElements.define(
    name,
    class extends HTMLElement {
      private stop: (() => void) | undefined;

      connectedCallback(): void {
        opened().then(
          ([course, store]) => {
            if (this.isConnected) this.stop ??= add(this, course, store);
          },
          () => {},
        );
      }

      disconnectedCallback(): void {
        this.stop?.();
        this.stop = undefined;
      }
    },
  );
}

/** Defines `<name>` as an element that shows a view. */
export function define(name: string, view: (props: View) => VNode | null): void {
  if (customElements.get(name)) return;
  customElements.define(
    name,
    class extends HTMLElement {
      private root: HTMLElement | null = null;

      connectedCallback(): void {
        if (this.root) return;
        const root = document.createElement("div");
        const live = document.createElement("p");
        const place = document.createElement("div");
        root.className = "df-app";
        live.className = "df-live";
        live.setAttribute("aria-live", "polite");
        root.append(place, live);
        // The theme's hotkeys (s, f, n, p, …) are not for whoever studies.
        root.addEventListener("keydown", (event) => event.stopPropagation());
        this.append(root);
        this.root = root;
        const announce = (text: string): void => {
          live.textContent = "";
          setTimeout(() => {
            live.textContent = text;
          }, 50);
        };
        const show = (tree: VNode): void => {
          if (this.root !== root) return; // disconnected meanwhile
          render(tree, place);
          this.toggleAttribute("data-on", place.hasChildNodes());
        };
        opened().then(
          ([course, store]) => show(h(Broken, null, h(view, { host: this, root, course, store, announce }))),
          (error: unknown) => show(h(Broken, { error })),
        );
      }

      disconnectedCallback(): void {
        const { root } = this;
        this.root = null;
        this.removeAttribute("data-on");
        if (root?.firstElementChild) render(null, root.firstElementChild);
        root?.remove();
      }
    },
  );
}
