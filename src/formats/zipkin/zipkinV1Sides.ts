/**
 * A Zipkin v1 span as one span a side. Pure; knows no wire form.
 *
 * A span of version 1 holds what both sides of a call said, each annotation with the endpoint that said it: `cs` and
 * `cr` (client sent, received), `sr` and `ss` (server), `ms`, `mr`, `ws`, `wr` (messages and the wire). It is split as
 * Zipkin's own `V1SpanConverter` does, with all its exceptions.
 */

import { lookupTable } from "../../base/lookupTable.ts";
import { SpanKind } from "../../model/span.ts";
import type { Attribute, AttributeValue } from "../../model/spanDetail.ts";
import type { ZipkinAnnotation, ZipkinEndpoint, ZipkinSpan } from "./zipkinTypes.ts";

export interface ZipkinV1Annotation {
  readonly timeNs: bigint | undefined;
  readonly value: string;
  readonly endpoint: ZipkinEndpoint | undefined;
}

interface BinaryAnnotation {
  readonly key: string;
  readonly value: AttributeValue;
  readonly endpoint: ZipkinEndpoint | undefined;
}

/** The facts that both wire forms say, in one shape. */
export interface ZipkinV1Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly startNs: bigint | undefined;
  readonly durationNs: bigint | undefined;
  readonly debug: boolean;
  readonly annotations: readonly ZipkinV1Annotation[];
  readonly binaryAnnotations: readonly BinaryAnnotation[];
}

/** One side while it is being put together. */
interface Side {
  kind: SpanKind;
  local: ZipkinEndpoint | undefined;
  remote: ZipkinEndpoint | undefined;
  startNs: bigint | undefined;
  durationNs: bigint | undefined;
  shared: boolean;
  readonly annotations: ZipkinAnnotation[];
  readonly tags: Attribute[];
}

const coreKinds = lookupTable<SpanKind | undefined>({
  cs: SpanKind.client,
  cr: SpanKind.client,
  sr: SpanKind.server,
  ss: SpanKind.server,
  ms: SpanKind.producer,
  mr: SpanKind.consumer,
  ws: undefined,
  wr: undefined,
});
const addressKeys = new Set(["ca", "sa", "ma"]);

export function splitSides(source: ZipkinV1Span, raw: unknown): readonly ZipkinSpan[] {
  const sides = new Sides();
  const core = new Map<string, ZipkinV1Annotation>();
  for (const annotation of source.annotations) {
    const side = sides.find(annotation.endpoint);
    // Without an endpoint nobody knows whose word it is, so it stays a plain annotation.
    if (annotation.value in coreKinds && annotation.endpoint !== undefined) {
      side.kind = coreKinds[annotation.value] ?? side.kind;
      core.set(annotation.value, annotation);
    } else {
      side.annotations.push({ timeUnixNs: annotation.timeNs ?? 0n, value: annotation.value });
    }
  }
  backfillStart(core, "cs", "cr", source);
  backfillStart(core, "sr", "ss", source);
  settleCall(sides, core, source);
  settleMessage(sides, core, source);
  settleAddresses(sides, core, source);
  return sides.all.map(side => ({
    traceId: source.traceId,
    spanId: source.spanId,
    ...(source.parentSpanId !== undefined && { parentSpanId: source.parentSpanId }),
    name: source.name,
    kind: side.kind,
    startUnixNs: side.startNs,
    durationNs: side.durationNs,
    local: side.local,
    remote: side.remote,
    annotations: side.annotations,
    tags: side.tags,
    shared: side.shared,
    debug: source.debug,
    raw: [raw],
  }));
}

class Sides {
  readonly first: Side = createSide(undefined);
  readonly all: Side[] = [this.first];
  readonly #byService = new Map<string, Side>();

  /** The side of an endpoint; what names none belongs to the first. */
  find(endpoint: ZipkinEndpoint | undefined): Side {
    if (endpoint === undefined) return this.first;
    const known = this.#byService.get(endpoint.serviceName);
    if (known !== undefined) return known;
    const side = this.first.local === undefined ? this.first : this.fork(endpoint);
    side.local = endpoint;
    this.#byService.set(endpoint.serviceName, side);
    return side;
  }

  /** A side of its own, though another may have the same service. */
  fork(endpoint: ZipkinEndpoint | undefined): Side {
    const side = createSide(endpoint);
    this.all.push(side);
    return side;
  }
}

function createSide(local: ZipkinEndpoint | undefined): Side {
  return {
    kind: SpanKind.unspecified,
    local,
    remote: undefined,
    startNs: undefined,
    durationNs: undefined,
    shared: false,
    annotations: [],
    tags: [],
  };
}

/** An end that lies where the span's own times end tells that the missing begin lay where they begin. */
function backfillStart(
  core: Map<string, ZipkinV1Annotation>,
  begin: string,
  end: string,
  { startNs, durationNs }: ZipkinV1Span,
): void {
  const ended = core.get(end);
  if (core.has(begin) || ended === undefined || startNs === undefined) return;
  if (durationNs !== undefined && startNs + durationNs === ended.timeNs) {
    core.set(begin, { timeNs: startNs, value: begin, endpoint: ended.endpoint });
  }
}

function settleCall(
  sides: Sides,
  core: ReadonlyMap<string, ZipkinV1Annotation>,
  source: ZipkinV1Span,
): void {
  const [cs, cr, sr, ss] = ["cs", "cr", "sr", "ss"].map(key => core.get(key));
  if (cs !== undefined && sr !== undefined) {
    // The client owns the span's own times; the server's are between its annotations.
    const client = sides.find(cs.endpoint);
    setTimes(client, source, cs, cr);
    let server = sides.find(sr.endpoint);
    if (server === client) {
      client.kind = SpanKind.client;
      server = sides.fork(sr.endpoint);
      server.kind = SpanKind.server;
    }
    server.shared = true;
    server.startNs = sr.timeNs;
    server.durationNs = between(sr, ss);
    if (cr === undefined && source.durationNs === undefined) client.durationNs = undefined;
  } else if (cs !== undefined && cr !== undefined) {
    setTimes(sides.find(cs.endpoint), source, cs, cr);
  } else if (sr !== undefined && ss !== undefined) {
    setTimes(sides.find(sr.endpoint), source, sr, ss);
  } else {
    settleHalfCall(sides, core, source);
  }
  const isShared =
    source.startNs === undefined || (ss !== undefined && source.durationNs === undefined);
  if (cs === undefined && sr !== undefined && isShared) sides.find(sr.endpoint).shared = true;
}

/** One annotation of a pair only: its time is the start if it begins, else it is shown for what it is. */
function settleHalfCall(
  sides: Sides,
  core: ReadonlyMap<string, ZipkinV1Annotation>,
  source: ZipkinV1Span,
): void {
  for (const [key, annotation] of core) {
    if (key === "cs" || key === "sr") sides.find(annotation.endpoint).startNs = annotation.timeNs;
    if (key === "cr" || key === "ss") addAnnotation(sides, annotation);
  }
  if (source.startNs === undefined) return;
  sides.first.startNs = source.startNs;
  sides.first.durationNs = source.durationNs;
}

function settleMessage(
  sides: Sides,
  core: ReadonlyMap<string, ZipkinV1Annotation>,
  source: ZipkinV1Span,
): void {
  const [ms, mr, ws, wr] = ["ms", "mr", "ws", "wr"].map(key => core.get(key));
  if (ms !== undefined && mr !== undefined) {
    const producer = sides.find(ms.endpoint);
    let consumer = sides.find(mr.endpoint);
    if (consumer === producer) {
      producer.kind = SpanKind.producer;
      consumer = sides.fork(mr.endpoint);
      consumer.kind = SpanKind.consumer;
    }
    consumer.shared = true;
    consumer.startNs = (wr ?? mr).timeNs;
    consumer.durationNs = between(wr, mr);
    producer.startNs = ms.timeNs;
    producer.durationNs = between(ms, ws);
  } else if (ms !== undefined) {
    setTimes(sides.find(ms.endpoint), source, ms, ws);
  } else if (mr !== undefined) {
    setTimes(sides.find(mr.endpoint), source, wr ?? mr, wr === undefined ? undefined : mr);
  } else {
    if (ws !== undefined) addAnnotation(sides, ws);
    if (wr !== undefined) addAnnotation(sides, wr);
  }
}

function addAnnotation(sides: Sides, { timeNs, value, endpoint }: ZipkinV1Annotation): void {
  sides.find(endpoint).annotations.push({ timeUnixNs: timeNs ?? 0n, value });
}

function setTimes(
  side: Side,
  source: ZipkinV1Span,
  begin: ZipkinV1Annotation,
  end: ZipkinV1Annotation | undefined,
): void {
  const isWhole = source.startNs !== undefined && source.durationNs !== undefined;
  side.startNs = isWhole ? source.startNs : (begin.timeNs ?? source.startNs);
  side.durationNs = isWhole ? source.durationNs : between(begin, end);
}

function between(
  begin: ZipkinV1Annotation | undefined,
  end: ZipkinV1Annotation | undefined,
): bigint | undefined {
  return begin?.timeNs === undefined || end?.timeNs === undefined
    ? undefined
    : end.timeNs - begin.timeNs;
}

/** Tags go to the side that said them; `ca`, `sa` and `ma` are the addresses of the other side. */
function settleAddresses(
  sides: Sides,
  core: ReadonlyMap<string, ZipkinV1Annotation>,
  source: ZipkinV1Span,
): void {
  const addresses = new Map<string, ZipkinEndpoint>();
  for (const { key, value, endpoint } of source.binaryAnnotations) {
    if (addressKeys.has(key) && (typeof value !== "string" || value === "")) {
      if (endpoint !== undefined) addresses.set(key, endpoint);
    } else {
      const side = sides.find(endpoint);
      // An empty `lc` only marks a span without calls.
      if (key !== "lc" || value !== "") side.tags.push({ key, value });
    }
  }
  const [ca, sa, ma] = ["ca", "sa", "ma"].map(key => addresses.get(key));
  const client = core.get("cs") ?? core.get("cr");
  const server = core.get("sr") ?? core.get("ss");
  if (client === undefined && server === undefined && (ca !== undefined || sa !== undefined)) {
    const side = sides.find(sa === undefined ? undefined : ca);
    if (sa === undefined) side.kind = SpanKind.server;
    side.remote = sa ?? ca;
    return;
  }
  if (ca !== undefined && server !== undefined) {
    // Finagle names the called service in the caller's address; that would draw a call to itself.
    const isOwn = ca.serviceName === server.endpoint?.serviceName;
    sides.find(server.endpoint).remote = isOwn ? { ...ca, serviceName: "" } : ca;
  }
  if (sa !== undefined && client !== undefined) sides.find(client.endpoint).remote = sa;
  for (const message of [core.get("ms"), core.get("mr")]) {
    if (ma !== undefined && message !== undefined) sides.find(message.endpoint).remote = ma;
  }
}
