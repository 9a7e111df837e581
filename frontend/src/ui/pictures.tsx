/** Pictures of the progress, each with its words: a bar of standings, what is due on the coming days, a calendar. */

import { h, type VNode } from "preact";
import { DAY } from "../time";
import { words } from "../words";

/** New, learning and mastered items as one bar, and in words below it. */
export function Standings({ of }: { of: readonly [number, number, number] }): VNode {
  return (
    <div class="df-standings">
      <div class="df-standings__bar" aria-hidden="true">
        {[2, 1, 0].map((index) => (
          <span class={`df-standing--${index}`} style={{ flexGrow: of[index as 0] }} />
        ))}
      </div>
      <ul>
        {[2, 1, 0].map((index) => (
          <li class={`df-standing--${index}`}>
            <b>{of[index as 0].toLocaleString()}</b> {words.standings[index]}
          </li>
        ))}
      </ul>
    </div>
  );
}

const HEIGHT = 80;

export function Forecast({ of, today }: { of: readonly number[]; today: number }): VNode {
  const most = Math.max(1, ...of);
  const width = 100 / of.length;
  const label = words.forecast.text(
    of[0] ?? 0,
    of.reduce((a, b) => a + b),
    of.length,
  );
  return (
    <figure class="df-picture">
      <svg class="df-bars" viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {of.map((count, index) => (
          <rect x={index * width} y={HEIGHT * (1 - count / most)} width={width * 0.8} height={(HEIGHT * count) / most}>
            <title>{words.forecast.day(words.date((today + index) * DAY), count)}</title>
          </rect>
        ))}
      </svg>
      <Axis from={words.now} to={words.date((today + of.length - 1) * DAY)} />
      <figcaption>{label}</figcaption>
    </figure>
  );
}

/** What the left and the right edge of a picture are. */
const Axis = ({ from, to }: { from: string; to: string }): VNode => (
  <div class="df-axis" aria-hidden="true">
    <span>{from}</span>
    <span>{to}</span>
  </div>
);

const WEEKS = 26;
const CELL = 12;

export function Calendar({ of, today }: { of: ReadonlyMap<number, number>; today: number }): VNode {
  // Weeks begin on Monday; day 4 of 1970 was one.
  const first = today - ((today + 3) % 7) - 7 * (WEEKS - 1);
  const days = Array.from({ length: today - first + 1 }, (_, index) => first + index);
  const counts = days.map((day) => of.get(day) ?? 0);
  const most = Math.max(1, ...counts);
  const label = words.calendar(
    counts.reduce((a, b) => a + b),
    counts.filter(Boolean).length,
    WEEKS,
  );
  return (
    <figure class="df-picture">
      <svg class="df-calendar" viewBox={`0 0 ${WEEKS * CELL} ${7 * CELL}`} role="img" aria-label={label}>
        {days.map((day, index) => (
          <rect
            x={Math.floor(index / 7) * CELL}
            y={(index % 7) * CELL}
            width={CELL - 2}
            height={CELL - 2}
            rx={2}
            data-level={Math.ceil((4 * (counts[index] ?? 0)) / most)}
          >
            <title>{words.forecast.day(words.date(day * DAY), counts[index] ?? 0)}</title>
          </rect>
        ))}
      </svg>
      <Axis from={words.date(first * DAY)} to={words.now} />
      <figcaption>{label}</figcaption>
    </figure>
  );
}
