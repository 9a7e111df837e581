/** HTML as Python rendered it, with the site's root in its addresses and its mathematics set. */

import { h, type RefObject, type VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Html as Text } from "../contract";
import { rooted, script } from "../data";

declare global {
  interface Window {
    /** Sets the mathematics within an element; `assets/math.js` offers it. */
    deckforgeMath?: (within: ParentNode) => void;
  }
}

/** Sets what is marked as mathematics within an element, and loads what that needs if there is any. */
export function math(within: HTMLElement): void {
  if (!within.querySelector(".df-math:not(.df-math--done)")) return;
  if (window.deckforgeMath) window.deckforgeMath(within);
  else
    script("@/assets/math.js").then(
      () => window.deckforgeMath?.(within),
      () => {}, // the TeX stays readable
    );
}

/** Shows a text of the course: a block, or with `inline` a run in a line. */
export function Html({ of, inline, class: name }: { of: Text; inline?: boolean; class?: string | undefined }): VNode {
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (place.current) {
      // Not by Preact, which would set it again over the mathematics.
      place.current.innerHTML = rooted(of);
      math(place.current);
    }
  }, [of]);
  const Tag = inline ? "span" : "div";
  return <Tag ref={place as RefObject<never>} class={name} />;
}
