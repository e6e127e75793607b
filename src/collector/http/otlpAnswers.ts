/**
 * The answers of an OTLP/HTTP receiver, in the encoding of the request: responses, partial success,
 * `google.rpc.Status`. Pure.
 */

import { bytesField, numberField } from "../../formats/encodings/protoFields.ts";
import { findWarning, writeExportAnswer } from "../grpc/grpcMessages.ts";
import type { IngestResult } from "../../model/spanSink.ts";
import { textAnswer, type HttpAnswer, type HttpRefusal } from "./route.ts";

/** The answer of each service names what it rejected in its own way; it has the same number on the wire. */
export type RejectedField = "rejectedSpans" | "rejectedLogRecords" | "rejectedDataPoints";

export function isJson(contentType: string): boolean {
  return contentType === "application/json";
}

/** An empty message where all was kept as it was sent. */
export function acceptOtlp(
  contentType: string,
  result: IngestResult,
  field: RejectedField,
): HttpAnswer {
  const headers = { "Content-Type": contentType };
  if (!isJson(contentType)) return { status: 200, headers, body: writeExportAnswer(result) };
  const errorMessage = findWarning(result);
  const partialSuccess = { [field]: String(result.rejected), errorMessage };
  const body = JSON.stringify(errorMessage === undefined ? {} : { partialSuccess });
  return { status: 200, headers, body };
}

/** A type that we do not read is none that we can answer in. */
export function refuseOtlp(contentType: string, refusal: HttpRefusal): HttpAnswer {
  if (refusal.status === 415) return textAnswer(refusal);
  const { status, message } = refusal;
  const code = codes[status] ?? INTERNAL;
  return {
    status,
    headers: { "Content-Type": contentType },
    body: isJson(contentType)
      ? JSON.stringify({ code, message })
      : Buffer.concat([numberField(1, code), bytesField(2, message)]),
  };
}

const INVALID_ARGUMENT = 3;
const RESOURCE_EXHAUSTED = 8;
const INTERNAL = 13;
const UNAVAILABLE = 14;
/** gRPC's codes for those of HTTP. */
const codes: Readonly<Record<number, number>> = {
  400: INVALID_ARGUMENT,
  413: RESOURCE_EXHAUSTED,
  429: RESOURCE_EXHAUSTED,
  503: UNAVAILABLE,
};
