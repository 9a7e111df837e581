import type { Answer, Own } from "./score";

/** A test that is sat: what is asked, what was answered, flagged and scored. */
export type Sitting = {
  readonly seed: string;
  readonly ids: readonly string[];
  /** When it ends by itself, in milliseconds since 1970; 0 is never. */
  readonly ends: number;
  readonly answers: { readonly [id: string]: Answer };
  readonly flags: readonly string[];
  readonly submitted: boolean;
  readonly own: { readonly [id: string]: Own };
};
