/**
 * ts-fsrs without what is not used here: it patches `Date.prototype` of the page, brings a random generator to fuzz
 * intervals, reads the parameters of older algorithms, and schedules (we do, by the learner's days). What is left are
 * its formulas, in its own words. A version in which a piece is not found fails the build.
 */
import { readFileSync } from "node:fs";

const method = (name) => new RegExp(`^ {2}${name}\\(.*\\) {$[\\s\\S]*?^ {2}}$`, "m");

const PIECES = [
  [/^Date\.prototype\.\w+ = function[\s\S]*?^};$/gm, ""],
  [/new Proxy\(\s*(this\.prepare_parameters\(params\)),\s*this\.params_handler_proxy\(\)\s*\)/, "$1"],
  [
    /^ {2}prepare_parameters = [\s\S]*?^ {2}};$/m,
    "prepare_parameters = ({ w }) => ({ w: w || default_w, enable_short_term: true, request_retention: 0.9 });",
  ],
  ...[
    "params_handler_proxy",
    "update_parameters",
    "apply_fuzz",
    "next_interval",
    "set seed",
    "get interval_modifier",
    "set parameters",
  ].map((name) => [method(name), ""]),
  [/^class FSRSError [\s\S]*?^}$/m, ""],
  [/^class FSRSValidationError [\s\S]*?^}$/m, "const FSRSValidationError = Error;"],
];

export const lean = {
  name: "lean",
  setup(builder) {
    builder.onLoad({ filter: /ts-fsrs.dist.index\.mjs$/ }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [piece, instead] of PIECES) {
        if (!contents.match(piece)) throw new Error(`ts-fsrs has changed: ${piece}`);
        contents = contents.replace(piece, instead);
      }
      return { contents, loader: "js" };
    });
  },
};
