/**
 * Bundles the suites of `test/host` into an extension that runs them, for the server and the desktop VS Code alike.
 */
import { cp, glob, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { repoRoot } from "./paths.ts";
import type { SuiteResult } from "./results.ts";

export type HostBundle = {
  /** Both an extension and, for the desktop, the folder of its test module. */
  readonly folder: string;
  readonly entry: string;
  readonly fileCount: number;
  /** What came of the run; undefined until it has ended. */
  readonly readResults: () => Promise<SuiteResult | undefined>;
  readonly dispose: () => Promise<void>;
};

export async function bundleHostSuites(testsFolder: string): Promise<HostBundle> {
  const home = await mkdtemp(join(tmpdir(), "traceside-host-"));
  const folder = join(home, "traceside.host-runner");
  await cp(join(import.meta.dirname, "hostRunner"), folder, { recursive: true });
  const sources: string[] = [];
  for await (const file of glob("**/*.test.ts", { cwd: testsFolder })) {
    sources.push(join(testsFolder, file));
  }
  sources.sort();
  const mocha = join(repoRoot, "node_modules/mocha");
  await build({
    entryPoints: sources,
    outbase: testsFolder,
    outdir: join(folder, "suites"),
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "inline",
    logLevel: "warning",
    external: ["vscode", mocha],
    // One mocha for the runner and the suites: the suites register themselves with the one that runs.
    // Its CommonJS form asks for modules by names that no bundler sees.
    alias: { mocha, "jsonc-parser": join(repoRoot, "node_modules/jsonc-parser/lib/esm/main.js") },
    define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
  });
  const results = join(home, "results.json");
  const suite = {
    mocha,
    results,
    files: sources.map(source =>
      join("suites", relative(testsFolder, source).replace(/\.ts$/, ".cjs")),
    ),
    env: { TRACESIDE_REPO: repoRoot },
  };
  await writeFile(join(folder, "suite.json"), JSON.stringify(suite));
  return {
    folder,
    entry: join(folder, "extension.cjs"),
    fileCount: sources.length,
    readResults: async () => {
      const text = await readFile(results, "utf8").catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as SuiteResult);
    },
    dispose: () => rm(home, { recursive: true, force: true }),
  };
}
