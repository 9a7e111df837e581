/** The two sides of a card, of every kind of item. A key that ends in `:r` or `:c2` names the direction or the deletion. */

import { Fragment, h, type VNode } from "preact";
import type { ChoiceItem, Item, Html as Text } from "../contract";
import { shuffled } from "../random";
import { words } from "../words";
import { Html } from "./html";

interface Side {
  readonly item: Item;
  readonly card: string;
}

/** The order in which the options of a choice are shown under a seed; the author's, where it matters. */
export const optionOrder = (item: ChoiceItem, seed: string): readonly ChoiceItem["options"][number][] =>
  item.shuffle ? shuffled(item.options, item.id + seed) : item.options;

/** A text under its name, if there is one. */
export function Part({ label, of, class: name }: { label?: string; of: Text; class?: string }): VNode | null {
  if (!of) return null;
  return (
    <div class={name}>
      {label && <p class="df-part">{label}</p>}
      <Html of={of} />
    </div>
  );
}

const Tasks = ({ of }: { of: readonly { readonly text: Text; readonly points: number }[] }): VNode | null =>
  of.length ? (
    <ol class="df-tasks">
      {of.map(({ text, points }) => (
        <li>
          <Html of={text} /> {points > 0 && <span class="df-points">{words.points(points)}</span>}
        </li>
      ))}
    </ol>
  ) : null;

export const Table = (props: { head: readonly (Text | string)[]; rows: readonly (readonly Text[])[] }): VNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls by the keyboard too
  <div class="df-table" tabIndex={0}>
    <table>
      <thead>
        <tr>
          {props.head.map((cell) => (
            <th scope="col">
              <Html inline of={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr>
            {row.map((cell) => (
              <td>
                <Html inline of={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/**
 * What is asked. `seed` shuffles the options of a choice; `answered` leaves out what the back shows again: the options,
 * the sentence with its blanks.
 */
export function Front({
  item,
  card,
  seed,
  answered,
}: Side & { readonly seed: string; readonly answered?: boolean }): VNode | null {
  if (item.kind === "cloze") {
    if (answered) return null;
    const blank = item.blanks.find(({ number }) => card.endsWith(`:c${number}`));
    return <Html class="df-face" of={blank?.front ?? item.front} />;
  }
  if (card.endsWith(":r") && "answer" in item) {
    return (
      <div class="df-face">
        <p class="df-part">{words.reverse}</p>
        <Html of={item.answer} />
      </div>
    );
  }
  return (
    <div class="df-face">
      <Html of={item.front} />
      {item.kind === "choice" && !answered && (
        <ol class="df-options" type="A">
          {optionOrder(item, seed).map(({ text }) => (
            <li>
              <Html of={text} />
            </li>
          ))}
        </ol>
      )}
      {"tasks" in item && <Tasks of={item.tasks} />}
      {item.kind === "problem" && <Hints of={item.hints} />}
    </div>
  );
}

/** Hints, of which the next one shows only when the one before is open. */
const Hints = ({ of }: { of: readonly { readonly name: string; readonly text: Text }[] }): VNode => (
  <>
    {of.map(({ name, text }, index) => (
      <details class="df-fold df-fold--hint">
        <summary>
          {words.hint(index + 1)}
          {name && `: ${name}`}
        </summary>
        <Html of={text} />
      </details>
    ))}
  </>
);

/** What answers it, with all that an author says about it. */
export function Back({ item, card, seed }: Side & { readonly seed: string }): VNode {
  return (
    <div class="df-face">
      {item.title && <Html class="df-title" of={item.title} />}
      {item.kind === "cloze" && <Html of={item.back} />}
      {item.kind === "choice" && <Options item={item} seed={seed} />}
      {card.endsWith(":r") ? <Html of={item.front} /> : "answer" in item && <Html of={item.answer} />}
      {item.kind === "problem" && <Html of={item.solution} />}
      <Part class="df-short" label={words.short} of={item.short} />
      {"explanation" in item && <Part label={words.explanation} of={item.explanation} />}
      {item.kind === "choice" && <Part class="df-gap" label={words.gap} of={item.gap} />}
      {"rubric" in item && item.rubric && (
        <Table
          head={[words.component, ...item.rubric.levels]}
          rows={item.rubric.rows.map(({ component, points, cells }) => [
            points ? `${component} (${words.points(points)})` : component,
            ...cells,
          ])}
        />
      )}
      {"criteria" in item && item.criteria.map((text) => <Html of={text} />)}
      {item.kind === "problem" && item.mistakes.length > 0 && (
        <Table head={words.mistakes} rows={item.mistakes.map((row) => [row.mistake, row.why, row.prevention])} />
      )}
      {item.kind === "problem" && <Part label={words.extension} of={item.extension} />}
      <Part class="df-why" label={words.why} of={item.why} />
      {item.source && (
        <p class="df-meta">
          {words.source}: {item.source}
        </p>
      )}
    </div>
  );
}

const Options = ({ item, seed }: { item: ChoiceItem; seed: string }): VNode => (
  <ol class="df-options" type="A">
    {optionOrder(item, seed).map(({ text, key, feedback }) => (
      <li class={key ? "df-right" : "df-not"}>
        <span class="df-verdict">{key ? words.right : words.wrong}</span>
        <Html of={text} />
        <Part class="df-feedback" of={feedback} />
      </li>
    ))}
  </ol>
);

export { Fragment };
