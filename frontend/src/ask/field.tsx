/** Where a question is answered: options to press, a line to type in, and the buttons below them. */

import { h, type RefObject, type VNode } from "preact";
import type { Mark } from "../grade/number";
import type { Keys } from "../ui/hooks";
import { Html } from "../ui/html";
import type { Choice } from "./choices";
import type { Unit } from "./unit";
import { asking } from "./words";

/** Options; each is a button that the digits press too (see the mode), and stays pressed. */
export const Choices = (props: {
  readonly choices: readonly Choice[];
  readonly picked: readonly number[];
  readonly pick: (index: number) => void;
  readonly multiple: boolean;
}): VNode => (
  <ol class={`df-answers ${props.multiple ? "df-answers--many" : ""}`}>
    {props.choices.map(({ html, index }) => (
      <li key={index}>
        <button
          type="button"
          class="df-option"
          aria-pressed={props.picked.includes(index)}
          onClick={() => props.pick(index)}
        >
          <Html inline of={html} />
        </button>
      </li>
    ))}
  </ol>
);

/** One pressed in place of the others, or as many as are wanted. */
export const pressed = (picked: readonly number[], index: number, multiple: boolean): readonly number[] => {
  const rest = picked.filter((other) => other !== index);
  return !multiple ? [index] : rest.length < picked.length ? rest : [...rest, index];
};

/** A line to type in, with the unit behind it where the answer has one. */
export function Typed(props: {
  readonly unit: Unit;
  readonly value: string;
  readonly type: (text: string) => void;
  readonly label?: string;
  readonly place?: RefObject<HTMLInputElement | null>;
  readonly keys?: Readonly<Record<string, () => void>>;
}): VNode {
  const { item } = props.unit;
  return (
    <label class="df-typed">
      <span class="df-part">{props.label ?? asking.yours}</span>
      <input
        {...(props.place && { ref: props.place })}
        value={props.value}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={({ currentTarget }) => props.type(currentTarget.value)}
        onKeyDown={(event) => {
          const act = event.isComposing ? undefined : props.keys?.[event.key];
          if (!act) return;
          event.preventDefault(); // or the same key presses the button that gets the focus
          act();
        }}
      />{" "}
      {item.kind === "numeric" && item.accept?.unit}
    </label>
  );
}

/** What was answered. */
export const Given = ({ text, picked }: { text: string; picked: readonly Choice[] }): VNode => (
  <div class="df-yours">
    <p class="df-part">{asking.yours}</p>
    {text || (!picked.length && <p class="df-meta">{asking.none}</p>)}
    {picked.map(({ html, index }) => (
      <Html key={index} of={html} />
    ))}
  </div>
);

/** Why an answer is wrong, or not quite right, where that can be told. */
export function reason({ why }: Mark, { item }: Unit): string {
  if (typeof why === "number") return asking.reasons.power(why > 0, (10 ** Math.abs(why)).toLocaleString());
  if (why === "unit" && item.kind === "numeric") return asking.reasons.unit(item.accept?.unit ?? "");
  return why && why !== "unit" ? asking.reasons[why] : "";
}

/** What can be done: its name, what it does, and the key that does it too. */
export type Act = readonly [label: string, act: () => void, key?: string];

/** Buttons, the first of which is the recommended one; where it is missing none is. */
export const Acts = (props: { of: readonly (Act | false)[]; place?: RefObject<HTMLButtonElement | null> }): VNode => (
  <p class="df-actions">
    {props.of.map(
      (act, at) =>
        act && (
          <button
            key={act[0]}
            type="button"
            class={at ? "df-quiet" : "df-primary"}
            onClick={() => act[1]()}
            {...(!at && props.place && { ref: props.place })}
          >
            {act[0]} {act[2] && <kbd>{act[2] === "Escape" ? "Esc" : act[2].toUpperCase()}</kbd>}
          </button>
        ),
    )}
  </p>
);

/** The keys of some acts. */
export const keysOf = (acts: readonly (Act | false)[]): Keys =>
  Object.fromEntries(acts.flatMap((act) => (act && act.length > 2 ? [[act[2], act[1]]] : [])));
