/** Trace files on disk keep the contract of all stores: a folder as `mongoexport` writes it, and what befalls folders. */

import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { getFailure } from "../../src/model/failure.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { openFileStore } from "../../src/stores/file/fileStore.ts";
import type { TraceStore } from "../../src/model/traceStore.ts";
import { waitFor } from "../harness/processes.ts";
import { readRecorded } from "./recordedFunboost.ts";
import { describeStoreContract } from "./storeContract.ts";
import { asSpan } from "../unit/spanIndex.ts";

const workerPath = resolve(import.meta.dirname, "../../src/stores/file/fileWorker.ts");
const documents = join(import.meta.dirname, "../fixtures/funboost/documents");
const folders: string[] = [];
const never = new AbortController().signal;

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "traceside-files-"));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describeStoreContract("file", () => {
  const path = makeFolder();
  cpSync(documents, path, { recursive: true });
  return Promise.resolve({
    store: openFileStore({ name: "exported", path, workerPath }),
    expected: readRecorded(),
  });
});

describe("a folder of trace files", () => {
  let folder: string;
  let store: TraceStore;
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const write = (file: string, text: string | Uint8Array): void => {
    writeFileSync(join(folder, file), text);
  };
  const listIds = async (): Promise<readonly string[]> =>
    (await store.searchTraces({ limit: 100 }, never)).traces.map(each => each.traceId);

  beforeEach(() => {
    folder = makeFolder();
    store = openFileStore({ name: "files", path: folder, workerPath });
  });
  afterEach(() => store.dispose());

  /** The worker itself, but that reading some files fills its memory. */
  it("goes on without the files that fill the memory, and names them", async () => {
    const fullPath = join(folder, "worker.cjs");
    write(
      "worker.cjs",
      `const fs = require("node:fs/promises");
      const { readFile } = fs;
      fs.readFile = async (path, ...rest) => {
        const bytes = await readFile(path, ...rest);
        if (!bytes.includes("fills the memory")) return bytes;
        setImmediate(() => {
          throw Object.assign(new Error("heap"), { code: "ERR_WORKER_OUT_OF_MEMORY" });
        });
        return new Promise(() => undefined);
      };
      require("node:module").syncBuiltinESMExports();
      void import(${JSON.stringify(pathToFileURL(workerPath).href)});`,
    );
    store.dispose();
    store = openFileStore({ name: "files", path: folder, workerPath: fullPath });
    write("good.json", span(traceId, "b7ad6b7169203331"));
    // As many as the starts that a worker has in a minute: the next one would be refused.
    const names = ["a", "b", "c", "d"].map(name => `${name}.json`);
    for (const name of names) write(name, `[{"fills the memory": 1, "and": "more"}]`);
    expect(await listIds()).toEqual([traceId]);
    const { facts } = await store.checkHealth(never);
    for (const name of names) {
      expect(facts).toContain(`${join(folder, name)}: it takes more than 3072 MB of memory`);
    }
    // Shorter than before.
    write("a.json", "[]");
    await waitFor("the shorter file", 60_000, async () => {
      const health = await store.checkHealth(never);
      const isNamed = health.facts.includes(
        `${join(folder, "a.json")}: it takes more than 3072 MB of memory`,
      );
      return isNamed ? undefined : health;
    });
  });

  it("is empty, and then has what was written into it", async () => {
    expect(await listIds()).toEqual([]);
    write("one.json", span(traceId, "b7ad6b7169203331"));
    const ids = await waitFor("the new trace", 10_000, async () => {
      const seen = await listIds();
      return seen.length > 0 ? seen : undefined;
    });
    expect(ids).toEqual([traceId]);
  });

  it("puts a trace together from several files, folders and zipped ones", async () => {
    mkdirSync(join(folder, "deep/er"), { recursive: true });
    write("root.json", span(traceId, "b7ad6b7169203331"));
    write("deep/er/child.ndjson", span(traceId, "c8be7c8270314442", "b7ad6b7169203331"));
    write("zipped.json.gz", gzipSync(span(traceId, "d9cf8d9381425553", "c8be7c8270314442")));
    const part = await store.readTrace(traceId, never);
    const trace = buildTrace(traceId, part === undefined ? [] : [part]);
    expect([...trace.columns.parent]).toEqual([-1, 0, 1]);
    const detail = await trace.readDetail(asSpan(2), never);
    expect(detail).toMatchObject({ spanId: "d9cf8d9381425553", stores: ["files"] });
    expect(await store.findId("c8be7c8270314442", never)).toMatchObject([
      { traceId, spanId: "c8be7c8270314442", brief: { childCount: 1 } },
    ]);
  });

  it("names what it passes over, and why", async () => {
    write("page.json", "<!doctype html><html></html>");
    write("broken.json", '{"resourceSpans": [');
    write("notes.md", "# not looked at");
    write("good.json", span(traceId, "b7ad6b7169203331"));
    const { facts } = await store.checkHealth(never);
    expect(facts).toContainEqual({ kind: "holdings", files: 1, traces: 1, spans: 1 });
    const told = facts.filter(fact => typeof fact === "string").join("\n");
    expect(told).toMatch(/page\.json: an HTML page/);
    expect(told).toMatch(/broken\.json: not JSON/);
    expect(told).not.toMatch(/notes\.md/);
  });

  it("follows a file that grows, and tells of it", async () => {
    write("grows.ndjson", span(traceId, "b7ad6b7169203331") + "\n");
    expect(await listIds()).toEqual([traceId]);
    let told = 0;
    const watching = store.watch?.(() => (told += 1));
    const other = "1bf8762a27de54ee9559fc322d914200";
    appendFileSync(join(folder, "grows.ndjson"), span(other, "eadf9ea492536664"));
    await waitFor("word of the change", 10_000, () => Promise.resolve(told > 0 || undefined));
    const ids = await waitFor("both traces", 10_000, async () => {
      const seen = await listIds();
      return seen.length === 2 ? seen : undefined;
    });
    expect([...ids].sort()).toEqual([traceId, other].sort());
    watching?.dispose();
  });

  it("says that a folder has gone", async () => {
    const gone = openFileStore({ name: "gone", path: join(folder, "nowhere"), workerPath });
    const error: unknown = await gone.findId(traceId, never).catch((caught: unknown) => caught);
    expect(getFailure(error)?.code).toBe("storeUnreachable");
    gone.dispose();
  });
});

/** One line of OTLP JSON. */
function span(traceId: string, spanId: string, parentSpanId = ""): string {
  const attributes = [{ key: "service.name", value: { stringValue: "files" } }];
  const start = 1_767_225_600_000_000_000n + BigInt(`0x${spanId.slice(0, 4)}`);
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes },
        scopeSpans: [
          {
            spans: [
              {
                traceId,
                spanId,
                parentSpanId,
                name: `work ${spanId}`,
                startTimeUnixNano: String(start),
                endTimeUnixNano: String(start + 1_000_000n),
              },
            ],
          },
        ],
      },
    ],
  });
}
