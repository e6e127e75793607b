/**
 * `npm run test:desktop`: the suites of `test/host` in a desktop VS Code, on the oldest version that the extension
 * says it runs on and on the newest. Needs to download VS Code once, and a screen (or xvfb-run on Linux).
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloadAndUnzipVSCode, runTests, runVSCodeCommand } from "@vscode/test-electron";
import { bundleHostSuites } from "./hostBundle.ts";
import { packageExtension } from "./package.ts";
import { cacheFolder, repoRoot } from "./paths.ts";
import { exitOnSignals } from "./processes.ts";

exitOnSignals();
const manifest = JSON.parse(await readFile(join(repoRoot, "package.json"), "utf8")) as {
  readonly engines: { readonly vscode: string };
};
const { path: vsix } = await packageExtension();
let failed = 0;
for (const version of [manifest.engines.vscode.replace("^", ""), "stable"]) {
  failed += await runIn(version);
}
process.exit(failed > 0 ? 1 : 0);

/** Gives how many failed. */
async function runIn(version: string): Promise<number> {
  const download = { version, cachePath: join(cacheFolder, "desktop") };
  const executable = await downloadAndUnzipVSCode(download).catch((error: unknown) => {
    console.error(
      `VS Code ${version} cannot be downloaded here (${(error as Error).message}), so the desktop suite ` +
        "cannot run. The same suites run in VS Code's server build by `npm test -- host`.",
    );
    process.exit(1);
  });
  const bundle = await bundleHostSuites(join(repoRoot, "test/host"));
  const home = await mkdtemp(join(tmpdir(), "traceside-desktop-"));
  const folders = [
    `--extensions-dir=${join(home, "extensions")}`,
    `--user-data-dir=${join(home, "user")}`,
  ];
  const user = join(home, "user/User");
  const workspaceFolder = join(home, "shop");
  try {
    await mkdir(user, { recursive: true });
    // The collector's ports are those of everyone on this machine.
    const settings = { "traceside.collector.autoStart": false };
    await writeFile(join(user, "settings.json"), JSON.stringify(settings));
    // A copy: the suites write into their workspace.
    await cp(join(repoRoot, "media/samples/shop"), workspaceFolder, { recursive: true });
    await runVSCodeCommand(["--install-extension", vsix, ...folders], download);
    // A suite that fails ends VS Code with an exit code; what failed is in the results.
    const ended = await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: bundle.folder,
      extensionTestsPath: bundle.entry,
      launchArgs: [workspaceFolder, ...folders, "--disable-workspace-trust"],
    }).catch((error: unknown) => error as Error);
    const results = await bundle.readResults();
    if (results === undefined) {
      console.error(`VS Code ${version} ended before the suites did: ${String(ended)}`);
      return 1;
    }
    for (const failure of results.failures) {
      console.error(`FAILED ${failure.name}\n${failure.message}\n`);
    }
    const { passed, failures, notRun } = results;
    console.log(
      `VS Code ${version}: ${passed} passed, ${failures.length} failed, ${notRun.length} skipped`,
    );
    return failures.length;
  } finally {
    await bundle.dispose();
    await rm(home, { recursive: true, force: true });
  }
}
