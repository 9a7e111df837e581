/** The end of a mode: what was done, and what to do next. Takes the focus, so that Enter goes on. */

import { type ComponentChildren, h, type VNode } from "preact";
import { useFocus } from "./hooks";

export interface Action {
  readonly label: string;
  readonly act: () => void;
}

/** The first action is the recommended one. */
export function End(props: { title: string; actions: readonly Action[]; children?: ComponentChildren }): VNode {
  const heading = useFocus<HTMLHeadingElement>(props.title);
  return (
    <section class="df-card df-end">
      <h2 tabIndex={-1} ref={heading}>
        {props.title}
      </h2>
      {props.children}
      <p class="df-actions">
        {props.actions.map(({ label, act }, index) => (
          <button key={label} type="button" class={index ? "df-quiet" : "df-primary"} onClick={act}>
            {label}
          </button>
        ))}
      </p>
    </section>
  );
}
