/** What a learner has set, else what the author recommends. */

import type { Course } from "./contract";
import type { Plan } from "./schedule";
import type { Store } from "./store/store";
import { dayFrom } from "./time";

export interface Settings extends Plan {
  readonly newPerDay: number;
  readonly reviewsPerDay: number;
  /** The exam's date as YYYY-MM-DD, or "". */
  readonly examDate: string;
  /** How many minutes a session lasts; 0 is until everything is done. */
  readonly minutes: number;
}

export function settings(store: Store, { defaults }: Pick<Course, "defaults">): Settings {
  const examDate = store.get("set:examDate", "");
  return {
    newPerDay: store.get("set:newPerDay", defaults.newPerDay),
    reviewsPerDay: store.get("set:reviewsPerDay", defaults.reviewsPerDay),
    retention: store.get("set:retention", defaults.retention),
    minutes: store.get("set:minutes", 0),
    examDate,
    exam: dayFrom(examDate),
  };
}
