/** `<df-study deck="ID">`: the overview of a deck, or the mode that the address names. */

import { h, type VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Deck } from "../contract";
import type { View } from "../element";
import { type Filter, fromQuery, queryText, toQuery } from "../filter";
import { type Component, componentOf, type Mode, modes } from "../modes";
import { type Page, Session } from "../session";
import { Invalid } from "../validate";
import { words } from "../words";
import { Landing } from "./landing";

/** What the address asks for. A new object is a new session. */
interface Asked {
  readonly query: URLSearchParams;
  readonly filter: Filter;
}

const asked = (query: URLSearchParams): Asked => ({ query, filter: fromQuery(query) });

export function Study(view: View): VNode {
  const { host, course } = view;
  const id = host.getAttribute("deck") ?? "";
  const deck = course.decks.find((each) => each.id === id);
  if (!deck) throw new Invalid(words.noDeck(id));
  return <Of {...view} deck={deck} />;
}

function Of({ root, course, store, deck, announce }: View & { readonly deck: Deck }): VNode {
  const [now, ask] = useState(() => asked(new URLSearchParams(location.search)));
  const go: Page["go"] = (mode, filter = now.filter, options = {}) => {
    const query = toQuery(filter, new URLSearchParams(mode ? { mode, ...options } : {}));
    const back = (now.query.get("mode") ?? "") === mode ? "replaceState" : "pushState";
    history[back](history.state, "", location.pathname + queryText(query));
    ask({ query, filter });
  };
  useEffect(() => {
    const reread = (): void => {
      const query = new URLSearchParams(location.search);
      ask((before) => (`${before.query}` === `${query}` ? before : asked(query))); // only its hash may be another
    };
    // A link to this page with another query: instant navigation takes it for the page that is already there.
    const follow = (event: MouseEvent): void => {
      const link = (event.target as Element).closest("a");
      if (link?.pathname !== location.pathname || !link.search || link.origin !== location.origin) return;
      if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || link.target) return;
      event.preventDefault();
      event.stopPropagation();
      history.pushState(null, "", link.href);
      reread();
    };
    addEventListener("popstate", reread);
    document.addEventListener("click", follow, true);
    return () => {
      removeEventListener("popstate", reread);
      document.removeEventListener("click", follow, true);
    };
  }, []);
  const session = useMemo(
    () => new Session(course, deck, store, now.filter, { root, query: now.query, go, announce }),
    [now],
  );
  const mode = modes.find((each) => each.name === now.query.get("mode"));
  return mode && session.summaries.length ? (
    <Running key={String(now.query)} mode={mode} session={session} />
  ) : (
    <Landing session={session} />
  );
}

/** A mode, as soon as its texts are there. */
function Running({ mode, session }: { readonly mode: Mode; readonly session: Session }): VNode {
  const [ready, setReady] = useState<{ readonly Component: Component }>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    session.store.set("run:last", {
      title: `${mode.label} · ${session.deck.title}`,
      url: session.deck.url + queryText(session.page.query),
    });
    Promise.all([componentOf(mode), mode.lazy || session.load()]).then(
      ([Component]) => setReady({ Component }),
      setError,
    );
  }, []);
  if (error) throw error;
  return (
    <div class={`df-mode df-mode--${mode.name}`}>
      <p class="df-bar">
        <button type="button" class="df-quiet" onClick={() => session.page.go("")}>
          ← {words.back}
        </button>
        <strong>{mode.label}</strong>
      </p>
      {ready ? <ready.Component session={session} /> : <p aria-busy="true">{words.loading}</p>}
    </div>
  );
}
