/** What kind of test it will be: by the address, else by the author, and as the learner wants it. Nothing is shown before it starts. */

import { h, type VNode } from "preact";
import { useState } from "preact/hooks";
import type { Unit } from "../../ask/unit";
import { asking } from "../../ask/words";
import type { Session } from "../../session";
import { useFocus } from "../../ui/hooks";
import { words } from "../../words";
import { drawn, ORDER, type Plan } from "./paper";

/** What the address asks for (`count=20&minutes=30&kinds=choice,numeric`), else what the author recommends. */
export function planOf({ page: { query }, course }: Pick<Session, "page" | "course">): Plan {
  const { test } = course.defaults;
  const asked = query.get("kinds")?.split(",") ?? [];
  const kinds = ORDER.filter((kind) => asked.includes(kind));
  const whole = (name: "count" | "minutes"): number => {
    const text = query.get(name) ?? "";
    return /^\d{1,3}$/.test(text) ? Number(text) : test[name];
  };
  return { count: Math.max(1, whole("count")), minutes: whole("minutes"), kinds: kinds.length ? kinds : test.kinds };
}

export function Setup(props: {
  readonly units: readonly Unit[];
  readonly plan: Plan;
  /** The last result, in percent, or -1. */
  readonly last: number;
  readonly start: (plan: Plan) => void;
}): VNode {
  const { units, last } = props;
  const say = asking.test;
  const there = ORDER.filter((kind) => units.some(({ item }) => item.kind === kind));
  const [plan, setPlan] = useState(() => {
    const kinds = there.filter((kind) => props.plan.kinds.includes(kind));
    return { ...props.plan, kinds: kinds.length ? kinds : there };
  });
  const heading = useFocus<HTMLHeadingElement>("");
  const count = drawn(units, plan, "").length;
  const field = (name: "count" | "minutes", least: number): VNode => (
    <label>
      <span class="df-part">{say[name]}</span>
      <input
        type="number"
        min={least}
        value={plan[name]}
        onInput={({ currentTarget }) =>
          setPlan({ ...plan, [name]: Math.max(least, Math.floor(currentTarget.valueAsNumber) || 0) })
        }
      />
    </label>
  );
  return (
    <form
      class="df-card df-setup"
      onSubmit={(event) => {
        event.preventDefault();
        props.start(plan);
      }}
    >
      <h2 tabIndex={-1} ref={heading}>
        {words.modes.test.label}
      </h2>
      <div class="df-fields">
        {field("count", 1)}
        {field("minutes", 0)}
      </div>
      <fieldset class="df-checks">
        <legend class="df-part">{say.kinds}</legend>
        {there.map((kind) => (
          <label key={kind}>
            <input
              type="checkbox"
              checked={plan.kinds.includes(kind)}
              onChange={() =>
                setPlan({ ...plan, kinds: ORDER.filter((each) => (each === kind) !== plan.kinds.includes(each)) })
              }
            />{" "}
            {words.kinds[kind]}
          </label>
        ))}
      </fieldset>
      <p>{count ? say.intro(count, plan.minutes) : say.nothing}</p>
      {last >= 0 && <p class="df-meta">{say.last(last)}</p>}
      <p class="df-actions">
        <button type="submit" class="df-primary" disabled={!count}>
          {say.start}
        </button>
      </p>
    </form>
  );
}
