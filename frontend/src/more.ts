/**
 * The modes that are loaded when one of them is opened: a script of its own, so that the one that every page loads
 * stays small. It takes what it shares with that one from `shared.ts`.
 */

import { Learn } from "./modes/learn/learn";
import { Match } from "./modes/match/match";
import { Test } from "./modes/test/test";

window.deckforge?.register("modes", { learn: Learn, test: Test, match: Match });
