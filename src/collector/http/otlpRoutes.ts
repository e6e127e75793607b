/** OTLP over HTTP: traces and logs are kept, metrics are answered and dropped, so that exporters stay quiet. */

import { isOtlpTraces, readOtlpJson } from "../../formats/otlp/otlpJson.ts";
import { writeOtlpProto } from "../../formats/otlp/otlpProtoWriter.ts";
import { readOtlpLogsJson, readOtlpLogsProto } from "../../formats/otlp/otlpLogs.ts";
import { isObject, type JsonObject } from "../../formats/values/jsonObject.ts";
import { keepDated, keepLogs, nothing, type IngestTarget } from "../ingestTarget.ts";
import type { IngestResult } from "../../model/spanSink.ts";
import { parseJsonDocument } from "../jsonBody.ts";
import { acceptOtlp, isJson, refuseOtlp, type RejectedField } from "./otlpAnswers.ts";
import { HttpRefusal, type IngestRoute } from "./route.ts";

const contentTypes = ["application/x-protobuf", "application/json", "application/protobuf"];

export function otlpRoutes(target: IngestTarget): readonly IngestRoute[] {
  return [
    otlpRoute("/v1/traces", "spans", "rejectedSpans", (body, isText) =>
      isText ? ingestJsonSpans(body, target) : target.sink.ingestOtlp(body),
    ),
    otlpRoute("/v1/logs", "logs", "rejectedLogRecords", (body, isText) =>
      keepLogs(target, isText ? readOtlpLogsJson(parseRequest(body)) : readOtlpLogsProto(body)),
    ),
    otlpRoute("/v1/metrics", "nothing", "rejectedDataPoints", () => Promise.resolve(nothing)),
  ];
}

function otlpRoute(
  path: string,
  carries: IngestRoute["carries"],
  rejectedField: RejectedField,
  keep: (body: Uint8Array, isText: boolean) => Promise<IngestResult>,
): IngestRoute {
  return {
    kind: "ingest",
    path,
    carries,
    contentTypes,
    keep: (body, { contentType }) => keep(body, isJson(contentType)),
    accept: (kept, { contentType }) => acceptOtlp(contentType, kept, rejectedField),
    refuse: (refusal, { contentType }) => refuseOtlp(contentType, refusal),
  };
}

function ingestJsonSpans(body: Uint8Array, target: IngestTarget): Promise<IngestResult> {
  const request = parseRequest(body);
  // Go writes `null` for a list of nothing.
  const groups = request["resourceSpans"] ?? request["resource_spans"] ?? null;
  if (groups === null) return Promise.resolve(nothing);
  if (!isOtlpTraces(request)) throw new HttpRefusal(400, "resourceSpans is not a list");
  // As protobuf it is kept as it is; what protobuf cannot say is kept span by span.
  const bytes = writeOtlpProto(request);
  if (bytes !== undefined) return target.sink.ingestOtlp(bytes);
  return keepDated(target, readOtlpJson([request], target));
}

function parseRequest(body: Uint8Array): JsonObject {
  const request = parseJsonDocument(body);
  if (!isObject(request)) throw new HttpRefusal(400, "not a JSON object");
  return request;
}
