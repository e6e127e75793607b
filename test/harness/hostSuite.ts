/**
 * Runs the suites of `test/host` inside of the extension host of the VS Code server. The extension host starts only
 * when a window opens, so a browser without a screen opens one.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWorkbench } from "../e2e/driver/workbench.ts";
import { startCodeServer } from "./codeServer.ts";
import { bundleHostSuites } from "./hostBundle.ts";
import { repoRoot } from "./paths.ts";
import { waitFor } from "./processes.ts";
import type { SuiteResult } from "./results.ts";

export type HostSuiteOptions = {
  readonly vsix?: string;
  readonly extraExtensionDirs?: readonly string[];
  /** Opened by the window; an empty folder by default. */
  readonly workspaceFolder?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly testsFolder?: string;
  /** Filled beforehand; a fresh one by default. */
  readonly userDataDir?: string;
  readonly deadlineMs?: number;
};

export async function runHostSuite(options: HostSuiteOptions): Promise<SuiteResult> {
  const bundle = await bundleHostSuites(options.testsFolder ?? join(repoRoot, "test/host"));
  const empty = await mkdtemp(join(tmpdir(), "traceside-workspace-"));
  try {
    if (bundle.fileCount === 0) {
      return { passed: 0, failures: [], notRun: [] };
    }
    const server = await startCodeServer({
      workspaceFolder: options.workspaceFolder ?? empty,
      vsix: options.vsix,
      extraExtensionDirs: [...(options.extraExtensionDirs ?? []), bundle.folder],
      // Its ports are those of everyone on this machine.
      settings: { "traceside.collector.autoStart": false, ...options.settings },
      userDataDir: options.userDataDir,
    });
    try {
      const workbench = await openWorkbench(server);
      try {
        return await waitFor(
          "the suites in the extension host to end",
          options.deadlineMs ?? 20 * 60_000,
          bundle.readResults,
        );
      } catch (error) {
        const folder = await workbench.saveArtifacts("host-suite");
        throw new Error(`${(error as Error).message} See ${folder}`, { cause: error });
      } finally {
        await workbench.close();
      }
    } finally {
      await server.stop();
    }
  } finally {
    await bundle.dispose();
    await rm(empty, { recursive: true, force: true });
  }
}
