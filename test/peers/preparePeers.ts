/**
 * Makes every peer that the tests need before the tests begin, so that no test's clock runs while a server is being
 * built. One line a peer; a peer that cannot be had is named with the reason. Knows no test.
 */
import { availableParallelism } from "node:os";
import { prepareCodeServer } from "../harness/codeServer.ts";
import { boundCommands } from "./cache.ts";
import { findCelery } from "./celery.ts";
import { findDebugpy } from "./debugpy.ts";
import { findFunboost } from "./funboost.ts";
import { findGoSenders } from "./goSenders.ts";
import { findGoProgram, findJavaProgram, findNodeProgram } from "./instrumented.ts";
import { buildJaeger } from "./jaeger.ts";
import { findJsSenders } from "./jsSenders.ts";
import { findMcpInspector } from "./mcpInspector.ts";
import { buildMongo } from "./mongo.ts";
import { findPythonSenders } from "./pythonSenders.ts";
import { findRubySenders } from "./rubySenders.ts";
import { getSkywalking } from "./skywalking.ts";
import { buildTempo } from "./tempo.ts";
import { findGoTests, findJunit, findPytest, findVitest } from "./testRuns.ts";
import { getZipkin } from "./zipkin.ts";

/** Every way in which the peers say that they cannot be had. */
type Answer =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string }
  | { readonly kind: "peer" | "installed" }
  | { readonly kind: "unavailable"; readonly reason: string };
type Peer = readonly [name: string, prepare: () => Promise<Answer>];

/**
 * Go's compiler uses every core by itself, so that one after the other is as fast; the longest come last, since the time
 * may be over before them.
 */
const compiled: readonly Peer[] = [
  ["tests of Go", findGoTests],
  ["a program with OpenTelemetry for Go", findGoProgram],
  ["OpenTelemetry's SDK for Go", findGoSenders],
  ["FerretDB 1.24", buildMongo],
  ["Jaeger 1.42", () => buildJaeger("1.42")],
  ["Jaeger 2.13", () => buildJaeger("2.13")],
  ["Tempo 2.8", buildTempo],
];
/** Those that wait for a registry more than they compute. */
const downloaded: readonly Peer[] = [
  ["VS Code (code-server)", prepareCodeServer],
  ["SkyWalking", getSkywalking],
  ["Zipkin", getZipkin],
  ["a program with OpenTelemetry for Java", findJavaProgram],
  ["tracers for JavaScript", findJsSenders],
  ["a program with OpenTelemetry for Node", findNodeProgram],
  ["tests of Vitest and Mocha", findVitest],
  ["tests of JUnit", findJunit],
  ["the inspector of the Model Context Protocol", findMcpInspector],
  ["tracers for Python", findPythonSenders],
  ["tests of pytest", findPytest],
  ["Funboost", findFunboost],
  ["Celery", findCelery],
  ["Python's debugger", findDebugpy],
  ["Jaeger's client for Ruby", findRubySenders],
];
const progressMs = 30_000;
/** A build server ends the whole after 90 minutes, and the tests need 60 of them where others use the machine. */
const MAX_MINUTES = 25;

/** The answer is how many there are. */
export async function preparePeers(): Promise<{ readonly ready: number; readonly of: number }> {
  const atWork = new Map<string, number>();
  let ready = 0;
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort(
      `it was not ready when ${MAX_MINUTES} minutes for all peers were over; \`npm test -- peers\` goes on where it was`,
    );
  }, MAX_MINUTES * 60_000);
  boundCommands(over.signal);
  const prepare = async ([name, find]: Peer): Promise<void> => {
    const start = performance.now();
    atWork.set(name, start);
    const reason = readReason(await find());
    atWork.delete(name);
    if (reason === undefined) ready += 1;
    console.log(`  ${name}: ${reason ?? "ready"} (${secondsSince(start)} s)`);
  };
  const watch = setInterval(() => {
    const names = [...atWork].map(([name, start]) => `${name} (${secondsSince(start)} s)`);
    console.log(`  at work: ${names.join(", ")}`);
  }, progressMs);
  const work = async (peers: readonly Peer[], lanes: number): Promise<void> => {
    const queue = [...peers];
    const lane = async (): Promise<void> => {
      for (let peer = queue.shift(); peer !== undefined; peer = queue.shift()) await prepare(peer);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  };
  try {
    await Promise.all([
      work(compiled, 1),
      work(downloaded, Math.max(1, availableParallelism() - 1)),
    ]);
  } finally {
    clearTimeout(timer);
    boundCommands(undefined);
    clearInterval(watch);
  }
  return { ready, of: compiled.length + downloaded.length };
}

function readReason(answer: Answer): string | undefined {
  const isThere = "ok" in answer ? answer.ok : answer.kind !== "unavailable";
  return isThere || !("reason" in answer) ? undefined : `NOT AVAILABLE: ${answer.reason}`;
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0);
}
