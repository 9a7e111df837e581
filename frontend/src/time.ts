/** Days as a learner counts them: they begin at four in the morning, where the learner is. */

export const DAY = 86_400_000;
export const MINUTE = 60_000;
const ROLLOVER = 4 * 60 * MINUTE;

/** The number of the day, counted from 1970 in local time. */
export const dayOf = (at: number): number =>
  Math.floor((at - new Date(at).getTimezoneOffset() * MINUTE - ROLLOVER) / DAY);

/** When the day after that of `at` begins. */
export function endOfDay(at: number): number {
  const date = new Date(at - ROLLOVER);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime() + ROLLOVER;
}

/** The number of a day written as YYYY-MM-DD, or NaN. */
export const dayFrom = (text: string): number => Math.round(Date.parse(`${text}T00:00:00Z`) / DAY);

/** A day's number as YYYY-MM-DD. */
export const dayText = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
