/**
 * Find in trace: the spans whose id or detail holds a text; names are the view's own to search. A store that looks
 * through all details by itself gives what it found part by part; the other details are read. The view asks for one
 * chunk after another, so that a trace of any size is looked into, the first matches are there at once, and a new text
 * ends the search.
 */

import { holdsText } from "../../analysis/treeSearch.ts";
import { findFirst } from "../../base/binarySearch.ts";
import type { Disposable } from "../../base/disposables.ts";
import { FIRST_SPAN } from "../../model/span.ts";
import type { FoundPart, SpanIndex, Trace } from "../../model/trace.ts";
import type { FoundSpans } from "../../protocol/traceView.ts";

/** So many details are read side by side. */
const BATCH = 64;
/** A chunk answers about then: often enough that matches seem to come at once, and seldom enough to cost nothing. */
const CHUNK_MS = 100;

/** Fewer are searched at once anyhow. */
const LEAST_PREPARED = 5_000;
/** The graph and the answers come before what a first search needs. */
const PREPARE_AFTER_MS = 2_500;

interface Part extends FoundPart {
  /** So many spans could not be looked into. */
  readonly unread: number;
}

/** The part of a trace that is searched here, because its store does not. */
interface OwnTexts {
  readonly trace: Trace;
  /** All ids in lower case, a line each, and where the line of each ends: of a large trace one text is sought faster. */
  readonly ids: string;
  readonly idEnds: Int32Array;
  /** The spans whose details must be read. */
  readonly unsearched: readonly SpanIndex[];
}

interface Search {
  readonly trace: Trace;
  readonly text: string;
  readonly controller: AbortController;
  readonly parts: AsyncIterator<Part, void>;
  looked: number;
}

export class SpanSearch implements Disposable {
  readonly #createSignal: () => AbortSignal;
  readonly #nowMs: () => number;
  #search: Search | undefined;
  /** The texts of the trace that was searched last. */
  #texts: OwnTexts | undefined;
  #preparing: NodeJS.Timeout | undefined;

  /** `createSignal` makes one for each question to a store. */
  constructor(createSignal: () => AbortSignal, nowMs = (): number => performance.now()) {
    this.#createSignal = createSignal;
    this.#nowMs = nowMs;
  }

  /** From 0 on a new search, which ends the one before; its next chunk from where the last one ended. */
  async find(trace: Trace, text: string, from: number): Promise<FoundSpans> {
    const { count } = trace.columns;
    const isGoingOn = from > 0 && this.#search?.trace === trace && this.#search.text === text;
    const search = isGoingOn ? this.#search : this.#start(trace, text);
    const spans = new Set<SpanIndex>();
    let unread = 0;
    const answer = (next: number): FoundSpans => {
      return { spans: [...spans].sort((a, b) => a - b), next, unread };
    };
    const endMs = this.#nowMs() + CHUNK_MS;
    while (search !== undefined) {
      const part = await search.parts.next();
      // Whoever still waits hears that nothing is known.
      if (search.controller.signal.aborted) return { spans: [], next: count, unread: count };
      if (part.done === true) break;
      for (const span of part.value.spans) spans.add(span);
      search.looked += part.value.looked;
      unread += part.value.unread;
      // Only the end says that all is looked into: a span may have several stores.
      const isBetween = search.looked > 0 && search.looked < count;
      if (isBetween && this.#nowMs() >= endMs) return answer(search.looked);
    }
    return answer(count);
  }

  /** Has what is then the trace, if it is large, read ahead for the first search, which answers about at once. */
  prepareSoon(getTrace: () => Trace | undefined): void {
    clearTimeout(this.#preparing);
    this.#preparing = setTimeout(() => {
      const trace = getTrace();
      if (trace !== undefined) void this.#readAhead(trace);
    }, PREPARE_AFTER_MS);
  }

  /** Has a large trace read ahead now, and its ids gathered, because somebody is about to search it. */
  async prepare(trace: Trace): Promise<void> {
    clearTimeout(this.#preparing);
    const isRead = this.#readAhead(trace);
    this.#getTexts(trace);
    await isRead;
  }

  async #readAhead({ columns, textSearch }: Trace): Promise<void> {
    if (columns.count < LEAST_PREPARED) return;
    // A search reads for itself, and tells of what it could not read.
    await textSearch?.prepare?.(this.#createSignal()).catch(() => undefined);
  }

  #getTexts(trace: Trace): OwnTexts {
    if (this.#texts?.trace !== trace) this.#texts = gatherTexts(trace);
    return this.#texts;
  }

  #start(trace: Trace, text: string): Search | undefined {
    this.#end();
    const needle = text.trim().toLowerCase();
    if (needle === "") return undefined;
    const controller = new AbortController();
    const createSignal = (): AbortSignal =>
      AbortSignal.any([controller.signal, this.#createSignal()]);
    const parts = findParts(this.#getTexts(trace), needle, controller.signal, createSignal);
    return (this.#search = { trace, text, controller, parts, looked: 0 });
  }

  #end(): void {
    this.#search?.controller.abort();
    this.#search = undefined;
  }

  dispose(): void {
    clearTimeout(this.#preparing);
    this.#end();
  }
}

function gatherTexts(trace: Trace): OwnTexts {
  const { columns, spanIds, textSearch } = trace;
  const idEnds = new Int32Array(columns.count);
  const unsearched: SpanIndex[] = [];
  let ids = "";
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    ids += `${(spanIds[span] ?? "").toLowerCase()}\n`;
    idEnds[span] = ids.length;
    if (textSearch?.covers(span) !== true) unsearched.push(span);
  }
  return { trace, ids, idEnds, unsearched };
}

async function* findParts(
  texts: OwnTexts,
  wanted: string,
  signal: AbortSignal,
  createSignal: () => AbortSignal,
): AsyncGenerator<Part, void, undefined> {
  const { trace, unsearched: others } = texts;
  const { textSearch } = trace;
  yield { spans: findById(texts, wanted), looked: 0, unread: 0 };
  const covered = trace.columns.count - others.length;
  if (textSearch !== undefined && covered > 0) {
    let looked = 0;
    try {
      for await (const part of textSearch.find(wanted, signal)) {
        looked += part.looked;
        yield { ...part, unread: 0 };
      }
    } catch {
      // The store has gone; the view says how many were left.
      const unread = Math.max(0, covered - looked);
      yield { spans: [], looked: unread, unread };
    }
  }
  for (let at = 0; at < others.length; at += BATCH) {
    const batch = others.slice(at, at + BATCH);
    const asked = createSignal();
    const hits = await Promise.all(batch.map(span => isInDetail(trace, span, wanted, asked)));
    const spans = batch.filter((_, i) => hits[i] === true);
    const unread = hits.filter(hit => hit === undefined).length;
    if (unread === batch.length) {
      // A store that answers none of so many will not answer the others, each after its own deadline.
      const rest = others.length - at;
      yield { spans, looked: rest, unread: rest };
      return;
    }
    yield { spans, looked: batch.length, unread };
  }
}

function findById({ ids, idEnds }: OwnTexts, wanted: string): SpanIndex[] {
  const found: SpanIndex[] = [];
  // No id goes over a line.
  for (let at = wanted.includes("\n") ? -1 : ids.indexOf(wanted); at >= 0;) {
    const span = findFirst(idEnds.length, i => (idEnds[i] as number) > at) as SpanIndex;
    found.push(span);
    at = ids.indexOf(wanted, idEnds[span]);
  }
  return found;
}

/** `undefined` where the span could not be looked into. */
async function isInDetail(
  trace: Trace,
  span: SpanIndex,
  needle: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    return holdsText((await trace.readDetail(span, signal)).raw, needle);
  } catch {
    // The store has gone, or the span; the view says how many.
    return undefined;
  }
}
