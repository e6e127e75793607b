/**
 * How fast the embedded store is filled, and how fast it answers when it is full: every way to find a trace, at one and
 * ten million spans. `TRACESIDE_SEARCH_SPANS` chooses other sizes, in spans, divided by commas; `TRACESIDE_SEARCH_FILE`
 * names a file to fill once and to search again and again, which is then not removed.
 */

import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TraceQuery } from "../../src/model/traceStore.ts";
import { openLocalStore, type LocalStore } from "../../src/stores/local/localStore.ts";
import { summarise, summarisePercentiles, type Bench, type Figure } from "../harness/measure.ts";
import { repoRoot } from "../harness/paths.ts";
import { fillStore } from "./fillStore.ts";
import { made } from "./makeRequests.ts";

const SIZES = (process.env["TRACESIDE_SEARCH_SPANS"] ?? "1000000,10000000").split(",").map(Number);
const KEPT_FILE = process.env["TRACESIDE_SEARCH_FILE"];
const RUNS = 100;
const SEED = 1;
const START_MS = Date.UTC(2026, 0);
const SPANS_PER_TRACE = 10;

export const bench: Bench = async report => {
  for (const size of SIZES) {
    const folder = await mkdtemp(join(tmpdir(), "traceside-search-"));
    const file = KEPT_FILE ?? join(folder, "traces.db");
    try {
      if (!existsSync(file)) await fill(file, size, report);
      await search(file, size, report);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
};

async function fill(file: string, size: number, report: (figure: Figure) => void): Promise<void> {
  const filled = await fillStore(file, { spans: size, seed: SEED, startUnixMs: START_MS });
  const named = (figure: string): string => `${name(size)}: ${figure}`;
  report(summarise(named("spans kept"), "spans/s", [filled.spans / filled.seconds]));
  const { acknowledgedMs } = filled;
  summarisePercentiles(named("acknowledged"), acknowledgedMs).forEach(report);
  const bytes = ["", "-wal"].reduce(
    (sum, end) => sum + (statSync(file + end, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  report(summarise(named("sent"), "bytes/span", [filled.requestBytes / filled.spans]));
  report(summarise(named("on disk"), "bytes/span", [bytes / filled.spans]));
}

async function search(file: string, size: number, report: (figure: Figure) => void) {
  const store = openLocalStore({
    name: "local",
    file,
    workerPath: join(repoRoot, "src/stores/local/worker.ts"),
    deadlineMs: 60_000,
  });
  try {
    const traces = Math.floor(size / SPANS_PER_TRACE);
    const pick = (run: number): number => (run * 7_919 + 104_729) % traces;
    const find = async (query: Partial<TraceQuery>, isFound = true): Promise<void> => {
      const page = await store.searchTraces({ limit: 50, ...query }, new AbortController().signal);
      if (page.traces.length > 0 !== isFound) {
        throw new Error(`${JSON.stringify(query)} found ${page.traces.length} traces`);
      }
    };
    const customer = (run: number) => ({ "customer.id": made.customer(pick(run)) });
    const services = ["payments", "mail", "search", "stock"];
    const service = (run: number): string => services[run % services.length]!;
    const questions: Record<string, (run: number) => Promise<unknown>> = {
      "trace by id": run => open(store, made.traceId(SEED, pick(run))),
      "span id": run => findOne(store, made.spanId(SEED, pick(run), 1), true),
      "unknown id": run => findOne(store, made.spanId(SEED + 1, pick(run), 1), false),
      "newest 50": () => find({}),
      "service, longest": run =>
        find({ service: service(run), minDurationMs: 4_000 + (run % 5) * 100 }),
      "service, shortest": run => find({ service: service(run), maxDurationMs: 1 + (run % 5) }),
      "service, operation": run =>
        find({ service: "stock", operation: run % 2 === 0 ? "UPDATE stock" : "SELECT stock" }),
      "service, operation, duration": () =>
        find({ service: "stock", operation: "UPDATE stock", minDurationMs: 3_000 }),
      "duration of the trace": run => find({ minDurationMs: 4_000 + run }),
      errors: () => find({ status: "error" }),
      "errors of a service": run => find({ service: service(run), status: "error" }),
      "attribute, common": () => find({ tags: { "feature.flag": "variant-b" } }),
      "attribute, rare": run => find({ tags: customer(run) }),
      "attribute, absent": run => find({ tags: { "customer.id": `nobody-${run}` } }, false),
      "attribute and service": run =>
        find({ service: service(run), tags: { "http.response.status_code": "503" } }),
      "rare attribute and service": run => find({ service: "gateway", tags: customer(run) }),
      "attribute and its rare opposite": () =>
        find({ operation: "weigh", tags: { "db.collection.name": "orders" } }, false),
      "text, common": () => find({ text: made.commonWord }),
      "text of two words": () => find({ text: "deadline exceeded" }, false),
      "text, phrase": () => find({ text: "within the deadline" }),
      "text, rare": () => find({ text: made.rareWord }, traces > 77_777),
      "text, absent": run => find({ text: `nothing${run}` }, false),
      "time of old": run =>
        find({ toUnixMs: START_MS + pick(run) / 5 + 60, service: service(run) }),
      "list of services": () => store.listServices(new AbortController().signal),
    };
    for (const [question, ask] of Object.entries(questions)) {
      const samples: number[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        const start = performance.now();
        await ask(run);
        samples.push(performance.now() - start);
      }
      summarisePercentiles(`${name(size)}: ${question}`, samples).forEach(report);
    }
  } finally {
    store.dispose();
  }
}

async function open(store: LocalStore, traceId: string): Promise<void> {
  const trace = await store.readTrace(traceId, new AbortController().signal);
  if (trace === undefined || [...trace.spans].length < 8) throw new Error(`no trace ${traceId}`);
}

async function findOne(store: LocalStore, id: string, isThere: boolean): Promise<void> {
  const found = await store.findId(id, new AbortController().signal);
  if (found.length > 0 !== isThere) throw new Error(`${id} names ${found.length}`);
}

function name(size: number): string {
  return size % 1_000_000 === 0 ? `${size / 1_000_000}M spans` : `${size} spans`;
}
