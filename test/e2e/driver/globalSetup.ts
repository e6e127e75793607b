/** What every end-to-end test needs, made once: VS Code, a browser, the packaged extension. */
import { rm } from "node:fs/promises";
import { findChromium } from "../../harness/chromium.ts";
import { prepareCodeServer } from "../../harness/codeServer.ts";
import { packageExtension } from "../../harness/package.ts";
import { artifactsFolder } from "../../harness/paths.ts";

export async function setup(): Promise<void> {
  for (const needed of [findChromium(), await prepareCodeServer()]) {
    if (needed.kind === "unavailable") {
      throw new Error(`End-to-end tests cannot run here: ${needed.reason}`);
    }
  }
  await rm(artifactsFolder, { recursive: true, force: true });
  await packageExtension();
}
