/** Zipkin v1 in thrift, a bare list of spans in the binary protocol, as `zipkinV1.ts` reads it written in JSON. Pure. */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { BinaryReader, many, one, type ThriftStruct } from "../encodings/thriftReader.ts";
import type { FileContext } from "../traceFormat.ts";
import { readZipkinList } from "./zipkinV2.ts";

const endpoint: ThriftStruct = {
  1: one("ipv4", "integer"),
  2: one("port", "port"),
  3: one("service_name", "string"),
  4: one("ipv6", "base64"),
};
const annotation: ThriftStruct = {
  1: one("timestamp", "integer"),
  2: one("value", "string"),
  3: one("host", () => endpoint),
};
const binaryAnnotation: ThriftStruct = {
  1: one("key", "string"),
  2: one("value", "base64"),
  3: one("annotation_type", ["BOOL", "BYTES", "I16", "I32", "I64", "DOUBLE", "STRING"]),
  4: one("host", () => endpoint),
};
const span: ThriftStruct = {
  1: one("trace_id", "integer"),
  3: one("name", "string"),
  4: one("id", "integer"),
  5: one("parent_id", "integer"),
  6: many("annotations", () => annotation),
  8: many("binary_annotations", () => binaryAnnotation),
  9: one("debug", "bool"),
  10: one("timestamp", "integer"),
  11: one("duration", "integer"),
  12: one("trace_id_high", "integer"),
};

/** Throws a `WireError` where the bytes are no such list. */
export function readZipkinThrift(
  bytes: Uint8Array,
  context: Pick<FileContext, "store">,
): SpanRecords {
  const spans = new BinaryReader(bytes)
    .readStructs(span)
    // Thrift leaves out what is empty; its list is how it is told from version 2.
    .map(each => ({ annotations: [], ...each }));
  return readZipkinList(spans, context);
}
