/** The signal of a question that nobody takes back: its own deadline ends it. */
export function neverAborted(): AbortSignal {
  // A new one each time: listeners would pile up on one for all.
  return new AbortController().signal;
}
