/** What is shown once a question is answered: whether it was right, what is right, and what the author says to it. */

import { Fragment, h, type VNode } from "preact";
import type { Html as Text } from "../contract";
import { rooted } from "../data";
import { acceptText, type Mark } from "../grade/number";
import { Html } from "../ui/html";
import { words } from "../words";
import type { Unit } from "./unit";

/** A text of the author under its name. */
export function Part({ name, of }: { name: string; of: Text }): VNode | null {
  if (!of) return null;
  return (
    <div class="df-aside">
      <p class="df-label">{name}</p>
      <Html of={of} />
    </div>
  );
}

/** Says what a mark means, in a line. */
export function markText({ right, why, power = 0 }: Mark, unit: Unit): string {
  const sign = unit.item.kind === "numeric" && unit.item.accept ? unit.item.accept.unit : "";
  const says = words.ask.why;
  if (why === "power") return says.power(power > 0, 10 ** Math.abs(power));
  if (why === "unit") return says.unit(sign);
  return why ? says[why] : right ? words.ask.right : words.ask.wrong;
}

/** What is right, and everything that belongs to it; `gap` where it was wrong. */
export function Answer({ unit, gap = false }: { unit: Unit; gap?: boolean }): VNode {
  const { item, summary, answer } = unit;
  const say = words.ask;
  return (
    <div class="df-solution">
      {item.kind !== "choice" && (
        <Fragment>
          {item.title && <Html class="df-title" of={item.title} />}
          <Html class="df-answer" of={answer} />
          {item.kind === "numeric" && item.accept && <p class="df-meta">{say.accepted(acceptText(item.accept))}</p>}
          {item.kind === "cloze" && <Html of={item.answer} />}
        </Fragment>
      )}
      {(item.kind === "choice" || item.kind === "numeric") && <Part name={say.explanation} of={item.explanation} />}
      {item.kind === "choice" && gap && <Part name={say.gap} of={item.gap} />}
      {item.kind === "problem" && <Part name={say.extension} of={item.extension} />}
      <Part name={say.whyItMatters} of={item.why} />
      <p class="df-meta">
        <a href={rooted(summary.url)}>{say.inLesson}</a>
      </p>
    </div>
  );
}
