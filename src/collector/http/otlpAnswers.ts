/**
 * The answers of an OTLP/HTTP receiver, in the encoding of the request: responses, partial success,
 * `google.rpc.Status`. Pure.
 */

import { bytesField, numberField } from "../../formats/encodings/protoFields.ts";
import type { IngestResult } from "../../model/spanSink.ts";
import { textAnswer, type HttpAnswer, type HttpRefusal } from "./route.ts";

/** The answer of each service names what it rejected in its own way; it has the same number on the wire. */
export type RejectedField = "rejectedSpans" | "rejectedLogRecords" | "rejectedDataPoints";

export function isJson(contentType: string): boolean {
  return contentType === "application/json";
}

/** An empty message where all was kept. */
export function acceptOtlp(
  contentType: string,
  { rejected, reason = "" }: IngestResult,
  field: RejectedField,
): HttpAnswer {
  const headers = { "Content-Type": contentType };
  if (rejected === 0) return { status: 200, headers, body: isJson(contentType) ? "{}" : "" };
  const body = isJson(contentType)
    ? JSON.stringify({ partialSuccess: { [field]: String(rejected), errorMessage: reason } })
    : bytesField(1, writeStatusLike(rejected, reason));
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
    body: isJson(contentType) ? JSON.stringify({ code, message }) : writeStatusLike(code, message),
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

/** `Status` and each `PartialSuccess` have a number in their field 1 and a text in their field 2. */
function writeStatusLike(number: number, text: string): Buffer {
  return Buffer.concat([numberField(1, number), bytesField(2, text)]);
}
