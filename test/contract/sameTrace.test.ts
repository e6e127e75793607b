/**
 * One trace, sent by real tracers over every protocol, gives one picture: from what the receivers hand on, and from
 * the embedded store. What a protocol cannot carry is named in a table.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CollectorPorts } from "../../src/collector/collectorState.ts";
import { SpanKind, SpanStatus } from "../../src/model/span.ts";
import type { AttributeValue, SpanError } from "../../src/model/spanDetail.ts";
import type { Trace } from "../../src/model/trace.ts";
import type { PeerUnavailable } from "../peers/cache.ts";
import {
  canonicalSpans,
  runSender,
  type MadeTrace,
  type SenderRun,
  type SpanToMake,
  type TypedAttribute,
} from "../peers/canonicalTrace.ts";
import { findGoSenders, type GoProtocol } from "../peers/goSenders.ts";
import { findJsSenders } from "../peers/jsSenders.ts";
import { findPythonSenders, type PythonTracer } from "../peers/pythonSenders.ts";
import { never, openReceiving, type Receiving } from "./receiving.ts";
import { asSpan } from "../unit/spanIndex.ts";

type Language = "python" | "go" | "javascript";

/** What a protocol, or the tracer that speaks it, has no place for. */
type Missing =
  /** Times are cut to microseconds. */
  | "nanoseconds"
  /** The tracer knows no time but its own, in milliseconds, and no stack but that of what it sees thrown. */
  | "told times"
  /** Every attribute is text, as the language writes it. */
  | "types"
  /** JavaScript has no integers beyond 2^53. */
  | "large integers"
  /** Every number is a float. */
  | "integers"
  /** A list is text. */
  | "lists"
  /** An internal span is one of no kind. */
  | "internal"
  /** A service is named by annotations and tags, so a span without any has none. */
  | "bare service"
  | "links"
  | "scope"
  /** An error has a message alone. */
  | "thrown";

const otlp: readonly Missing[] = [];
const jaeger: readonly Missing[] = ["nanoseconds", "lists"];
const zipkin: readonly Missing[] = [
  ...(["nanoseconds", "types", "internal", "links", "scope", "thrown"] as const),
];
const skywalking: readonly Missing[] = ["told times", "types", "links", "scope"];
const plain: readonly Missing[] = ["scope"];

type Send = (ports: CollectorPorts) => Promise<MadeTrace>;
interface Row {
  readonly title: string;
  readonly language: Language;
  readonly cannot: readonly Missing[];
  readonly find: () => Promise<Send | PeerUnavailable>;
}

const row = (
  language: Language,
  by: string,
  cannot: readonly Missing[],
  find: Row["find"],
): Row => ({
  title: `is one picture by ${by}${cannot.length === 0 ? "" : `, but for ${cannot.join(", ")}`}`,
  language,
  cannot,
  find,
});

const run =
  (sender: SenderRun): Send =>
  ports =>
    runSender(sender, ports);

const python = (by: string, cannot: readonly Missing[], tracer: PythonTracer): Row =>
  row("python", by, cannot, async () => {
    const peer = await findPythonSenders();
    return peer.kind === "unavailable" ? peer : run(peer.send(tracer));
  });

const go = (by: string, protocol: GoProtocol): Row =>
  row("go", `OpenTelemetry Go, ${by}`, [], async () => {
    const peer = await findGoSenders();
    return peer.kind === "unavailable" ? peer : run(peer.send(protocol));
  });

const javascript = (by: string, cannot: readonly Missing[], protocol: string): Row =>
  row("javascript", `OpenTelemetry JavaScript, ${by}`, ["large integers", ...cannot], async () => {
    const peer = await findJsSenders();
    if (peer.kind === "unavailable") return peer;
    const script = readFileSync(join(import.meta.dirname, "../peers/canonicalOtel.mjs"), "utf8");
    const args = ["--input-type=module", "--eval", script, protocol];
    return run({ command: process.execPath, args, cwd: peer.directory });
  });

const rows: readonly Row[] = [
  python("OpenTelemetry Python, OTLP/gRPC", otlp, "otlp-grpc"),
  python("OpenTelemetry Python, OTLP/gRPC, gzip", otlp, "otlp-grpc-gzip"),
  python("OpenTelemetry Python, OTLP/HTTP protobuf", otlp, "otlp-http"),
  python("OpenTelemetry Python, OTLP/HTTP protobuf, gzip", otlp, "otlp-http-gzip"),
  go("OTLP/gRPC", "grpc"),
  go("OTLP/gRPC, gzip", "grpc-gzip"),
  go("OTLP/HTTP protobuf", "http"),
  go("OTLP/HTTP protobuf, gzip", "http-gzip"),
  javascript("OTLP/gRPC", otlp, "otlp-grpc"),
  javascript("OTLP/HTTP JSON", otlp, "otlp-json"),
  javascript("OTLP/HTTP protobuf", otlp, "otlp-proto"),
  javascript("exporter for Zipkin", zipkin, "zipkin"),
  javascript("exporter for Jaeger, UDP binary", [...jaeger, "integers"], "jaeger-udp"),
  javascript("exporter for Jaeger, HTTP thrift", [...jaeger, "integers"], "jaeger-http"),
  python("jaeger-client Python, UDP compact", [...jaeger, "scope"], "jaeger"),
  python("py-zipkin, v1 JSON", [...zipkin, "bare service"], "zipkin-v1"),
  python("py-zipkin, v2 JSON", zipkin, "zipkin-v2"),
  python("py-zipkin, v2 protobuf", zipkin, "zipkin-proto"),
  python("SkyWalking's Python agent, gRPC", skywalking, "skywalking"),
  python("SkyWalking's Python agent, HTTP", skywalking, "skywalking-http"),
  row("javascript", "a hand-made tracer, POST /spans", plain, () => Promise.resolve(postPlain)),
];

let receiving: Receiving;
beforeAll(async () => {
  receiving = await openReceiving();
});
afterAll(() => receiving.close());

describe("one trace", () => {
  for (const own of rows) {
    it(own.title, async context => {
      const send = await own.find();
      if (typeof send !== "function") {
        context.skip(`${send.name}: ${send.reason}`);
        return;
      }
      const made = await send(receiving.ports);
      expectTold(made, own.cannot);
      const expected = expectPicture(made, own);
      const all = { spans: canonicalSpans.length };
      const handedOn = await receiving.readMemory(made.traceId, all);
      expect(await drawAll(handedOn, made, own.cannot)).toEqual(expected);
      const stored = await receiving.readStore(made.traceId, all);
      expect(await drawAll(stored, made, own.cannot)).toEqual(expected);
      expect(receiving.bugs).toEqual([]);
    });
  }
});

interface Picture {
  readonly name: string;
  readonly parent: string | undefined;
  readonly service: string;
  readonly kind: string;
  readonly status: string;
  readonly startNs: string;
  readonly endNs: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly error: SpanError | undefined;
  readonly links: readonly string[];
  readonly scope: string | undefined;
}

async function drawAll(
  trace: Trace,
  made: MadeTrace,
  cannot: readonly Missing[],
): Promise<readonly Picture[]> {
  expect(trace.problems).toEqual([]);
  const { columns } = trace;
  const nameOf = (index: number): string => columns.strings[columns.name[index]!]!;
  const pictures = trace.spanIds.map(async (_, index): Promise<Picture> => {
    const detail = await trace.readDetail(asSpan(index), never);
    const name = nameOf(index);
    const attributes = canonicalSpans.find(each => each.name === name)?.attributes ?? [];
    const parent = columns.parent[index]!;
    const told = made.spans.find(each => each.name === name);
    const toUnix = (ns: number, toldNs = "0"): string => {
      const unixNs = BigInt(columns.originUnixMs) * 1_000_000n + BigInt(ns);
      const gap = unixNs - BigInt(toldNs);
      // A float of seconds may be cut to this microsecond or to its neighbour.
      return cannot.includes("nanoseconds") && gap <= 1_000n && -gap <= 1_000n
        ? toldNs
        : String(unixNs);
    };
    return {
      name,
      parent: parent < 0 ? undefined : nameOf(parent),
      service: columns.strings[columns.service[index]!]!,
      kind: Object.keys(SpanKind)[columns.kind[index]!]!,
      status: Object.keys(SpanStatus)[columns.status[index]!]!,
      startNs: toUnix(columns.startNs[index]!, told?.startNs),
      endNs: toUnix(columns.endNs[index]!, told?.endNs),
      attributes: Object.fromEntries(
        attributes.map(({ key }) => [key, detail.attributes.find(each => each.key === key)?.value]),
      ),
      error: detail.error,
      // The parent is no cause beside itself, though Jaeger and SkyWalking write both as references.
      links: detail.links
        .map(link => made.spans.find(each => each.spanId === link.spanId)?.name ?? link.spanId)
        .filter(each => parent < 0 || each !== nameOf(parent)),
      scope: detail.scope && `${detail.scope.name} ${detail.scope.version ?? ""}`,
    };
  });
  return (await Promise.all(pictures)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function expectPicture(made: MadeTrace, own: Row): readonly Picture[] {
  const { cannot } = own;
  const can = (what: Missing): boolean => !cannot.includes(what);
  return canonicalSpans
    .map(span => {
      const { startNs, endNs } = made.spans.find(each => each.name === span.name)!;
      return {
        name: span.name,
        parent: span.parent,
        service: span.kind === "internal" && !can("bare service") ? "" : span.service,
        kind: span.kind === "internal" && !can("internal") ? "unspecified" : span.kind,
        status: span.error === undefined ? "unset" : "error",
        startNs,
        endNs,
        attributes: Object.fromEntries(
          span.attributes.map(each => [each.key, expectValue(each, own)]),
        ),
        error: span.error && expectError(span.error, cannot),
        links: span.link !== undefined && can("links") ? [span.link] : [],
        scope: can("scope") ? "shop.tracer 1.2.3" : undefined,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function expectError(
  { type, message, stack }: NonNullable<SpanToMake["error"]>,
  cannot: readonly Missing[],
): SpanError {
  if (cannot.includes("thrown")) return { message };
  const own = expect.stringMatching(/^Traceback[^]*send\.py[^]*ValueError: no stock\s*$/) as string;
  return { type, message, stack: cannot.includes("told times") ? own : stack };
}

/** What is not carried as it is, is text as the language writes it. */
function expectValue({ type, value }: TypedAttribute, { cannot, language }: Row): AttributeValue {
  const isText = cannot.includes("types") || (type === "strings" && cannot.includes("lists"));
  const isPython = language === "python";
  switch (type) {
    case "strings":
      if (!isText) return value;
      return isPython ? `[${value.map(each => `'${each}'`).join(", ")}]` : value.join(",");
    case "bool":
      if (!isText) return value;
      return isPython ? (value ? "True" : "False") : String(value);
    case "double":
      return isText ? String(value) : value;
    case "int": {
      if (cannot.includes("integers")) return Number(value);
      const digits = cannot.includes("large integers") ? String(Number(value)) : value;
      return isText || !Number.isSafeInteger(Number(value)) ? digits : Number(value);
    }
    case "string":
      return value;
  }
}

/** The tracer made what it was told, as exactly as it can. */
function expectTold({ spans }: MadeTrace, cannot: readonly Missing[]): void {
  expect(spans.map(({ name }) => name).sort()).toEqual(
    canonicalSpans.map(each => each.name).sort(),
  );
  if (cannot.includes("told times")) return;
  // A float of seconds is exact to half a microsecond, and is then cut to one.
  const slackNs = cannot.includes("nanoseconds") ? 2_000n : 0n;
  for (const { name, startNs, endNs } of spans) {
    const told = canonicalSpans.find(each => each.name === name)!;
    for (const [one, other] of [
      [startNs, told.startNs],
      [endNs, told.endNs],
    ] as const) {
      const gap = BigInt(one) - BigInt(other);
      expect(gap <= slackNs && -gap <= slackNs, `${name}: ${gap} ns off`).toBe(true);
    }
  }
}

async function postPlain({ otlpHttp }: CollectorPorts): Promise<MadeTrace> {
  const traceId = "c0ffee00c0ffee00c0ffee00c0ffee00";
  const idOf = (name?: string): string | undefined => {
    const index = canonicalSpans.findIndex(each => each.name === name);
    return index < 0 ? undefined : `00000000000000a${index}`;
  };
  const spans = canonicalSpans.map(span => ({
    trace_id: traceId,
    span_id: idOf(span.name),
    parent_id: idOf(span.parent),
    name: span.name,
    service: span.service,
    kind: span.kind,
    start_time: span.startNs,
    end_time: span.endNs,
    attributes: Object.fromEntries(span.attributes.map(each => [each.key, plainValue(each)])),
    ...(span.error && {
      status: "error",
      error: { type: span.error.type, message: span.error.message, stack: span.error.stack },
    }),
    ...(span.link && { links: [{ trace_id: traceId, span_id: idOf(span.link) }] }),
  }));
  const answer = await fetch(`http://127.0.0.1:${otlpHttp}/spans`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(spans),
  });
  expect(answer.status).toBe(200);
  return {
    traceId,
    spans: canonicalSpans.map(({ name, parent, startNs, endNs }) => ({
      ...{ name, startNs, endNs },
      spanId: idOf(name)!,
      parentId: idOf(parent) ?? null,
    })),
  };
}

/** An integer beyond 2^53 is written by its digits. */
function plainValue({ type, value }: TypedAttribute): unknown {
  return type === "int" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
