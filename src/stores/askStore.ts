/** One question to one store: a deadline, and a failure that becomes its answer. Knows no question in particular. */

import { waitUnlessAborted } from "../base/waitUnlessAborted.ts";
import { getFailure, type Failure } from "../model/failure.ts";
import type { TraceStore } from "../model/traceStore.ts";

export type Asked<T> =
  | { readonly kind: "answered"; readonly value: T; readonly tookMs: number }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Rejects when `signal` aborts, and for bugs. */
export async function askStore<T>(
  store: TraceStore,
  signal: AbortSignal,
  timeoutMs: number,
  question: (signal: AbortSignal) => Promise<T>,
): Promise<Asked<T>> {
  signal.throwIfAborted();
  const startMs = performance.now();
  const deadline = AbortSignal.timeout(timeoutMs);
  const combined = AbortSignal.any([signal, deadline]);
  try {
    // A store that ignores its signal must not hold up the answer.
    const value = await waitUnlessAborted(question(combined), combined);
    return { kind: "answered", value, tookMs: performance.now() - startMs };
  } catch (error) {
    signal.throwIfAborted();
    const failure: Failure | undefined = deadline.aborted
      ? { code: "storeTimeout", store: store.name, afterMs: timeoutMs }
      : getFailure(error);
    if (failure === undefined) throw error;
    return { kind: "failed", failure };
  }
}
