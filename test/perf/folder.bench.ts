/**
 * A folder of trace files as a store: how long its first question takes, which reads them all, how long the next ones
 * take, and what memory it costs. `TRACESIDE_FOLDER_FILES` sets another number of files, of 500 spans each.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileStore } from "../../src/stores/file/fileStore.ts";
import type { TraceStore } from "../../src/model/traceStore.ts";
import { summarise, type Bench, type Figure } from "../harness/measure.ts";
import { repoRoot } from "../harness/paths.ts";

const FILES = Number(process.env["TRACESIDE_FOLDER_FILES"] ?? 2_000);
const TRACES_PER_FILE = 50;
const SPANS_PER_TRACE = 10;
const RUNS = 20;
const START_MS = Date.UTC(2026, 0);
const MB = 1024 * 1024;
const never = new AbortController().signal;

export const bench: Bench = async report => {
  const path = await mkdtemp(join(tmpdir(), "traceside-folder-"));
  const workerPath = join(repoRoot, "src/stores/file/fileWorker.ts");
  const store = openFileStore({ name: "folder", path, workerPath });
  try {
    let bytes = 0;
    for (let file = 0; file < FILES; file += 1) {
      const text = writeFileText(file);
      bytes += text.length;
      await writeFile(join(path, `part-${file}.json`), text);
    }
    report(summarise("files", "files", [FILES]));
    report(summarise("spans", "spans", [FILES * TRACES_PER_FILE * SPANS_PER_TRACE]));
    report(summarise("on disk", "MB", [bytes / MB]));
    await ask(store, report);
  } finally {
    store.dispose();
    await rm(path, { recursive: true, force: true });
  }
};

async function ask(store: TraceStore, report: (figure: Figure) => void): Promise<void> {
  const before = process.memoryUsage().rss;
  const time = async (
    figure: string,
    runs: number,
    question: (run: number) => Promise<unknown>,
  ): Promise<void> => {
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const start = performance.now();
      await question(run);
      times.push(performance.now() - start);
    }
    report(summarise(figure, "ms", times));
  };
  const pick = (run: number): number => Math.floor(((run * 0.618) % 1) * FILES * TRACES_PER_FILE);
  await time("first question", 1, () => store.listServices(never));
  report(summarise("memory after it", "MB", [(process.memoryUsage().rss - before) / MB]));
  await time("find a span's id", RUNS, async run => {
    const found = await store.findId(spanId(pick(run), 3), never);
    if (found.length !== 1) throw new Error("A span is not found.");
  });
  await time("find a trace's id", RUNS, run => store.findId(traceId(pick(run)), never));
  await time("find an id that is not there", RUNS, () => store.findId("f".repeat(16), never));
  await time("read a trace", RUNS, async run => {
    const trace = await store.readTrace(traceId(pick(run)), never);
    const count = [...(trace?.spans ?? [])].length;
    if (count !== SPANS_PER_TRACE) throw new Error("A trace is not whole.");
  });
  await time("list the newest 50", RUNS, () => store.searchTraces({ limit: 50 }, never));
  await time("list the children of a span", RUNS, run =>
    store.readChildren(spanId(pick(run), 0), never),
  );
  await time("search by service", RUNS, () =>
    store.searchTraces({ limit: 50, service: "service-3" }, never),
  );
  await time("search for a text that is nowhere", 1, () =>
    store.searchTraces({ limit: 50, text: "nowhere to be found" }, never),
  );
  report(summarise("memory at the end", "MB", [(process.memoryUsage().rss - before) / MB]));
  report(summarise("most memory", "MB", [process.resourceUsage().maxRSS / 1024]));
}

/** Traces of one file, but for one in fifty whose second half is in the next. */
function writeFileText(file: number): string {
  const own = Array.from({ length: TRACES_PER_FILE }, (_, i) => file * TRACES_PER_FILE + i);
  const before = file * TRACES_PER_FILE - 1;
  const half = SPANS_PER_TRACE / 2;
  const spans = own.flatMap((trace, i) =>
    writeSpans(trace, 0, i === TRACES_PER_FILE - 1 && file < FILES - 1 ? half : SPANS_PER_TRACE),
  );
  if (before >= 0) spans.push(...writeSpans(before, half, SPANS_PER_TRACE));
  const byService = Map.groupBy(spans, ({ service }) => service);
  return JSON.stringify({
    resourceSpans: [...byService].map(([service, members]) => ({
      resource: { attributes: [text("service.name", service), text("host.name", "node-1")] },
      scopeSpans: [{ scope: { name: "bench" }, spans: members.map(({ span }) => span) }],
    })),
  });
}

function writeSpans(trace: number, from: number, to: number): { service: string; span: object }[] {
  return Array.from({ length: to - from }, (_, i) => {
    const index = from + i;
    const startMs = START_MS + trace * 20 + index;
    return {
      service: `service-${(trace + index) % 8}`,
      span: {
        traceId: traceId(trace),
        spanId: spanId(trace, index),
        ...(index > 0 && { parentSpanId: spanId(trace, (index - 1) >> 1) }),
        name: `operation ${(trace * 7 + index) % 200}`,
        kind: index === 0 ? 2 : 1,
        startTimeUnixNano: `${startMs}123456`,
        endTimeUnixNano: `${startMs + 15 - index}654321`,
        attributes: [
          text("http.request.method", "GET"),
          text("url.full", `https://shop.example/items/${trace}/${index}`),
          { key: "http.response.status_code", value: { intValue: "200" } },
          text("thread.name", `worker-${index}`),
        ],
        status: trace % 97 === 0 && index === 4 ? { code: 2, message: "out of stock" } : {},
      },
    };
  });
}

function text(key: string, stringValue: string): object {
  return { key, value: { stringValue } };
}

/** As random as real ones are. */
function traceId(trace: number): string {
  return scramble(trace + 1) + scramble(trace + 1_000_003);
}

function spanId(trace: number, index: number): string {
  return scramble(trace * SPANS_PER_TRACE + index + 2_000_003);
}

function scramble(number: number): string {
  return BigInt.asUintN(64, BigInt(number) * 0x9e3779b97f4a7c15n)
    .toString(16)
    .padStart(16, "0");
}
