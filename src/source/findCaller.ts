/** The place that a span was called from, for spans that tell none of their own. */

import { getCodeHints, type CallingSpan } from "./codeHints.ts";
import type { SourceLocation, SourceWorkspace } from "./location.ts";
import { resolveSource } from "./resolveSource.ts";

/** The place of the nearest of the spans around that has a sure one; never sure itself. */
export async function findCaller(
  callers: AsyncIterable<CallingSpan>,
  forService: (service: string) => SourceWorkspace,
): Promise<readonly SourceLocation[]> {
  for await (const { detail, span } of callers) {
    const hints = getCodeHints(detail, span);
    const { locations } = await resolveSource(hints, forService(span.service));
    const [first] = locations;
    if (first?.isSure !== true) continue;
    return [{ ...first, reason: { code: "calledFromSpan", span: span.name }, isSure: false }];
  }
  return [];
}
