/** The worker bundles as the extension has them, built for a test into a folder that vanishes with it. */

import { build } from "esbuild";
import { join } from "node:path";
import { repoRoot } from "../../harness/paths.ts";

export interface Bundles {
  readonly workerPath: string;
  readonly localWorkerPath: string;
}

export async function buildBundles(folder: string): Promise<Bundles> {
  const bundle = async (entry: string, name: string): Promise<string> => {
    const outfile = join(folder, name);
    await build({
      entryPoints: [join(repoRoot, entry)],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node22",
      logLevel: "error",
    });
    return outfile;
  };
  return {
    workerPath: await bundle("src/collectorWorker.ts", "collectorWorker.cjs"),
    localWorkerPath: await bundle("src/stores/local/worker.ts", "localWorker.cjs"),
  };
}
