/** The parts of a trace's summary that most tests are not about. */

import type { TraceSummary } from "../../../src/protocol/traceView.ts";

export const quiet: Pick<TraceSummary, "sources" | "live" | "detailsRevision"> = {
  sources: [],
  live: { watched: [], polled: [], isReading: false },
  detailsRevision: 0,
};
