/**
 * Bundles the study elements into the classic scripts that come with the package, and writes the licences of what is in
 * them: `study.js`, which every page loads, and `study-more.js`, the modes that are loaded when they are opened and take
 * what they share from the first. `--check` writes nothing and fails where the committed files are not what the sources
 * give, or where a script is over its budget. The same sources give the same bytes on every machine.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { lean } from "./lean.mjs";

/** Gzipped; without KaTeX, which is loaded where there is mathematics. */
const BUDGETS = { "study.js": 25_000, "study-more.js": 15_000 };
const assets = new URL("../src/deckforge/emit/site/assets/", import.meta.url);
const packages = ["preact", "ts-fsrs"];
const options = {
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  bundle: true,
  minify: true,
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  write: false,
  // A file that a plugin has resolved does not hear of tsconfig.json.
  jsxFactory: "h",
  jsxFragment: "Fragment",
};

/** Whatever a mode's script imports from outside its own folders is what `shared.ts` exports under that name. */
const shared = {
  name: "shared",
  async setup(builder) {
    const { metafile } = await build({
      ...options,
      entryPoints: ["src/shared.ts"],
      format: "esm",
      metafile: true,
      outfile: "shared.js",
    });
    const names = metafile.outputs["shared.js"].exports;
    builder.onResolve({ filter: /./ }, async ({ path, ...how }) => {
      if (how.pluginData === shared || how.kind === "entry-point") return undefined;
      const found = await builder.resolve(path, { ...how, pluginData: shared });
      const own = /[\\/]src[\\/](ask|grade|modes[\\/](learn|test|match))[\\/]/.test(found.path);
      return own ? found : { path: "shared", namespace: "shared" };
    });
    builder.onLoad({ filter: /./, namespace: "shared" }, () => ({
      contents: `export const {${names}} = deckforge.shared`,
    }));
  },
};

const banner = (what) => ({ js: `/*! DeckForge study elements, Apache-2.0${what}: see study.licences.txt */` });
const made = {
  "study.js": await script("src/main.ts", banner("; with preact and ts-fsrs, MIT"), lean),
  "study-more.js": await script("src/more.ts", banner(""), shared),
  "study.licences.txt": Buffer.from(packages.map(licence).join(`\n${"-".repeat(78)}\n\n`)),
};
for (const [name, bytes] of Object.entries(made)) {
  const path = new URL(name, assets);
  if (!process.argv.includes("--check")) writeFileSync(path, bytes);
  else if (!bytes.equals(readFileSync(path)))
    fail(`assets/${name} is not what frontend/ gives: run make frontend and commit it`);
}
for (const [name, budget] of Object.entries(BUDGETS)) {
  const size = gzipSync(made[name], { level: 9 }).length;
  console.log(`${name}: ${made[name].length} bytes, ${size} gzipped of ${budget}`);
  if (size > budget) fail(`${name} is over its budget`);
}

async function script(entry, head, plugin) {
  const { outputFiles } = await build({
    ...options,
    entryPoints: [entry],
    format: "iife",
    banner: head,
    plugins: [plugin],
  });
  return Buffer.from(outputFiles[0].contents);
}

function licence(name) {
  const folder = new URL(`node_modules/${name}/`, import.meta.url);
  const { version } = JSON.parse(read(new URL("package.json", folder)));
  return `${name} ${version}\n\n${read(new URL("LICENSE", folder)).trim()}\n`;
}

function read(path) {
  return readFileSync(path, "utf8").replaceAll("\r\n", "\n");
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
