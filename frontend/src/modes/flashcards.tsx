/** Flashcards. */

import { h, type VNode } from "preact";
import { useState } from "preact/hooks";
import type { Session } from "../session";
import { Html } from "../ui/html";
import { words } from "../words";

export function Flashcards({ session }: { readonly session: Session }): VNode {
  const [at, setAt] = useState(0);
  const item = session.items[at % session.items.length];
  return (
    <div class="df-card">
      {item && <Html of={item.front} />}
      <button type="button" onClick={() => setAt(at + 1)}>
        {words.back}
      </button>
    </div>
  );
}
