/** `npm run bench -- NAME`: runs `test/perf/NAME.bench.ts` and prints one JSON line a figure. */
import { existsSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "./measure.ts";
import { repoRoot } from "./paths.ts";
import { exitOnSignals } from "./processes.ts";

exitOnSignals();
const folder = join(repoRoot, "test/perf");
const [name = ""] = process.argv.slice(2);
const path = join(folder, `${name}.bench.ts`);
if (name === "" || !existsSync(path)) {
  const names: string[] = [];
  for await (const file of glob("*.bench.ts", { cwd: folder })) {
    names.push(file.replace(".bench.ts", ""));
  }
  console.error(`Usage: npm run bench -- NAME, where NAME is one of: ${names.sort().join(", ")}`);
  process.exit(1);
}
const { bench } = (await import(path)) as { readonly bench?: Bench };
if (bench === undefined) {
  console.error(`${path} exports no function \`bench\`.`);
  process.exit(1);
}
await bench(({ figure, median, min, max, unit, runs }) => {
  console.log(JSON.stringify({ bench: name, figure, median, min, max, unit, runs }));
});
process.exit(0);
