/** A test that is sat: what was asked, answered, flagged and scored. All of it is kept, so that a reload loses nothing. */

import type { Course } from "../../contract";
import type { Session } from "../../session";
import { ORDER, type Plan } from "./paper";
import type { Answer, Own } from "./score";

export interface Sitting {
  readonly seed: string;
  readonly ids: readonly string[];
  /** When it ends by itself, in milliseconds since 1970; 0 is never. */
  readonly ends: number;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly flags: readonly string[];
  readonly submitted: boolean;
  readonly own: Readonly<Record<string, Own>>;
}

export const sit = (ids: readonly string[], { seed, minutes }: Plan, now: number): Sitting => ({
  seed,
  ids,
  ends: minutes > 0 ? now + minutes * 60_000 : 0,
  answers: {},
  flags: [],
  submitted: false,
  own: {},
});

/** A whole number from the address, where one stands there. */
function whole(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? "";
  return /^\d{1,4}$/.test(text) ? Number(text) : otherwise;
}

/** What the address asks for, else what the author recommends. */
export function planOf(
  { page: { query } }: Pick<Session, "page">,
  { defaults: { test } }: Pick<Course, "defaults">,
): Plan {
  const kinds = ORDER.filter((kind) => (query.get("kinds") ?? "").split(",").includes(kind));
  return {
    count: Math.max(1, whole(query, "count", test.count)),
    minutes: whole(query, "minutes", test.minutes),
    kinds: kinds.length > 0 ? kinds : test.kinds,
    seed: query.get("seed") ?? "",
  };
}

/** How a stretch of time reads on a clock. */
export function clock(ms: number): string {
  const left = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
