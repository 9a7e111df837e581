/** What kind of test it will be. Nothing of it is shown before it starts. */

import { h, type VNode } from "preact";
import { useState } from "preact/hooks";
import type { Unit } from "../../ask/unit";
import type { Kind } from "../../contract";
import { useFocus } from "../../ui/hooks";
import { words } from "../../words";
import { drawn, ORDER, type Plan } from "./paper";

interface Props {
  readonly units: readonly Unit[];
  readonly plan: Plan;
  readonly last: number | null;
  readonly onStart: (plan: Plan) => void;
}

export function Setup({ units, plan: asked, last, onStart }: Props): VNode {
  const say = words.test;
  const there = ORDER.filter((kind) => units.some(({ item }) => item.kind === kind));
  const [plan, setPlan] = useState(() => ({ ...asked, kinds: there.filter((kind) => asked.kinds.includes(kind)) }));
  const heading = useFocus<HTMLHeadingElement>("setup");
  const most = new Set(units.filter(({ item }) => plan.kinds.includes(item.kind)).map(({ item }) => item.id)).size;
  const count = drawn(units, plan).length;
  const toggle = (kind: Kind): void => {
    const kinds = there.filter((each) => (each === kind) !== plan.kinds.includes(each));
    setPlan({ ...plan, kinds });
  };
  return (
    <form
      class="df-card df-setup"
      onSubmit={(event) => {
        event.preventDefault();
        if (count > 0) onStart(plan);
      }}
    >
      <h2 tabIndex={-1} ref={heading}>
        {say.title}
      </h2>
      <div class="df-fields">
        <Field
          name={say.count}
          value={plan.count}
          min={1}
          max={Math.max(1, most)}
          onSet={(value) => setPlan({ ...plan, count: value })}
        />
        <Field
          name={say.minutes}
          value={plan.minutes}
          min={0}
          max={600}
          onSet={(value) => setPlan({ ...plan, minutes: value })}
        />
      </div>
      {there.length > 1 && (
        <fieldset>
          <legend class="df-label">{say.kinds}</legend>
          <div class="df-checks">
            {there.map((kind) => (
              <label key={kind} class="df-check">
                <input type="checkbox" checked={plan.kinds.includes(kind)} onChange={() => toggle(kind)} />{" "}
                {say.kind[kind]}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <p>{count > 0 ? say.intro(count, plan.minutes) : say.nothing}</p>
      {last !== null && <p class="df-meta">{say.last(last)}</p>}
      <p class="df-actions">
        <button type="submit" class="df-primary" disabled={count === 0}>
          {say.start}
        </button>
      </p>
    </form>
  );
}

function Field(props: {
  name: string;
  value: number;
  min: number;
  max: number;
  onSet: (value: number) => void;
}): VNode {
  const { name, value, min, max, onSet } = props;
  return (
    <label class="df-field">
      <span class="df-label">{name}</span>
      <input
        type="number"
        inputMode="numeric"
        value={value}
        min={min}
        max={max}
        onInput={({ currentTarget }) => {
          const typed = currentTarget.valueAsNumber;
          if (Number.isFinite(typed)) onSet(Math.max(min, Math.round(typed)));
        }}
      />
    </label>
  );
}
