/** One question of a test: to be answered, and with its marks once the test was submitted. */

import { h, type VNode } from "preact";
import { Acts, Choices, Given, pressed, Typed } from "../../ask/field";
import { judge } from "../../ask/unit";
import { asking } from "../../ask/words";
import type { Session } from "../../session";
import { Sources } from "../../ui/card";
import { Back, Front } from "../../ui/faces";
import { Html } from "../../ui/html";
import { words } from "../../words";
import type { Question } from "./paper";
import { type Answer, isAnswered, type Own, rowsOf } from "./score";

interface Props {
  readonly session: Session;
  readonly at: number;
  readonly question: Question;
  readonly answer: Answer;
  readonly seed: string;
}

/** Numbers, for people. */
export const shown = (value: number): string => value.toLocaleString(undefined, { maximumFractionDigits: 1 });

function Asked({ question: { unit, stated, units, choices }, seed }: Props): VNode {
  const { item, key } = unit;
  return (
    <div>
      {choices.length && item.kind === "choice" ? (
        <Html class="df-face" of={item.front} />
      ) : (
        <Front item={item} card={units.length > 1 ? item.id : key} seed={seed} />
      )}
      {stated && <Html class="df-stated" of={stated} />}
    </div>
  );
}

/** A question to answer; `f` flags it. */
export function Sheet(props: Props & { flagged: boolean; put: (answer: Answer) => void; flag: () => void }): VNode {
  const { at, question, answer, flagged, put } = props;
  const { id, unit, units, choices, typed, stated } = question;
  const { picked = [], texts = [] } = answer;
  const { item } = unit;
  const say = asking.test;
  const write = (blank: number, text: string): void =>
    put({ texts: units.map((_, each) => (each === blank ? text : (texts[each] ?? ""))) });
  const multiple = item.kind === "choice" && item.multiple;
  return (
    <section class="df-card df-sheet" id={`df-q${at}`} tabIndex={-1} data-id={id} aria-label={say.number(at + 1)}>
      <div class="df-card__head">
        <span>
          {say.number(at + 1)} · {words.points(question.points)}
        </span>
        <button
          type="button"
          class="df-star"
          aria-label={say.flag}
          aria-pressed={flagged}
          title={`${say.flag} (F)`}
          onClick={props.flag}
        >
          {flagged ? "⚑" : "⚐"}
        </button>
      </div>
      <Asked {...props} />
      {choices.length ? (
        <div>
          <p class="df-part">{multiple ? asking.all : stated ? say.isIt : asking.one}</p>
          <Choices
            choices={choices}
            picked={picked}
            multiple={multiple}
            pick={(index) => put({ picked: pressed(picked, index, multiple) })}
          />
        </div>
      ) : typed ? (
        units.map((each, blank) => (
          <Typed
            key={each.key}
            unit={each}
            value={texts[blank] ?? ""}
            type={(text) => write(blank, text)}
            label={units.length > 1 ? say.blank(blank + 1) : asking.yours}
          />
        ))
      ) : (
        <label class="df-typed">
          <span class="df-part">
            {asking.yours}
            {"words" in item && item.words && ` · ${say.words(item.words)}`}
          </span>
          <textarea
            rows={item.kind === "essay" ? 12 : 5}
            value={texts[0] ?? ""}
            onInput={({ currentTarget }) => write(0, currentTarget.value)}
          />
        </label>
      )}
    </section>
  );
}

/** A question with its marks: `part` of its points was earned, or the learner has yet to say. */
export function Marked(props: Props & { part: number | null; own: Own; say: (own: Own) => void }): VNode {
  const { session, at, question, answer, seed, part, own } = props;
  const { unit, units, choices, typed, points } = question;
  const { texts = [] } = answer;
  const text = asking.test;
  const right = part === 1;
  const given = isAnswered(question, answer);
  return (
    <section
      class={`df-card df-sheet ${part === null ? "" : right ? "df-sheet--right" : "df-sheet--not"}`}
      aria-label={text.number(at + 1)}
    >
      <div class="df-card__head">
        <span>
          {text.number(at + 1)} · {part === null ? words.points(points) : text.got(shown(part * points), points)}
        </span>
        {part !== null && (
          <span class={right ? "df-right" : "df-not"}>
            <span class="df-verdict">{right ? words.right : part ? text.partly : words.wrong}</span>
          </span>
        )}
      </div>
      <Asked {...props} />
      {units.length > 1 ? (
        <ul class="df-lines">
          {units.map((each, blank) => (
            <li key={each.key} class={judge(each, texts[blank] ?? "").right ? "df-right" : "df-not"}>
              <span class="df-verdict">{judge(each, texts[blank] ?? "").right ? words.right : words.wrong}</span>{" "}
              {texts[blank] || asking.none}
            </li>
          ))}
        </ul>
      ) : (
        <Given text={texts[0] ?? ""} picked={choices.filter(({ index }) => answer.picked?.includes(index))} />
      )}
      <div class="df-card__back">
        <p class="df-part">{words.answer}</p>
        <Back item={unit.item} card={unit.key} seed={seed} />
        <Sources session={session} id={question.id} />
      </div>
      {typed && !right && given && <Acts of={[false, [asking.overrule, () => props.say({ right: true })]]} />}
      {!typed && !choices.length && given && <Scoring question={question} own={own} say={props.say} />}
    </section>
  );
}

/** Where learners score what they wrote. */
function Scoring({ question, own, say }: { question: Question; own: Own; say: (own: Own) => void }): VNode {
  const rows = rowsOf(question);
  const put = (at: number, value: number): void =>
    say({ rows: rows.map((_, each) => (each === at ? value : (own.rows?.[each] ?? null))) });
  return (
    <fieldset class="df-scoring">
      <legend class="df-part">{asking.test.score}</legend>
      {rows.map(({ label, points, criterion }, at) => (
        <label key={label} for={`${question.id}-${at}`}>
          {criterion ? (
            <input
              type="checkbox"
              id={`${question.id}-${at}`}
              checked={own.rows?.[at] != null && own.rows[at] !== -1}
              onChange={({ currentTarget }) => put(at, currentTarget.checked ? points : -1)}
            />
          ) : (
            <input
              type="number"
              id={`${question.id}-${at}`}
              min={0}
              max={points}
              step="any"
              value={own.rows?.[at] ?? ""}
              onInput={({ currentTarget }) => put(at, Math.min(points, Math.max(0, currentTarget.valueAsNumber || 0)))}
            />
          )}{" "}
          {!criterion && `${asking.test.of} ${words.points(points)} `}
          <Html inline of={label || asking.test.whole} />
        </label>
      ))}
    </fieldset>
  );
}
