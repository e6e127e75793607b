/** Calls that hand work over, as ranges of the text that a fix can change. Pure. */

import { readCallRanges, type CallRanges } from "../callRanges.ts";

/** A longer call is read no further: it is data. */
const MAX_CALL = 4_000;

/** `undefined` where the bracket does not close. */
export function readCall(text: string, open: number, isPython = false): CallRanges | undefined {
  const call = readCallRanges(text, open, { maxLength: MAX_CALL, isPython });
  return call.isClosed ? call : undefined;
}
