/** The newest traces that match, page by page, from an API that knows no pages. Knows no HTTP. */

import type { SpanRecord } from "../../model/spanRecord.ts";
import type { TracePage, TraceQuery } from "../../model/traceStore.ts";
import { searchWindows } from "../windowSearch.ts";
import { hasRest, matchesRest, toParameters, type ZipkinParameters } from "./zipkinQuery.ts";

/** Traces asked for at once where many of them may not match. */
const SIEVE_SIZE = 50;

/** `read` answers with the records of each trace. */
export async function searchZipkin(
  query: TraceQuery,
  read: (parameters: ZipkinParameters) => Promise<readonly (readonly SpanRecord[])[]>,
): Promise<TracePage> {
  const parameters = toParameters(query);
  return searchWindows(
    query,
    async ({ fromUnixMs, toUnixMs, limit }) => {
      const lookback = Math.max(1, Math.ceil(toUnixMs - fromUnixMs));
      const traces = await read({ ...parameters, endTs: toUnixMs, lookback, limit });
      return { traces, isAll: traces.length < limit };
    },
    { sieveSize: hasRest(query) ? SIEVE_SIZE : 0, matches: matchesRest },
  );
}
