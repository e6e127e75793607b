/** The few messages that our receivers answer with in protobuf. Pure. */

import { bytesField, numberField } from "../../formats/encodings/protoFields.ts";
import type { IngestResult } from "../../model/spanSink.ts";

/** A message without any field: full success of OTLP, no `Commands` of SkyWalking. */
export const emptyMessage = new Uint8Array();

/** Says what a partial success names: why something was rejected, or as a warning how it is kept; else `undefined`. */
export function findWarning({
  rejected,
  reason = "",
  notes = [],
}: IngestResult): string | undefined {
  if (rejected > 0) return reason;
  return notes.length === 0 ? undefined : notes.join("; ");
}

/** `Export…ServiceResponse`, whose first field is `partial_success`; on full success it must be absent. */
export function writeExportAnswer(result: IngestResult): Uint8Array {
  const warning = findWarning(result);
  if (warning === undefined) return emptyMessage;
  return bytesField(1, numberField(1, result.rejected), bytesField(2, warning));
}

/** A `google.rpc.Status` that says when to come again. */
export function writeRetryInfo(code: number, message: string, afterMs: number): Uint8Array {
  const nanos = Math.round((afterMs % 1000) * 1e6);
  const delay = bytesField(1, numberField(1, Math.floor(afterMs / 1000)), numberField(2, nanos));
  const any = bytesField(
    3,
    bytesField(1, "type.googleapis.com/google.rpc.RetryInfo"),
    bytesField(2, delay),
  );
  return Buffer.concat([numberField(1, code), bytesField(2, message), any]);
}
