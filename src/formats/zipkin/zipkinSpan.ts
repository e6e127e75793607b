/**
 * A Zipkin span in the one form that both versions are read into, and how spans of that form become records. Pure;
 * knows neither version's wire form.
 *
 * Zipkin lets a span arrive in pieces and lets client and server share an id, so spans are read all together.
 */

import { numericSpanId, numericTraceId } from "../../model/ids.ts";
import { createTraceIdUniter, describeJoined } from "../../model/traceIdHalves.ts";
import { EdgeKind, SpanFlag, SpanKind, SpanStatus, type SpanInput } from "../../model/span.ts";
import type {
  Attribute,
  SpanDetail,
  SpanError,
  SpanEvent,
  SpanLink,
} from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { findText, toAttributeValue, toBigInt, toRawText } from "../values/attributeValues.ts";
import { readMessageId } from "../otlp/otlpSpan.ts";
import { isObject } from "../values/jsonObject.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { lazyRecord, toPlainText } from "../values/wireValue.ts";
import { mergePartialSpans } from "./zipkinPartialSpans.ts";
import type { ZipkinAnnotation, ZipkinEndpoint, ZipkinSpan } from "./zipkinTypes.ts";
import { separateShared, type Placement } from "./zipkinShared.ts";

/** How OpenTelemetry's collector writes what Zipkin has no place for: `name|{"key":"value"}|0`. */
const EVENT_WITH_ATTRIBUTES = /^(.*)\|(\{[^]*\})\|\d+$/;
const queueTags = [
  ...["messaging.destination.name", "messaging.destination", "kafka.topic", "rabbit.queue"],
  ...["jms.queue", "jms.topic", "message_bus.destination"],
];

/** Zipkin pads short ids itself, so `2` and `0000000000000002` are one span. */
export function padZipkinId(id: string): string {
  return numericSpanId(id);
}

/** `undefined` for an endpoint that says nothing, as some tracers write. */
export function readZipkinEndpoint(value: unknown): ZipkinEndpoint | undefined {
  if (!isObject(value)) return undefined;
  const ipv4 = toPlainText(value["ipv4"]);
  const ipv6 = toPlainText(value["ipv6"]);
  const port = Number(toBigInt(value["port"]) ?? 0n);
  const serviceName = toPlainText(value["serviceName"]);
  if (serviceName === "" && ipv4 === "" && ipv6 === "" && port === 0) return undefined;
  return {
    serviceName,
    ...(ipv4 !== "" && { ipv4 }),
    ...(ipv6 !== "" && { ipv6 }),
    ...(port !== 0 && { port }),
  };
}

export function toZipkinRecords(
  spans: readonly ZipkinSpan[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const uniteTraceId = createTraceIdUniter(spans.map(span => numericTraceId(span.traceId)));
  const traces = new Map<string, ZipkinSpan[]>();
  // A server may tell a span more than once.
  const joined = new Set<string>();
  for (const span of spans) {
    const ownId = numericTraceId(span.traceId);
    const traceId = uniteTraceId(ownId);
    if (traceId !== ownId) joined.add(`${traceId} ${span.spanId} ${span.kind}`);
    const trace = traces.get(traceId);
    if (trace === undefined) traces.set(traceId, [span]);
    else trace.push(span);
  }
  const records = [...traces].flatMap(([traceId, pieces]) => {
    const whole = mergePartialSpans(pieces);
    const placements = separateShared(
      whole.map(({ local, ...span }) => ({
        ...span,
        service: local?.serviceName ?? "",
        address: local?.ipv4 ?? local?.ipv6 ?? "",
      })),
    );
    return whole.map((span, index) => {
      const { spanId, parentSpanId, called } = placements[index] as Placement;
      const input = toSpanInput(span, called === undefined ? undefined : whole[called]);
      return lazyRecord(traceId, { ...input, spanId, parentSpanId }, () =>
        toDetail(span, traceId, context.store),
      );
    });
  });
  const problems = notes(context, [joined.size, describeJoined(joined.size, records.length)]);
  return { records, problems };
}

/** `called` is the other side of the call, which ran within this one: better than no time at all. */
function toSpanInput(span: ZipkinSpan, called: ZipkinSpan | undefined): SpanInput {
  const times = span.startUnixNs === undefined ? (called ?? span) : span;
  const { startUnixNs } = times;
  const isMoment = span.kind === SpanKind.producer || span.kind === SpanKind.consumer;
  const durationNs = times.durationNs ?? (isMoment ? 0n : undefined);
  const links = readLinks(span);
  const messageId = readMessageId(span.tags);
  const host = span.local?.ipv4 ?? span.local?.ipv6;
  return {
    ...(messageId !== undefined && { messageId }),
    ...(host !== undefined && { host }),
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name || (called?.name ?? ""),
    service: span.local?.serviceName ?? "",
    ...(isMoment && { queue: findText(span.tags, ...queueTags) }),
    kind: span.kind,
    status: readStatus(span),
    startUnixNs,
    endUnixNs:
      startUnixNs === undefined || durationNs === undefined ? undefined : startUnixNs + durationNs,
    flags: readTimeFlags(span, startUnixNs, durationNs),
    ...(links.length > 0 && {
      refs: links.map(({ kind, traceId, spanId }) => ({ kind, traceId, spanId })),
    }),
  };
}

/** Tracers report what is over: without a duration the end is not known, and nothing runs. */
function readTimeFlags(
  span: ZipkinSpan,
  startUnixNs: bigint | undefined,
  durationNs: bigint | undefined,
): number {
  if (startUnixNs === undefined || durationNs === undefined) return SpanFlag.untimed;
  return span.startUnixNs === undefined ? SpanFlag.noStart : 0;
}

/** Any tag `error` is a failure, whatever it says, but for a plain `false`. */
function readStatus(span: ZipkinSpan): SpanStatus {
  const error = span.tags.find(({ key }) => key === "error");
  if (error !== undefined && toPlainText(error.value) !== "false") return SpanStatus.error;
  switch (findText(span.tags, "otel.status_code")) {
    case "ERROR":
      return SpanStatus.error;
    case "OK":
      return SpanStatus.ok;
    default:
      return SpanStatus.unset;
  }
}

const LINK_PREFIX = "otlp.link.";

function isLinkTag(key: string): boolean {
  return key.startsWith(LINK_PREFIX) && /^\d+$/.test(key.slice(LINK_PREFIX.length));
}

/** The collector's `otlp.link.0`: `trace id|span id|state|{attributes}|dropped`. */
function readLinks(span: ZipkinSpan): readonly SpanLink[] {
  return span.tags.flatMap(({ key, value }) => {
    if (!isLinkTag(key)) return [];
    const [, traceId, spanId, json] =
      /^([0-9a-f]{32})\|([0-9a-f]{16})\|[^|]*\|(\{[^]*\})\|\d+$/.exec(toPlainText(value)) ?? [];
    if (traceId === undefined || spanId === undefined) return [];
    return [
      { kind: EdgeKind.link, traceId, spanId, attributes: parseAttributes(json ?? "") ?? [] },
    ];
  });
}

function parseAttributes(json: string): readonly Attribute[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value)
      ? Object.entries(value).map(([key, each]) => ({ key, value: toAttributeValue(each) }))
      : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function toEvent({ timeUnixNs, value }: ZipkinAnnotation): SpanEvent {
  const [, name, json = ""] = EVENT_WITH_ATTRIBUTES.exec(value) ?? [];
  const attributes = name === undefined ? undefined : parseAttributes(json);
  return {
    name: attributes === undefined ? value : (name ?? value),
    timeUnixNs: timeUnixNs.toString(),
    attributes: attributes ?? [],
  };
}

function toDetail(span: ZipkinSpan, traceId: string, store: string): SpanDetail {
  const events = span.annotations.map(toEvent);
  const error = readStatus(span) === SpanStatus.error ? readError(span, events) : undefined;
  const scope = findText(span.tags, "otel.scope.name", "otel.library.name");
  const version = findText(span.tags, "otel.scope.version", "otel.library.version");
  return {
    spanId: span.spanId,
    traceId: span.traceId || traceId,
    attributes: [
      ...span.tags.filter(({ key }) => !isLinkTag(key)),
      ...listEndpoint(span.remote, ["peer.service", "peer.ipv4", "peer.ipv6", "peer.port"]),
      ...(span.debug ? [{ key: "debug", value: true }] : []),
    ],
    resource: listEndpoint(span.local, ["service.name", "host.ip", "host.ip", "net.host.port"]),
    ...(scope !== undefined && { scope: { name: scope, ...(version && { version }) } }),
    events,
    links: readLinks(span),
    ...(error !== undefined && { error }),
    stores: [store],
    raw: span.raw.map(each => toRawText(each)).join("\n\n"),
  };
}

function readError(span: ZipkinSpan, events: readonly SpanEvent[]): SpanError {
  const exception = events.find(({ name }) => name === "exception")?.attributes ?? [];
  const find = (key: string): string | undefined => findText([...exception, ...span.tags], key);
  const tag = find("error");
  return {
    type: find("exception.type"),
    message:
      find("exception.message") ??
      find("otel.status_description") ??
      (tag === "true" ? "" : (tag ?? "")),
    stack: find("exception.stacktrace"),
  };
}

function listEndpoint(
  endpoint: ZipkinEndpoint | undefined,
  [service, ipv4, ipv6, port]: readonly [string, string, string, string],
): readonly Attribute[] {
  if (endpoint === undefined) return [];
  return [
    { key: service, value: endpoint.serviceName },
    { key: ipv4, value: endpoint.ipv4 },
    { key: ipv6, value: endpoint.ipv6 },
    { key: port, value: endpoint.port },
  ].filter(({ value }) => value !== undefined && value !== "");
}
