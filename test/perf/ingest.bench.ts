/**
 * How many spans a second reach the disk, by protocol; how soon a sender is answered; what the extension host feels of
 * it; and the same load into Jaeger. This process stands for the extension host: the collector's worker, as bundled,
 * runs in it, and nothing else. Senders are processes of their own, on the same cores.
 *
 * `TRACESIDE_INGEST_SECONDS` is how long each load runs, 20 by default.
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Collector } from "../../src/collector/collector.ts";
import type { CollectorPorts, ReceiverName } from "../../src/collector/collectorState.ts";
import { findPortOwner } from "../../src/collector/portOwner.ts";
import { openLocalStore } from "../../src/stores/local/localStore.ts";
import { buildBundles, type Bundles } from "../contract/collectorWindows/bundles.ts";
import { findPorts } from "../contract/collectorWindows/windows.ts";
import { percentile, summarise, type Bench, type Figure } from "../harness/measure.ts";
import { startJaeger } from "../peers/jaeger.ts";
import type { SendOptions, SendResult } from "./ingestSender.ts";
import type { LoadKind } from "./ingestTemplates.ts";

const SECONDS = Number(process.env["TRACESIDE_INGEST_SECONDS"] ?? 20);
const WARM_UP_SECONDS = Math.min(3, SECONDS / 4);
const CONNECTIONS = 8;
/** So much is never reached here: what is measured is writing, not making room. */
const CAP_BYTES = 50e9;
/** Datagrams at a pace that a busy program may have. */
const UDP_RATE = 20_000;

const loads: readonly { name: string; kind: LoadKind; receiver: ReceiverName; rate?: number }[] = [
  { name: "OTLP/HTTP protobuf", kind: "otlpHttp", receiver: "otlpHttp" },
  { name: "OTLP/gRPC", kind: "otlpGrpc", receiver: "otlpGrpc" },
  { name: "OTLP/HTTP JSON", kind: "otlpJson", receiver: "otlpHttp" },
  { name: "Zipkin JSON", kind: "zipkin", receiver: "zipkin" },
  { name: "Jaeger UDP", kind: "jaegerUdp", receiver: "jaegerCompact" },
  {
    name: `Jaeger UDP at ${UDP_RATE}/s`,
    kind: "jaegerUdp",
    receiver: "jaegerCompact",
    rate: UDP_RATE,
  },
];

export const bench: Bench = async report => {
  const folder = await mkdtemp(join(tmpdir(), "traceside-ingest-"));
  const wanted = process.env["TRACESIDE_INGEST_ONLY"];
  try {
    report(summarise("load of the machine before", "processes", [loadavg()[0] ?? NaN]));
    const bundles = await buildBundles(folder);
    for (const load of loads) {
      if (wanted !== undefined && !load.name.includes(wanted)) continue;
      await measureCollector(
        join(folder, `${load.name.replaceAll(/\W/g, "")}.db`),
        bundles,
        load,
        report,
      );
    }
    if (wanted === undefined || "Jaeger 2".includes(wanted)) {
      await measureJaeger("memory", report);
      await measureJaeger("badger", report);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function measureCollector(
  file: string,
  bundles: Bundles,
  { name, kind, receiver, rate }: (typeof loads)[number],
  report: (figure: Figure) => void,
): Promise<void> {
  const ports: CollectorPorts = await findPorts();
  const collector = new Collector({
    ...bundles,
    file,
    ports,
    capBytes: CAP_BYTES,
    answerTasks: () => Promise.reject(new Error("nobody asks")),
    tools: {
      runTool: () => Promise.reject(new Error("nobody asks")),
      cancelTool: () => Promise.resolve(),
      checkToolToken: () => Promise.resolve(false),
    },
    onBug: error => console.error(error),
  });
  await collector.start();
  let peakBytes = 0;
  const memory = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, 250);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const result = await send({
    kind,
    port: ports[receiver],
    seconds: SECONDS,
    warmUpSeconds: WARM_UP_SECONDS,
    connections: kind === "jaegerUdp" ? 1 : CONNECTIONS,
    ...(rate !== undefined && { rate }),
  });
  delay.disable();
  clearInterval(memory);
  if (kind === "jaegerUdp") await untilQuiet(collector);
  const { user, system } = process.cpuUsage(cpuBefore);
  await collector.stop();
  const inStore = await countSpans(file, bundles);
  const isUdp = kind === "jaegerUdp";
  // Nobody acknowledges a datagram: what is in the store is what counts.
  const perSecond = isUdp ? inStore / SECONDS : result.countedSpans / result.countedSeconds;
  report(summarise(`${name}: kept`, "spans/s", [perSecond]));
  // Says more than the rate does, where the machine has other work.
  const cpuSeconds = (user + system) / 1e6;
  report(summarise(`${name}: CPU`, "s/million spans", [(cpuSeconds * 1e6) / inStore]));
  report(summarise(`${name}: bytes a span`, "B", [result.bytesPerSpan]));
  if (isUdp) {
    report(summarise(`${name}: lost`, "%", [(1 - inStore / result.spans) * 100]));
  } else {
    reportAcknowledged(name, result, report);
    report(summarise(`${name}: told to come again`, "requests", [result.busy]));
    report(summarise(`${name}: acknowledged and missing`, "spans", [result.spans - inStore]));
  }
  report(summarise(`${name}: in the store`, "spans", [inStore]));
  // The timer itself wakes every 5 ms: what is above that is delay.
  report(
    summarise(`${name}: event-loop delay p99 of the host`, "ms", [
      Math.max(0, delay.percentile(99) / 1e6 - 5),
    ]),
  );
  report(summarise(`${name}: memory of the host and its worker`, "MB", [peakBytes / 1e6]));
}

function reportAcknowledged(
  name: string,
  { acknowledgedMs }: SendResult,
  report: (figure: Figure) => void,
): void {
  for (const share of [0.5, 0.99]) {
    const figure = `${name}: acknowledged p${share * 100}`;
    report(summarise(figure, "ms", [percentile(acknowledgedMs, share)]));
  }
}

async function measureJaeger(
  storage: "memory" | "badger",
  report: (figure: Figure) => void,
): Promise<void> {
  const peer = await startJaeger({ storage });
  if (peer.kind === "unavailable") {
    console.error(`${peer.name} was not measured: ${peer.reason}`);
    return;
  }
  try {
    const http = Number(new URL(peer.otlpUrl).port);
    const grpc = Number(peer.otlpGrpcAddress.split(":").at(-1));
    for (const [kind, port, words] of [
      ["otlpHttp", http, "OTLP/HTTP protobuf"],
      ["otlpGrpc", grpc, "OTLP/gRPC"],
    ] as const) {
      const where = storage === "memory" ? "in memory" : "on disk (Badger)";
      const name = `Jaeger 2.13 ${where}, ${words}`;
      const cpuBefore = await readProcess(port);
      const result = await send({
        kind,
        port,
        seconds: SECONDS,
        warmUpSeconds: WARM_UP_SECONDS,
        connections: CONNECTIONS,
      });
      report(summarise(`${name}: kept`, "spans/s", [result.countedSpans / result.countedSeconds]));
      reportAcknowledged(name, result, report);
      const after = await readProcess(port);
      if (after === undefined || cpuBefore === undefined) continue;
      const cpuSeconds = after.cpuSeconds - cpuBefore.cpuSeconds;
      report(summarise(`${name}: CPU`, "s/million spans", [(cpuSeconds * 1e6) / result.spans]));
      report(summarise(`${name}: memory`, "MB", [after.megabytes]));
    }
  } finally {
    await peer.stop();
  }
}

/** Of the process that listens there, where the system tells. */
async function readProcess(
  port: number,
): Promise<{ readonly cpuSeconds: number; readonly megabytes: number } | undefined> {
  const owner = await findPortOwner(port, "tcp");
  if (owner === undefined || process.platform !== "linux") return undefined;
  const status = await readFile(`/proc/${owner.pid}/status`, "utf8");
  const stat = await readFile(`/proc/${owner.pid}/stat`, "utf8");
  // After the program's name in brackets: user time is the twelfth, system time the thirteenth, in hundredths.
  const cells = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    cpuSeconds: (Number(cells[11]) + Number(cells[12])) / 100,
    megabytes: (Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1_024) / 1e6,
  };
}

async function send(options: SendOptions): Promise<SendResult> {
  const child = fork(join(import.meta.dirname, "ingestSender.ts"), [JSON.stringify(options)]);
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`the sender ended with code ${String(code)}`);
  });
  const [result] = (await Promise.race([once(child, "message"), failed])) as [SendResult];
  failed.catch(() => {
    // It has said what it had to say.
  });
  return result;
}

/** Datagrams wait in the system and in the worker after the last was sent. */
async function untilQuiet({ state }: Collector): Promise<void> {
  let before = -1;
  while (state.value.traffic.spans !== before || state.value.traffic.waitingBytes > 0) {
    before = state.value.traffic.spans;
    await new Promise(resolve => setTimeout(resolve, 1_500));
  }
}

async function countSpans(file: string, { localWorkerPath }: Bundles): Promise<number> {
  const store = openLocalStore({
    name: "local",
    file,
    workerPath: localWorkerPath,
    deadlineMs: 120_000,
  });
  try {
    return (await store.readFacts(new AbortController().signal)).spanCount;
  } finally {
    store.dispose();
  }
}
