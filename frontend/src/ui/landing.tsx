/** The overview of a deck: which modes there are, over how many items. */

import { h, type VNode } from "preact";
import { modes } from "../modes";
import type { Session } from "../session";
import { words } from "../words";
import { useStore } from "./hooks";

export function Landing({ session }: { readonly session: Session }): VNode {
  useStore(session.store);
  return (
    <div class="df-landing">
      {!session.store.kept && <p class="df-message">{words.refused}</p>}
      <ul class="df-modes">
        {modes.map(({ name, label, hint, fits }) => {
          const count = fits ? session.summaries.filter(fits).length : session.summaries.length;
          return (
            count > 0 && (
              <li>
                <button type="button" class="df-pick" onClick={() => session.page.go(name)}>
                  <strong>{label}</strong>
                  <span>{hint}</span>
                  <span>{words.items(count)}</span>
                </button>
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
