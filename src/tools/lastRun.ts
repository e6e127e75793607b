/** Which traces are those of the last run of a program: those of its process, where it names one. */

import { FIRST_SPAN } from "../model/span.ts";
import type { TraceQuery } from "../model/traceStore.ts";
import { quote } from "./answerText.ts";
import type { ToolContext } from "./toolContext.ts";
import { searchAll } from "./traceSearch.ts";
import type { TraceReader } from "./traceReader.ts";

/** Most telling first: what OpenTelemetry's SDKs say of a process. */
const processKeys = ["service.instance.id", "process.pid"];
/** Without them, traces with no longer pause between them are of one run. */
const PAUSE_MS = 30_000;
const LOOKED_AT = 50;

export interface LastRun {
  readonly query: Pick<TraceQuery, "tags" | "fromUnixMs">;
  /** How it was told, in a sentence. */
  readonly note: string;
}

/** `undefined` where there are no traces at all. */
export async function findLastRun(
  context: ToolContext,
  reader: TraceReader,
  query: TraceQuery,
  signal: AbortSignal,
): Promise<LastRun | undefined> {
  const { traces } = await searchAll(context, { ...query, limit: LOOKED_AT }, signal);
  const [newest] = traces;
  if (newest === undefined) return undefined;
  const { trace, tree } = await reader.read(newest.brief.traceId, signal);
  const [root = FIRST_SPAN] = tree.roots;
  const { resource } = await trace.readDetail(root, signal);
  for (const key of processKeys) {
    const value = resource.find(each => each.key === key)?.value;
    if (typeof value !== "string" && typeof value !== "number") continue;
    return {
      query: { tags: { ...query.tags, [key]: String(value) } },
      note: `The last run is that of ${key} ${quote(String(value), 60)}.`,
    };
  }
  let fromUnixMs = newest.brief.startUnixMs;
  for (const { brief } of traces) {
    if (fromUnixMs - brief.startUnixMs > PAUSE_MS) break;
    fromUnixMs = Math.min(fromUnixMs, brief.startUnixMs);
  }
  return {
    query: { fromUnixMs },
    note: `No trace names its process: the last run is taken for the traces with no pause of ${PAUSE_MS / 1e3} s between them.`,
  };
}
