/**
 * Replays review histories with the scheduler as it is bundled, for the tests that compare it with another
 * implementation. Reads {w, retention, cards: [[[grade, at, day], …], …]} from the standard input, and writes for every
 * review [state, step, stability, difficulty, wait in milliseconds].
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { lean } from "../lean.mjs";

const { outputFiles } = await build({
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  entryPoints: ["src/schedule.ts"],
  bundle: true,
  minify: true,
  format: "esm",
  plugins: [lean],
  write: false,
});
const { model, NEW, next, wait } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
);

const { w, retention, cards } = JSON.parse(readFileSync(0, "utf8"));
const by = model(w);
const told = cards.map((reviews) => {
  let memory = NEW;
  return reviews.map(([grade, at, day]) => {
    memory = next(memory, { grade, at, day }, by);
    return [
      memory.state,
      memory.step,
      memory.stability,
      memory.difficulty,
      wait(memory, { retention, exam: Number.NaN }, by),
    ];
  });
});
process.stdout.write(JSON.stringify(told));
