/** Zipkin over HTTP, both versions: JSON of either, protobuf of the second, thrift of the first. */

import { lookupTable } from "../../base/lookupTable.ts";
import { readZipkinProto } from "../../formats/zipkin/zipkinProto.ts";
import { readZipkinThrift } from "../../formats/zipkin/zipkinThrift.ts";
import { readZipkinList } from "../../formats/zipkin/zipkinV2.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { keepDated, type IngestTarget } from "../ingestTarget.ts";
import { parseJsonDocument } from "../jsonBody.ts";
import { acceptAll, HttpRefusal, textAnswer, type IngestRoute } from "./route.ts";

type Reader = (body: Uint8Array, target: IngestTarget) => SpanRecords;

/** Whatever is not named is JSON, as Zipkin itself takes it: some senders name no type, some a wrong one. */
const readers = lookupTable<Reader>({
  "application/x-protobuf": readZipkinProto,
  "application/protobuf": readZipkinProto,
  "application/x-thrift": readZipkinThrift,
});

export function zipkinRoutes(target: IngestTarget): readonly IngestRoute[] {
  return ["/api/v2/spans", "/api/v1/spans"].map(path => ({
    kind: "ingest",
    path,
    carries: "spans",
    keep: (body, { contentType }) =>
      keepDated(target, (readers[contentType] ?? readZipkinJson)(body, target)),
    accept: acceptAll,
    refuse: textAnswer,
  }));
}

function readZipkinJson(body: Uint8Array, target: IngestTarget): SpanRecords {
  const list = parseJsonDocument(body);
  if (!Array.isArray(list)) throw new HttpRefusal(400, "not a JSON list of Zipkin spans");
  return readZipkinList(list, target);
}
