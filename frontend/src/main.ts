/** The one script of the study site: takes the data that pages' scripts hand over, and defines the elements. */

import { register } from "./data";
import { attach, define } from "./element";
import * as shared from "./shared";
import { Home } from "./ui/home";
import { checklist, masteries } from "./ui/marks";
import { Progress } from "./ui/progress";
import { Study } from "./ui/study";

declare global {
  interface Window {
    deckforge?: { readonly register: typeof register; readonly shared: typeof shared };
  }
}

window.deckforge ??= { register, shared };

define("df-study", Study);
define("df-home", Home);
define("df-progress", Progress);
attach("df-checklist", checklist);
attach("df-mastery", masteries);
