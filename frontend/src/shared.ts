/**
 * What the script of the further modes (`more.ts`) takes from the script that every page has, instead of bringing its
 * own. It reaches for nothing else: the build fails where it tries.
 */

export { Fragment, h } from "preact";
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { rooted } from "./data";
export { queryText, toQuery } from "./filter";
export { hash, shuffled } from "./random";
export { itemOf, keysOf } from "./store/card";
export { Sources, Star, star } from "./ui/card";
export { End } from "./ui/end";
export { Back, Front, Part, Table } from "./ui/faces";
export { useFocus, useKeys, useStore } from "./ui/hooks";
export { Html, math } from "./ui/html";
export { words } from "./words";
