import { spawnSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { WorkspaceCommit } from "../../../src/model/workspaceCommit.ts";
import type { SpanLog } from "../../../src/model/spanSink.ts";
import type { LocalStore } from "../../../src/stores/local/localStore.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { otlpBytes } from "./otlpBytes.ts";
import { never, record, start, useStores } from "./records.ts";
import { addSpans } from "./addSpans.ts";

const { newFile, open } = useStores();
const shop = "/home/me/shop";
const first: WorkspaceCommit = { root: shop, commit: "a".repeat(40), isDirty: false };
const edited: WorkspaceCommit = { ...first, isDirty: true };
const other: WorkspaceCommit = { root: "/home/me/mail", commit: "c".repeat(40) };
const toTraceId = (n: number): string => n.toString(16).padStart(32, "0");

/** As the receiving window keeps what programs send. */
async function receive(log: SpanLog, trace: number, spanId = "1"): Promise<void> {
  const id = spanId.padStart(16, "0");
  const span = { traceId: toTraceId(trace), spanId: id, startNs: start, endNs: start + 1_000n };
  await log.ingestOtlp(otlpBytes([{ resource: { "service.name": "shop" }, spans: [span] }]));
}

async function readCaptured(
  store: LocalStore,
  trace: number,
): Promise<readonly WorkspaceCommit[] | undefined> {
  const stored = await store.readTrace(toTraceId(trace), never);
  const { traces } = await store.searchTraces({ limit: 50 }, never);
  const listed = traces.find(({ traceId }) => traceId === toTraceId(trace));
  // The list says what the trace says.
  expect(listed?.captured).toEqual(stored?.captured);
  return stored?.captured;
}

it("tells at which commits the windows' workspaces were when a trace first came in", async () => {
  const file = newFile();
  const log = openSpanLog({ file, capBytes: Infinity, isOwner: true });
  const [window, neighbour] = [open(file), open(file)];
  await receive(log, 1);
  await window.setWorkspace([first], never);
  await receive(log, 2);
  await window.setWorkspace([edited, other], never);
  await receive(log, 3);
  // What is said again is no change, and what came before keeps what it had.
  await window.setWorkspace([edited, other], never);
  await receive(log, 2, "2");
  await window.setWorkspace([edited], never);
  await receive(log, 4);
  for (const store of [window, neighbour]) {
    expect(await readCaptured(store, 1)).toEqual([]);
    expect(await readCaptured(store, 2)).toEqual([first]);
    expect(await readCaptured(store, 3)).toEqual([other, edited]);
    expect(await readCaptured(store, 4)).toEqual([edited]);
  }
  await log.close();
});

it("invents nothing of what was not captured: imports, by whichever way they are written", async () => {
  const file = newFile();
  const log = openSpanLog({ file, capBytes: Infinity, isOwner: true });
  const store = open(file);
  await store.setWorkspace([first], never);
  await receive(log, 1);
  await addSpans(store, [record({ spanId: "a" }, {}, toTraceId(2))]);
  const importer = openSpanLog({ file, capBytes: Infinity });
  await receive(importer, 3);
  await importer.close();
  await receive(log, 4);
  const found = await Promise.all([1, 2, 3, 4].map(trace => readCaptured(store, trace)));
  expect(found).toEqual([[first], [], [], [first]]);
  await log.close();
});

it("keeps what is known of pinned traces when all others are cleared, and no row of those", async () => {
  const file = newFile();
  const log = openSpanLog({ file, capBytes: Infinity, isOwner: true });
  const store = open(file);
  await store.setWorkspace([first], never);
  await receive(log, 1);
  await receive(log, 2);
  await store.pinTrace(toTraceId(2), true, never);
  await store.setWorkspace([edited], never);
  await store.clear(never);
  await receive(log, 3);
  expect(await readCaptured(store, 2)).toEqual([first]);
  expect(await readCaptured(store, 3)).toEqual([edited]);
  await store.setWorkspace([first], never);
  const sql = new DatabaseSync(file);
  expect(sql.prepare("SELECT count(*) AS n FROM capture").get()).toEqual({ n: 2 });
  sql.close();
  await log.close();
});

it("knows nothing of a repository whose window has closed, or died", async () => {
  const file = newFile();
  const log = openSpanLog({ file, capBytes: Infinity, isOwner: true });
  const [window, closing] = [open(file), open(file)];
  await closing.setWorkspace([other], never);
  await window.setWorkspace([first], never);
  await receive(log, 1);
  closing.dispose();
  const sql = new DatabaseSync(file);
  const ended = sql.prepare("SELECT 1 FROM capture WHERE root = ? AND head IS NULL");
  while (ended.get(other.root) === undefined) await sleep(20);
  await receive(log, 2);
  expect(await readCaptured(window, 1)).toEqual([other, first]);
  expect(await readCaptured(window, 2)).toEqual([first]);

  // A window that was killed has said nothing; its process is gone.
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  sql
    .prepare(
      "INSERT OR REPLACE INTO capture SELECT ?, value, ?, NULL, ? FROM counter WHERE name = 'trace'",
    )
    .run(other.root, other.commit, pid);
  await receive(log, 3);
  await window.setWorkspace([edited], never);
  await receive(log, 4);
  expect(await readCaptured(window, 4)).toEqual([edited]);
  sql.close();
  await log.close();
});

it("opens a file that was written before commits were remembered", async () => {
  const file = newFile();
  const before = open(file);
  await addSpans(before, [record({ spanId: "a" }, {}, toTraceId(1))]);
  const sql = new DatabaseSync(file);
  sql.exec("DROP TABLE capture; DROP TABLE copied_capture");
  sql.close();
  const log = openSpanLog({ file, capBytes: Infinity, isOwner: true });
  const store = open(file);
  await store.setWorkspace([first], never);
  await receive(log, 2);
  expect(await readCaptured(store, 1)).toEqual([]);
  expect(await readCaptured(store, 2)).toEqual([first]);
  await log.close();
});
