/** The few messages that our gRPC receivers answer with, written in protobuf. Pure. */

import type { IngestResult } from "../../model/spanSink.ts";

/** A message without any field: full success of OTLP, no `Commands` of SkyWalking. */
export const emptyMessage = new Uint8Array();

/** `Export…ServiceResponse`, whose first field is `partial_success`; on full success it must be absent. */
export function writeExportAnswer({ rejected, reason = "" }: IngestResult): Uint8Array {
  if (rejected === 0) return emptyMessage;
  return field(1, concat(number(1, rejected), field(2, reason)));
}

/** A `google.rpc.Status` that says when to come again. */
export function writeRetryInfo(code: number, message: string, afterMs: number): Uint8Array {
  const nanos = Math.round((afterMs % 1000) * 1e6);
  const delay = concat(number(1, Math.floor(afterMs / 1000)), number(2, nanos));
  const any = concat(
    field(1, "type.googleapis.com/google.rpc.RetryInfo"),
    field(2, field(1, delay)),
  );
  return concat(number(1, code), field(2, message), field(3, any));
}

/** Zero is what an absent number means. */
function number(id: number, value: number): Uint8Array {
  return value === 0 ? emptyMessage : concat(varint(id << 3), varint(value));
}

function field(id: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return concat(varint((id << 3) | 2), varint(bytes.length), bytes);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
