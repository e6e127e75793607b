/** Zipkin v2 JSON, the form of `/api/v2/spans` and `/api/v2/trace/{id}`. Pure. */

import { lookupTable } from "../../base/lookupTable.ts";
import { SpanKind } from "../../model/span.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { toAttributes } from "../plain/plainFields.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { toNanos, toPlainText, UnitPower } from "../values/wireValue.ts";
import { isZipkinV1Span, readZipkinV1Span } from "./zipkinV1.ts";
import type { ZipkinAnnotation, ZipkinSpan } from "./zipkinTypes.ts";
import { padZipkinId, readZipkinEndpoint, toZipkinRecords } from "./zipkinSpan.ts";

const kinds = lookupTable<SpanKind>({
  CLIENT: SpanKind.client,
  SERVER: SpanKind.server,
  PRODUCER: SpanKind.producer,
  CONSUMER: SpanKind.consumer,
});
/** Any of these beside ids in hexadecimal makes it Zipkin's. */
const signs = ["annotations", "timestamp", "shared", "kind"];

/** The keys that only Zipkin has tell it, whatever its ids are. */
const zipkinKeys = ["localEndpoint", "remoteEndpoint", "localServiceName", "remoteServiceName"];

function isZipkinV2Span(item: JsonObject): boolean {
  const has = (key: string): boolean => key in item;
  return hasIds(item) && (zipkinKeys.some(has) || (hasHexIds(item) && signs.some(has)));
}

function hasIds({ traceId, id }: JsonObject): boolean {
  return typeof traceId === "string" && typeof id === "string" && traceId !== "" && id !== "";
}

function hasHexIds({ traceId, id }: JsonObject): boolean {
  return /^[0-9a-f]{1,32}$/i.test(String(traceId)) && /^[0-9a-f]{1,16}$/i.test(String(id));
}

/** Both versions: a span of version 1 without annotations looks like one of version 2. */
export function isZipkin(item: JsonObject): boolean {
  return isZipkinV1Span(item) || isZipkinV2Span(item);
}

/** The spans of one file or one answer, so that the pieces and sides of a span meet. */
export function readZipkin(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const spans = items.flatMap(item =>
    isZipkinV1Span(item) ? readZipkinV1Span(item) : [readZipkinV2Span(item)],
  );
  return toZipkinRecords(spans, context);
}

/** Reads what was sent as Zipkin's spans: ids are all that such a span must have, and what has none is counted. */
export function readZipkinList(
  items: readonly unknown[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const readable = items.filter(isObject).filter(item => isZipkinV1Span(item) || hasIds(item));
  const lost = items.length - readable.length;
  const spans = readZipkin(readable, context);
  if (lost === 0) return spans;
  const text = `${lost} of ${items.length} have no traceId and id as Zipkin writes them`;
  return { ...spans, problems: [note(context, text), ...spans.problems], lost };
}

function readZipkinV2Span(item: JsonObject): ZipkinSpan {
  const kind = kinds[toPlainText(item["kind"])] ?? SpanKind.unspecified;
  const parentId = toPlainText(item["parentId"]);
  const name = toPlainText(item["name"]);
  return {
    traceId: toPlainText(item["traceId"]),
    spanId: padZipkinId(toPlainText(item["id"])),
    ...(parentId !== "" && { parentSpanId: padZipkinId(parentId) }),
    name: name === "unknown" ? "" : name,
    kind,
    startUnixNs: known(toNanos(item["timestamp"], UnitPower.us)),
    durationNs: toNanos(item["duration"], UnitPower.us),
    local: readSide(item, "local"),
    remote: readSide(item, "remote"),
    annotations: readAnnotations(item["annotations"]),
    tags: toAttributes(item["tags"]),
    // Only the called side can share; some tracers mark the caller too.
    shared: item["shared"] === true && kind !== SpanKind.client,
    debug: item["debug"] === true,
    raw: [item],
  };
}

/** An endpoint, or its service alone where a server that is not Zipkin's keeps the row flat. */
function readSide(item: JsonObject, side: "local" | "remote"): ZipkinSpan["local"] {
  return (
    readZipkinEndpoint(item[`${side}Endpoint`]) ??
    readZipkinEndpoint({ serviceName: item[`${side}ServiceName`] })
  );
}

function readAnnotations(value: unknown): readonly ZipkinAnnotation[] {
  return listObjects(value).map(each => ({
    timeUnixNs: toNanos(each["timestamp"], UnitPower.us) ?? 0n,
    value: toPlainText(each["value"]),
  }));
}

/** Zero is how some write "unknown". */
function known(time: bigint | undefined): bigint | undefined {
  return time === 0n ? undefined : time;
}
