/** Zipkin v2 in protobuf, a `ListOfSpans`, becomes Zipkin's JSON, which `zipkinV2.ts` knows how to read. Pure. */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { formatIpv4, formatIpv6 } from "../values/ipAddress.ts";
import { decodeProto, many, one, type ProtoMessage } from "../encodings/protoReader.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import type { FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";
import { readZipkinList } from "./zipkinV2.ts";

const endpoint: ProtoMessage = {
  1: one("serviceName", "string"),
  2: one("ipv4", "hex"),
  3: one("ipv6", "hex"),
  4: one("port", "uint"),
};
const span: ProtoMessage = {
  1: one("traceId", "hex"),
  2: one("parentId", "hex"),
  3: one("id", "hex"),
  4: one("kind", "uint"),
  5: one("name", "string"),
  6: one("timestamp", "fixed64"),
  7: one("duration", "int"),
  8: one("localEndpoint", () => endpoint),
  9: one("remoteEndpoint", () => endpoint),
  10: many("annotations", () => ({ 1: one("timestamp", "fixed64"), 2: one("value", "string") })),
  11: many("tags", () => ({ 1: one("key", "string"), 2: one("value", "string") })),
  12: one("debug", "bool"),
  13: one("shared", "bool"),
};
const listOfSpans: ProtoMessage = { 1: many("spans", () => span) };

const kinds = ["", "CLIENT", "SERVER", "PRODUCER", "CONSUMER"];
/** A message in a message may be two bytes on the wire and is a hundred in memory. */
const MAX_MESSAGES = 300_000;

/** Throws a `WireError` where the bytes are no protobuf. */
export function readZipkinProto(
  bytes: Uint8Array,
  context: Pick<FileContext, "store">,
): SpanRecords {
  const list: Record<string, unknown> = {};
  decodeProto(bytes, listOfSpans, list, MAX_MESSAGES);
  return readZipkinList(listObjects(list["spans"]).map(toJson), context);
}

function toJson(message: JsonObject): JsonObject {
  const { kind, localEndpoint, remoteEndpoint, tags, ...rest } = message;
  return {
    traceId: "",
    id: "",
    ...rest,
    kind: kinds[Number(kind ?? 0)] ?? "",
    localEndpoint: toEndpoint(localEndpoint),
    remoteEndpoint: toEndpoint(remoteEndpoint),
    tags: Object.fromEntries(
      listObjects(tags).map(({ key = "", value = "" }) => [key as string, value as string]),
    ),
  };
}

function toEndpoint(message: unknown): JsonObject | undefined {
  if (!isObject(message)) return undefined;
  const { ipv4, ipv6, ...rest } = message;
  return {
    ...rest,
    ipv4: formatIpv4(Buffer.from(toPlainText(ipv4), "hex")),
    ipv6: formatIpv6(Buffer.from(toPlainText(ipv6), "hex")),
  };
}
