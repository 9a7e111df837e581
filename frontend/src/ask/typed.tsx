/** A place to type an answer; what was typed is only kept by whoever asks. */

import { h, type RefObject, type VNode } from "preact";
import { words } from "../words";
import type { Unit } from "./unit";

interface Props {
  readonly unit: Unit;
  readonly value: string;
  readonly onType: (text: string) => void;
  readonly onEnter?: () => void;
  readonly onEscape?: () => void;
  /** What the place is called, where there are several. */
  readonly label?: string;
  readonly place?: RefObject<HTMLInputElement | null>;
}

export function TypedInput({ unit, value, onType, onEnter, onEscape, label, place }: Props): VNode {
  const { item } = unit;
  const sign = item.kind === "numeric" && item.accept ? item.accept.unit : "";
  return (
    <label class="df-typed">
      <span class="df-label">{label ?? (item.kind === "numeric" ? words.ask.number : words.ask.type)}</span>
      <span class="df-typed__line">
        <input
          type="text"
          {...(place ? { ref: place } : {})}
          value={value}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => onType(event.currentTarget.value)}
          onKeyDown={({ key, isComposing }) => {
            if (key === "Enter" && !isComposing) onEnter?.();
            if (key === "Escape") onEscape?.();
          }}
        />
        {sign && <span class="df-unit">{sign}</span>}
      </span>
    </label>
  );
}
