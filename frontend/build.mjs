/**
 * Bundles the study elements into the one classic script that comes with the package, and writes the licences of what
 * is in it. `--check` writes nothing and fails where the committed files are not what the sources give, or where the
 * script is over its budget. The same sources give the same bytes on every machine.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Everything in it, gzipped; without KaTeX, which is loaded where there is mathematics. */
const BUDGET = 25_000;
const assets = new URL("../src/deckforge/emit/site/assets/", import.meta.url);
const packages = ["preact", "ts-fsrs"];

/** ts-fsrs patches Date.prototype of the page it is on, and fuzzes intervals by a random generator: we use neither. */
const lean = {
  name: "lean",
  setup(builder) {
    builder.onLoad({ filter: /ts-fsrs.dist.index\.mjs$/ }, ({ path }) => {
      let contents = read(path);
      const drop = (pattern, instead = "") => {
        if (!pattern.test(contents)) fail(`ts-fsrs has changed: ${pattern}`);
        contents = contents.replace(pattern, instead);
      };
      drop(/^Date\.prototype\.\w+ = function[\s\S]*?^};$/gm);
      drop(/^ {2}apply_fuzz\(ivl, elapsed_days\) {[\s\S]*?^ {2}}$/m, "  apply_fuzz(ivl) { return Math.round(ivl); }");
      return { contents, loader: "js" };
    });
  },
};

const { outputFiles } = await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: ["src/main.ts"],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/*! DeckForge study elements, Apache-2.0; with preact and ts-fsrs, MIT: see study.licences.txt */" },
  plugins: [lean],
  write: false,
});
const script = Buffer.from(outputFiles[0].contents);
const licences = packages
  .map((name) => {
    const { version } = JSON.parse(read(new URL(`node_modules/${name}/package.json`, import.meta.url)));
    return `${name} ${version}\n\n${read(new URL(`node_modules/${name}/LICENSE`, import.meta.url)).trim()}\n`;
  })
  .join(`\n${"-".repeat(78)}\n\n`);
const size = gzipSync(script, { level: 9 }).length;
const made = { "study.js": script, "study.licences.txt": Buffer.from(licences) };

for (const [name, bytes] of Object.entries(made)) {
  const path = new URL(name, assets);
  if (!process.argv.includes("--check")) writeFileSync(path, bytes);
  else if (!bytes.equals(readFileSync(path)))
    fail(`assets/${name} is not what frontend/ gives: run make frontend and commit it`);
}
console.log(`study.js: ${script.length} bytes, ${size} gzipped of ${BUDGET}`);
if (size > BUDGET) fail("study.js is over its budget");

function read(path) {
  return readFileSync(path, "utf8").replaceAll("\r\n", "\n");
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
