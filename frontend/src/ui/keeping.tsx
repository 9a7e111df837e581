/** Keeping the progress: whether the browser does, the file that the learner has, bringing one in, forgetting it all. */

import { h, type VNode } from "preact";
import { useState } from "preact/hooks";
import type { Course } from "../contract";
import { answers } from "../figures";
import type { Store } from "../store/store";
import { apply, exported, fileName, type Preview, preview, read } from "../store/transfer";
import { DAY } from "../time";
import { words } from "../words";

interface Props {
  readonly course: Course;
  readonly store: Store;
}

/** After so many answers and days without a backup the learner is asked to make one. */
const ANSWERS = 100;
const DAYS = 7;

const text = words.keeping;
const total = (store: Store): number => Object.values(answers(store)).reduce((a, b) => a + b, 0);

/** Saves the progress as a file. */
function save({ course, store }: Props): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([exported(store, course)], { type: "application/json" }));
  link.download = fileName(course);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  store.set("run:saved", { at: Date.now(), answers: total(store) });
}

/** Asks for a backup where one is overdue, and says where nothing is kept. */
export function Nudge(props: Props): VNode | null {
  const { store } = props;
  const saved = store.get("run:saved", { at: 0, answers: 0 });
  const fresh = total(store) - saved.answers;
  const days = Math.floor((Date.now() - saved.at) / DAY);
  const overdue = fresh >= ANSWERS && days >= DAYS;
  if (store.kept && !overdue) return null;
  return (
    <p class="df-message">
      {store.kept ? text.overdue(fresh, saved.at ? days : 0) : words.refused}{" "}
      <button type="button" class="df-quiet" onClick={() => save(props)}>
        {text.save}
      </button>
    </p>
  );
}

/** Export, import with a look at what it brings, reset. Whatever cannot be taken back asks twice. */
export function Keeping(props: Props): VNode {
  const { course, store } = props;
  const [found, setFound] = useState<Preview>();
  const [said, say] = useState("");
  const [asking, ask] = useState(false);
  const open = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    if (!file) return;
    say("");
    setFound(undefined);
    try {
      setFound(preview(store, read(await file.text(), course)));
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    input.value = "";
  };
  const take = async (replace: boolean): Promise<void> => {
    setFound(undefined);
    if (found) await apply(store, found, replace);
    say(text.taken);
  };
  const button = (label: string, act: () => void, kind = "df-quiet"): VNode => (
    <button type="button" class={kind} onClick={act}>
      {label}
    </button>
  );
  return (
    <div class="df-keeping">
      <p>{store.kept ? text.here : words.refused}</p>
      <p class="df-actions">
        {button(text.save, () => save(props), "df-primary")}
        <label class="df-file-pick">
          {text.open}
          <input type="file" accept=".json,application/json" onChange={(event) => open(event.currentTarget)} />
        </label>
        {button(text.reset, () => ask(true))}
      </p>
      <div role="status">
        {said && <p class="df-message">{said}</p>}
        {found && (
          <div class="df-message">
            <p>{text.brings(found, new Date(found.progress.exported).toLocaleDateString())}</p>
            <p class="df-actions">
              {button(text.merge, () => take(false), "df-primary")}
              {button(text.replace, () => take(true), "df-again")}
              {button(text.cancel, () => setFound(undefined))}
            </p>
          </div>
        )}
        {asking && (
          <div class="df-message">
            <p>{text.sure(total(store))}</p>
            <p class="df-actions">
              {button(
                text.forget,
                () => {
                  store.reset();
                  ask(false);
                },
                "df-again",
              )}
              {button(text.cancel, () => ask(false))}
            </p>
          </div>
        )}
      </div>
    </div>
  );
}
