/** Options of a question: to choose from, and with their marks once it is answered. */

import { h, type VNode } from "preact";
import { Html } from "../ui/html";
import { words } from "../words";
import type { Choice } from "./choices";

const SIGNS = "123456789";

interface Asking {
  readonly choices: readonly Choice[];
  readonly picked: readonly number[];
  readonly onPick: (index: number) => void;
}

/** One option answers: a button each, which a digit presses too. */
export function Buttons({ choices, onPick }: Omit<Asking, "picked">): VNode {
  return (
    <ul class="df-choices">
      {choices.map(({ html, index }, at) => (
        <li key={index}>
          <button type="button" class="df-choice" onClick={() => onPick(index)}>
            <span class="df-key" aria-hidden="true">
              {SIGNS[at]}
            </span>
            <Html inline of={html} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Options to tick; one alone, or as many as are right. */
export function Inputs({
  choices,
  picked,
  onPick,
  name,
  multiple,
}: Asking & { name: string; multiple: boolean }): VNode {
  return (
    <ul class="df-choices">
      {choices.map(({ html, index }) => (
        <li key={index}>
          <label class="df-choice">
            <input
              type={multiple ? "checkbox" : "radio"}
              name={name}
              checked={picked.includes(index)}
              onChange={() => onPick(index)}
            />
            <Html inline of={html} />
          </label>
        </li>
      ))}
    </ul>
  );
}

/** The options once it is answered: which were right, which were chosen, and what the author says to each. */
export function Marked({ choices, picked }: Pick<Asking, "choices" | "picked">): VNode {
  return (
    <ul class="df-choices">
      {choices.map(({ html, index, key, feedback }) => {
        const mine = picked.includes(index);
        const state = key ? "right" : mine ? "wrong" : "other";
        return (
          <li key={index} class={`df-choice df-choice--${state}`}>
            <span class="df-sign" aria-hidden="true">
              {key ? "✓" : mine ? "✗" : ""}
            </span>
            <div>
              <Html of={html} />
              {(mine || key) && <small>{mine ? (key ? words.ask.yoursRight : words.ask.yours) : words.ask.key}</small>}
              {feedback && <Html class="df-note" of={feedback} />}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
