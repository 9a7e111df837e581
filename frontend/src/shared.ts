/**
 * What the script of the further modes (`more.ts`) takes from the script that every page has, instead of bringing its
 * own. It reaches for nothing else: the build fails where it tries.
 */

export { Fragment, h } from "preact";
export { useEffect, useMemo, useRef, useState } from "preact/hooks";
export { rooted } from "./data";
export { queryText } from "./filter";
export { hash, shuffled } from "./random";
export { keysOf } from "./store/card";
export { Sources, Star, star } from "./ui/card";
export { End } from "./ui/end";
export { Back, Front, optionOrder } from "./ui/faces";
export { useFocus, useKeys, useStore } from "./ui/hooks";
export { Html } from "./ui/html";
export { s, words } from "./words";
