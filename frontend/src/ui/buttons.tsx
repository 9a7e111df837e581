/** Buttons of every screen. */

import { h, type VNode } from "preact";

/** Switches something on and off. */
export function Toggle(props: { label: string; on: boolean; set: (on: boolean) => unknown }): VNode {
  return (
    <button type="button" class="df-toggle" aria-pressed={props.on} onClick={() => props.set(!props.on)}>
      {props.label}
    </button>
  );
}
