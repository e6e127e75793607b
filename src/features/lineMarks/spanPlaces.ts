/**
 * Where the spans of a trace ran. Spans of one name, service, queue and kind come from one place, unless they name
 * their code themselves or failed: so one of each is looked for, and those others one by one, as many as may be.
 */

import type { FoundLines, SpanLines } from "../../analysis/spanLines.ts";
import { FIRST_SPAN, SpanStatus } from "../../model/span.ts";
import type { SpanIndex, Trace } from "../../model/trace.ts";
import type { SpanLineFinder } from "../../services/windowParts.ts";
import { getSpanFacts } from "../../source/codeHints.ts";

/** Some seconds of work; who looks at more lines than these has left the glance. */
const MAX_SEARCHES = 1_000;

export interface SpanPlaces {
  readonly lines: ReadonlyMap<SpanIndex, SpanLines>;
  /** Spans that were not looked for. */
  readonly unread: number;
}

export async function findSpanPlaces(
  trace: Trace,
  source: SpanLineFinder,
  signal: AbortSignal,
): Promise<SpanPlaces> {
  const { columns } = trace;
  const lines = new Map<SpanIndex, SpanLines>();
  if (!(await source.hasSource())) return { lines, unread: 0 };
  const groups = new Map<string, SpanIndex[]>();
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const { name, service, queue, kind } = columns;
    const key = [name[span], service[span], queue[span], kind[span]].join(" ");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [span]);
    else group.push(span);
  }
  let searches = 0;
  let unread = 0;
  const find = async (span: SpanIndex): Promise<FoundLines> => {
    searches += 1;
    const detail = await trace.readDetail(span, signal);
    return source.findLines(detail, getSpanFacts(trace, span), signal);
  };
  for (const spans of groups.values()) {
    let first: FoundLines | undefined;
    for (const span of spans) {
      const isFailed = columns.status[span] === SpanStatus.error;
      const isKnown = first !== undefined && !first.isNamed && !isFailed;
      if (!isKnown && searches >= MAX_SEARCHES) {
        unread += 1;
        continue;
      }
      const found: SpanLines = isKnown ? withoutError(first ?? {}) : await find(span);
      // One that failed says where it ran like any other.
      first ??= found as FoundLines;
      lines.set(span, found);
    }
  }
  return { lines, unread };
}

function withoutError({ ran }: SpanLines): SpanLines {
  return ran === undefined ? {} : { ran };
}
