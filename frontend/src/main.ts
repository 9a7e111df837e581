/** The one script of the study site: takes the data that pages' scripts hand over, and defines the elements. */

import { register } from "./data";
import { define } from "./element";
import { Study } from "./ui/study";

declare global {
  interface Window {
    deckforge?: { readonly register: typeof register };
  }
}

window.deckforge ??= { register };

define("df-study", Study);
