/** A trace that has been built: its columns, and the way from a span back to what its stores told. */

import { createEmptyDetail } from "./emptyDetail.ts";
import type { Problem } from "./problem.ts";
import type { DetailSource, SpanDetail } from "./spanDetail.ts";
import type { SpanIndex, Trace, TraceColumns, TraceSource, TraceTextSearch } from "./trace.ts";
import { readDetails, type Origin } from "./traceDetails.ts";

export class BuiltTrace implements Trace {
  readonly columns: TraceColumns;
  readonly spanIds: readonly string[];
  readonly problems: readonly Problem[];
  readonly sources: readonly TraceSource[];
  readonly #originsOf: (span: SpanIndex) => readonly Origin[];
  readonly #aliases: ReadonlyMap<string, SpanIndex>;
  #spansByKey: ReadonlyMap<DetailSource, ReadonlyMap<string, SpanIndex>> | undefined;
  #indexById: Map<string, SpanIndex> | undefined;

  /** `originsOf` tells those of a span; `aliases` are other ids of spans: of the tasks that they ran. */
  constructor(
    columns: TraceColumns,
    originsOf: (span: SpanIndex) => readonly Origin[],
    spanIds: readonly string[],
    problems: readonly Problem[],
    sources: readonly TraceSource[],
    aliases: ReadonlyMap<string, SpanIndex>,
  ) {
    this.columns = columns;
    this.spanIds = spanIds;
    this.problems = problems;
    this.sources = sources;
    this.#originsOf = originsOf;
    this.#aliases = aliases;
  }

  get stores(): readonly string[] {
    return this.sources.map(({ store }) => store);
  }

  findSpan(spanId: string): SpanIndex | undefined {
    this.#indexById ??= new Map(this.spanIds.map((id, index) => [id, index]));
    return this.#indexById.get(spanId) ?? this.#aliases.get(spanId);
  }

  readonly textSearch: TraceTextSearch = {
    covers: span => this.#originsOf(span).every(origin => origin.details.findText !== undefined),
    find: async (text, signal) => {
      this.#spansByKey ??= indexDetails(this.columns.count, this.#originsOf);
      const found = new Set<SpanIndex>();
      await Promise.all(
        [...this.#spansByKey].map(async ([details, spans]) => {
          for (const key of (await details.findText?.(text, signal)) ?? []) {
            const span = spans.get(key);
            if (span !== undefined) found.add(span);
          }
        }),
      );
      return found;
    },
  };

  async readDetail(span: SpanIndex, signal: AbortSignal): Promise<SpanDetail> {
    const origins = this.#originsOf(span);
    if (origins.length > 0) return readDetails(origins, signal);
    return createEmptyDetail(this.spanIds[span] ?? "", this.columns.traceId);
  }
}

/** The spans of each source that finds texts by itself, by the keys under which it knows them. */
function indexDetails(
  count: number,
  originsOf: (span: SpanIndex) => readonly Origin[],
): ReadonlyMap<DetailSource, ReadonlyMap<string, SpanIndex>> {
  const bySource = new Map<DetailSource, Map<string, SpanIndex>>();
  for (let span = 0; span < count; span += 1) {
    for (const { details, input } of originsOf(span)) {
      if (details.findText === undefined) continue;
      let spans = bySource.get(details);
      if (spans === undefined) bySource.set(details, (spans = new Map<string, SpanIndex>()));
      spans.set(input.detailKey ?? input.spanId, span);
    }
  }
  return bySource;
}
