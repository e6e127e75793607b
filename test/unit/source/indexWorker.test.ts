/** The worker as it runs: from source, and as the file that esbuild makes of it. */

import { build } from "esbuild";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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

test("facts are kept between windows, and what does not fit is read anew", async () => {
  const cachePath = join(folder, "storage/symbolIndex.bin");
  const workspace = mkdtempSync(join(folder, "ws-"));
  const one = join(workspace, "one.py");
  const two = join(workspace, "two.py");
  writeFileSync(one, "def first(): ...\n");
  writeFileSync(two, "def second(): ...\n");

  const open = async (): Promise<{ kept: number; names: readonly string[] }> => {
    const client = new IndexClient({
      workerPath: source,
      grammarsPath,
      cachePath,
      onDeath: () => undefined,
    });
    try {
      await client.build([one, two]);
      const { cached: kept } = await client.remote.readStatistics();
      const names = ["first", "second", "third"];
      const found = await Promise.all(names.map(name => client.remote.findSymbols(name)));
      return { kept, names: names.filter((_name, index) => found[index]?.length === 1) };
    } finally {
      client.dispose();
    }
  };
  const both = ["first", "second"];
  expect(await open()).toEqual({ kept: 0, names: both });
  expect(await open()).toEqual({ kept: 2, names: both });

  writeFileSync(two, "def second(): ...\ndef third(): ...\n");
  expect(await open()).toEqual({ kept: 1, names: [...both, "third"] });
  expect(await open()).toEqual({ kept: 2, names: [...both, "third"] });

  // A torn write, a byte that changed, another build: no error, only work.
  const whole = readFileSync(cachePath);
  const changed = Buffer.from(whole);
  changed[whole.length - 20] = (changed[whole.length - 20] ?? 0) ^ 0xff;
  const damages = [
    whole.subarray(0, whole.length / 2),
    changed,
    Buffer.concat([Buffer.from("0"), whole.subarray(1)]),
    Buffer.alloc(0),
  ];
  for (const damaged of damages) {
    writeFileSync(cachePath, damaged);
    expect(await open()).toEqual({ kept: 0, names: [...both, "third"] });
  }
  expect(readFileSync(cachePath)).toEqual(whole);
});

test("a file's purpose is judged below the workspace's folder", async () => {
  const files = {
    "src/orders.ts": "export function placeOrder() {}\nstartSpan('pack the order');\n",
    "app/carts/route.ts": "export function GET() {}\n",
    "tests/orders.test.ts": "export function placeOrder() {}\n",
    "vendor/lib/orders.ts": "export function sendOrder() {}\n",
  };
  const above = ["vendor/shop", "deps/shop", "node_modules/pack", "test", "app/generated"];
  const folders = above.map(each => join(folder, "above", each));
  const paths = folders.flatMap(each => Object.keys(files).map(name => join(each, name)));
  for (const path of paths) mkdirSync(dirname(path), { recursive: true });
  for (const each of folders) {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(each, name), text);
  }
  const client = new IndexClient({
    workerPath: source,
    grammarsPath,
    folders: [folder, ...folders],
    onDeath: () => undefined,
  });
  try {
    const { remote } = client;
    await client.build(paths);
    const listIn = (places: readonly { readonly path: string }[], name: string): void => {
      const expected = folders.map(each => join(each, name));
      expect(places.map(({ path }) => path).sort()).toEqual(expected.sort());
    };
    listIn(await remote.findSpanStarts("pack the order"), "src/orders.ts");
    const named = await remote.findSymbols("placeOrder");
    listIn(
      named.filter(({ isTest }) => isTest === true),
      "tests/orders.test.ts",
    );
    listIn(
      named.filter(({ isTest }) => isTest !== true),
      "src/orders.ts",
    );
    expect(await remote.findSymbols("sendOrder")).toEqual([]);
    const routes = [{ text: "/carts", isConcrete: false }];
    const answering = await remote.findRoutes({ routes, method: "GET" });
    listIn(
      answering.filter(({ isWhole }) => isWhole),
      "app/carts/route.ts",
    );
  } finally {
    client.dispose();
  }
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
