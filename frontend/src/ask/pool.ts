/** The units of a session: those that are asked, those that lend their answers as options; and where a mode keeps its place. */

import { queryText, toQuery } from "../filter";
import type { Session } from "../session";
import type { Json } from "../store/marks";
import { type Unit, unitsOf } from "./unit";

/** What is asked, in the order of study. */
export const unitsIn = (session: Session): readonly Unit[] =>
  session.summaries.flatMap((summary) => {
    const item = session.item(summary.id);
    return item ? unitsOf(item, summary) : [];
  });

/** Everything of the deck whose texts are loaded, whatever the filter says. */
export const poolOf = (session: Session): readonly Unit[] =>
  session.all.flatMap((summary) => {
    const item = session.item(summary.id);
    return item ? unitsOf(item, summary) : [];
  });

/** The key under which a mode keeps where it stands in what is studied now. */
export const placeOf = (mode: string, { deck, filter }: Session): string =>
  `run:${mode}:${deck.id}${queryText(toQuery(filter, new URLSearchParams()))}`;

/** What a mode kept under a key, or `null`. */
export const recall = <T>({ store }: Session, place: string): T | null => store.get(place, null as Json) as T | null;

/** Keeps what a mode has to know after a reload; it is data, as JSON can say it. */
export const remember = ({ store }: Session, place: string, state: object | null): void =>
  store.set(place, state as Json);
