/** The worker as it runs: from source, and as the file that esbuild makes of it. */

import { build } from "esbuild";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { IndexClient } from "../../../src/source/indexClient.ts";
import { grammarsPath, root } from "./indexFiles.ts";

const folder = mkdtempSync(join(tmpdir(), "traceside-index-"));
const source = join(root, "src/source/indexWorker.ts");
const bundle = join(folder, "indexWorker.cjs");
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function checkWorker(workerPath: string): Promise<void> {
  const task = join(folder, "task.py");
  const huge = join(folder, "huge.py");
  writeFileSync(task, "@boost('disk_q')\ndef run(x): ...\n");
  writeFileSync(huge, `def far(): ...\n${"#".repeat(1_000_001)}\n`);
  const deaths: string[] = [];
  const client = new IndexClient({
    workerPath,
    grammarsPath,
    onDeath: reason => deaths.push(reason),
  });
  try {
    const { remote } = client;
    await client.build([task, huge, join(folder, "absent.py"), join(folder, "notes.txt")]);
    expect(await remote.findTasksByQueue("disk_q")).toEqual([
      expect.objectContaining({ path: task, function: "run", line0: 1 }),
    ]);
    expect(await remote.readStatistics()).toMatchObject({
      files: 1,
      symbols: 1,
      tasks: 1,
      passedOver: 3,
    });

    // What is typed wins until the file is read again.
    await remote.setText(task, "\n\n@boost('typed_q')\ndef run(x): ...\n");
    expect(await remote.findTasksByQueue("disk_q")).toEqual([]);
    expect(await remote.findTasksByQueue("typed_q")).toEqual([
      expect.objectContaining({ line0: 3 }),
    ]);
    await remote.readFiles([task]);
    expect(await remote.findTasksByQueue("disk_q")).toHaveLength(1);

    await remote.removeFiles([task]);
    expect(await remote.findSymbols("run")).toEqual([]);
  } finally {
    client.dispose();
  }
  await expect(client.remote.findSymbols("run")).rejects.toThrow("gone");
  expect(deaths).toEqual([]);
}

test("the worker reads, follows changes and forgets, from source", async () => {
  await checkWorker(source);
});

test("the same as one bundled file, with tree-sitter inside", async () => {
  await build({
    entryPoints: [source],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    logLevel: "error",
  });
  await checkWorker(bundle);
});

test("a worker that dies says why, and its callers are told", async () => {
  const reason = await new Promise<string>(resolve => {
    const client = new IndexClient({
      workerPath: join(folder, "absent.cjs"),
      grammarsPath,
      onDeath: resolve,
    });
    client.remote.findSymbols("x").catch(() => undefined);
  });
  expect(reason).toContain("absent.cjs");
});
