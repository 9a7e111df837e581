/** One question of Learn: chosen before it is typed, and what is too long to type is said to oneself. */

import { h, type VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { choicesOf } from "../../ask/choices";
import { type Act, Acts, Choices, Given, keysOf, pressed, reason, Typed } from "../../ask/field";
import { judge, plainText, typeable, type Unit } from "../../ask/unit";
import { asking } from "../../ask/words";
import type { Mark } from "../../grade/number";
import type { Session } from "../../session";
import { Sources, Star, star } from "../../ui/card";
import { Back, Front } from "../../ui/faces";
import { useFocus, useKeys, useStore } from "../../ui/hooks";
import { Html } from "../../ui/html";
import { words } from "../../words";
import { type Learning, levelOf } from "./rounds";

interface Props {
  readonly session: Session;
  readonly unit: Unit;
  readonly pool: readonly Unit[];
  readonly asked: Learning;
  readonly take: (key: string, right: boolean, ms: number) => void;
  readonly go: () => void;
}

export function Question({ session, unit, pool, asked, take, go }: Props): VNode {
  const say = asking.learn;
  const { item, key, summary, plain } = unit;
  const seed = `${session.place}${asked.round}`;
  const began = useRef(Date.now());
  const [picked, pick] = useState<readonly number[]>([]);
  const [text, type] = useState("");
  const [hint, setHint] = useState(false);
  const [open, setOpen] = useState(false);
  const [mark, setMark] = useState<Mark>();
  useStore(session.store);
  const choices = useMemo(
    () => (item.kind === "choice" || levelOf(asked, key) < 1 ? choicesOf(unit, pool, seed) : []),
    [],
  );
  const typing = !choices.length && typeable(unit);
  const multiple = item.kind === "choice" && item.multiple;
  const place = useFocus<never>(`${open}${!mark}`);

  // After a long answer the next question is in view again.
  useEffect(() => session.page.root.querySelector(".df-card")?.scrollIntoView({ block: "nearest" }), []);

  const give = (made: Mark): void => {
    setMark(made);
    take(key, made.right, Date.now() - began.current);
    const keys = choices.filter((choice) => choice.key).map(({ html }) => html);
    const right = plainText(keys.join(", ") || unit.answer);
    session.page.announce(made.right ? words.right : `${words.wrong}. ${right && `${words.answer}: ${right}`}`);
  };
  const said = (right: boolean): void => give({ right, why: "" });
  const choose = (all: readonly number[]): void => {
    pick(all);
    said(choices.every((choice) => choice.key === all.includes(choice.index)));
  };
  const press = (index: number): void => (multiple ? pick(pressed(picked, index, true)) : choose([index]));
  const check = (): void => {
    if (typing && text.trim())
      give(
        judge(
          unit,
          text,
          pool.filter((other) => other !== unit).map((other) => other.plain),
        ),
      );
    else if (multiple && picked.length) choose(picked);
  };
  const overrule = (): void => {
    take(key, true, Date.now() - began.current);
    go();
  };
  const pass = (): void => said(false);

  const acts: readonly (Act | false)[] = mark
    ? [[asking.goOn, go], !mark.right && [asking.overrule, overrule, "i"]]
    : open
      ? [
          [words.flashcards.know, () => said(true), "2"],
          [say.missed, pass, "1"],
        ]
      : [
          typing || multiple ? [say.check, check] : !choices.length && [words.show, () => setOpen(true)],
          [say.pass, pass, "Escape"],
          typing && !hint && item.kind !== "numeric" && [say.letter, () => setHint(true)],
        ];
  useKeys(session, {
    ...(mark ? {} : Object.fromEntries(choices.map(({ index }, at) => [at + 1, () => press(index)]))),
    ...keysOf(acts),
    Enter: mark ? go : check,
    s: () => star(session, item.id),
  });

  return (
    <section
      class="df-card"
      aria-label={words.kinds[item.kind]}
      tabIndex={-1}
      {...(choices.length && !mark && { ref: place })}
    >
      <div class="df-card__head">
        <span>{words.kinds[item.kind]}</span>
        <Star session={session} id={item.id} />
      </div>
      {item.kind === "choice" ? <Html class="df-face" of={item.front} /> : <Front item={item} card={key} seed={seed} />}
      {mark ? (
        <div>
          <p class={`df-mark ${mark.right ? "df-right" : "df-not"}`}>
            <span class="df-verdict">{mark.right ? words.right : words.wrong}</span> {reason(mark, unit)}
          </p>
          <Given text={text} picked={choices.filter(({ index }) => picked.includes(index))} />
        </div>
      ) : (
        <div>
          {choices.length > 0 && !open && (
            <div>
              <p class="df-part">{multiple ? asking.all : asking.one}</p>
              <Choices choices={choices} picked={picked} pick={press} multiple={multiple} />
            </div>
          )}
          {typing && <Typed unit={unit} value={text} type={type} place={place} keys={{ Enter: check, Escape: pass }} />}
          {hint && <p class="df-meta">{say.begins(plain.trim().charAt(0))}</p>}
        </div>
      )}
      {(mark || open) && (
        <div class="df-card__back">
          <p class="df-part">{words.answer}</p>
          <Back item={item} card={key} seed={seed} />
          <Sources session={session} id={summary.id} />
        </div>
      )}
      <Acts of={acts} {...((mark || open || (!typing && !choices.length)) && { place })} />
    </section>
  );
}
