/** Shows what is below it; where that fails, says so instead of leaving a blank page. */

import { Component, type ComponentChildren, h } from "preact";
import { words } from "../words";

interface Props {
  readonly error?: unknown;
  readonly children?: ComponentChildren;
}

export class Broken extends Component<Props, { readonly error?: unknown }> {
  static override getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render({ error = this.state.error, children }: Props): ComponentChildren {
    if (!error) return children;
    return (
      <div class="df-message" role="alert">
        <p>
          <strong>{words.broken}</strong>
        </p>
        <p>{error instanceof Error ? error.message : String(error)}</p>
      </div>
    );
  }
}
