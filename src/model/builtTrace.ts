/** A trace that has been built: its columns, and the way from a span back to what its stores told. */

import { createEmptyDetail } from "./emptyDetail.ts";
import type { Problem } from "./problem.ts";
import { FIRST_SPAN } from "./span.ts";
import type { DetailSource, SpanDetail } from "./spanDetail.ts";
import type {
  FoundPart,
  PlainTrace,
  SpanIndex,
  Trace,
  TraceColumns,
  TraceSource,
  TraceTextSearch,
} from "./trace.ts";
import { readDetails, type Origin } from "./traceDetails.ts";

/** A source that finds texts by itself, with the spans that it knows. */
interface SearchedSource {
  readonly details: DetailSource;
  readonly size: number;
  readonly findSpan: (key: string) => SpanIndex | undefined;
}

/** Indexing all ids of a large trace holds up its first picture, for which few are sought. */
const SOUGHT_WITHOUT_INDEX = 16;

export class BuiltTrace implements Trace {
  readonly columns: TraceColumns;
  readonly problems: readonly Problem[];
  readonly sources: readonly TraceSource[];
  #spanIds: readonly string[] | undefined;
  readonly #originsOf: (span: SpanIndex) => readonly Origin[];
  readonly #aliases: ReadonlyMap<string, SpanIndex>;
  readonly #only: DetailSource | undefined;
  readonly #ids: Pick<PlainTrace, "listSpanIds"> & Partial<Pick<PlainTrace, "findSpan">>;
  #sought = 0;
  #searched: readonly SearchedSource[] | undefined;
  #indexById: Map<string, SpanIndex> | undefined;

  /**
   * `originsOf` tells those of a span; `aliases` are other ids of spans: of the tasks that they ran; `only` is given where
   * there is one source, which knows each detail by its span's id.
   */
  constructor(
    columns: TraceColumns,
    originsOf: (span: SpanIndex) => readonly Origin[],
    ids: Pick<PlainTrace, "listSpanIds"> & Partial<Pick<PlainTrace, "findSpan">>,
    problems: readonly Problem[],
    sources: readonly TraceSource[],
    aliases: ReadonlyMap<string, SpanIndex>,
    only?: DetailSource,
  ) {
    this.columns = columns;
    this.#ids = ids;
    this.problems = problems;
    this.sources = sources;
    this.#originsOf = originsOf;
    this.#aliases = aliases;
    this.#only = only;
  }

  get spanIds(): readonly string[] {
    return (this.#spanIds ??= this.#ids.listSpanIds());
  }

  get stores(): readonly string[] {
    return this.sources.map(({ store }) => store);
  }

  findSpan(spanId: string): SpanIndex | undefined {
    const ids = this.#ids;
    if (ids.findSpan !== undefined && this.#sought < SOUGHT_WITHOUT_INDEX) {
      this.#sought += 1;
      return ids.findSpan(spanId) ?? this.#aliases.get(spanId);
    }
    this.#indexById ??= new Map(this.spanIds.map((id, index) => [id, index as SpanIndex]));
    return this.#indexById.get(spanId) ?? this.#aliases.get(spanId);
  }

  readonly textSearch: TraceTextSearch = {
    covers: span =>
      (this.#only === undefined
        ? this.#originsOf(span).map(origin => origin.details)
        : [this.#only]
      ).every(details => details.findText !== undefined),
    find: (text, signal) => this.#findText(text, signal),
    prepare: async signal => {
      for (const { details } of this.#getSearched()) await details.prepareFind?.(signal);
    },
  };

  async *#findText(text: string, signal: AbortSignal): AsyncGenerator<FoundPart, void, undefined> {
    for (const { details, size, findSpan } of this.#getSearched()) {
      let looked = 0;
      for await (const { keys, next } of details.findText?.(text, signal) ?? []) {
        const now = Math.min(next ?? size, size);
        yield { spans: keys.flatMap(key => findSpan(key) ?? []), looked: now - looked };
        looked = now;
      }
    }
  }

  #getSearched(): readonly SearchedSource[] {
    return (this.#searched ??= this.#listSearched());
  }

  #listSearched(): readonly SearchedSource[] {
    const { columns } = this;
    if (this.#only !== undefined) {
      // Keys come about in the order of the spans, in which one is found after the other without an index.
      const findSpan = (key: string): SpanIndex | undefined =>
        this.#ids.findSpan?.(key) ?? this.findSpan(key);
      return [{ details: this.#only, size: columns.count, findSpan }];
    }
    const indexed = indexDetails(columns.count, this.#originsOf);
    return [...indexed].map(([details, spans]) => ({
      ...{ details, size: spans.size },
      findSpan: key => spans.get(key),
    }));
  }

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
  for (let span = FIRST_SPAN; span < count; span++) {
    for (const { details, input } of originsOf(span)) {
      if (details.findText === undefined) continue;
      let spans = bySource.get(details);
      if (spans === undefined) bySource.set(details, (spans = new Map<string, SpanIndex>()));
      spans.set(input.detailKey ?? input.spanId, span);
    }
  }
  return bySource;
}
