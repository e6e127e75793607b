/** How many recorded spans lead to their line in a real VS Code, without and with symbols of language extensions. */

import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runHostSuite } from "../harness/hostSuite.ts";
import { summarise, type Bench } from "../harness/measure.ts";
import { packageExtension } from "../harness/package.ts";
import { repoRoot } from "../harness/paths.ts";
import { figuresFile } from "./providers/figuresFile.ts";

export const bench: Bench = async report => {
  await packageExtension();
  const workspaceFolder = await mkdtemp(join(tmpdir(), "traceside-providers-"));
  try {
    await cp(join(repoRoot, "test/corpus/runs"), workspaceFolder, { recursive: true });
    const { failures } = await runHostSuite({
      workspaceFolder,
      testsFolder: join(repoRoot, "test/perf/providers"),
    });
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    const text = await readFile(join(workspaceFolder, figuresFile), "utf8");
    for (const [figure, spans] of Object.entries(JSON.parse(text) as Record<string, number>)) {
      report(summarise(figure, "spans", [spans]));
    }
  } finally {
    await rm(workspaceFolder, { recursive: true, force: true });
  }
};
