/**
 * Spans in any order and any state become one trace. Pure.
 *
 * Bad data never throws: it becomes the best trace that can be drawn and a `Problem`. Every step is a loop, because a
 * trace may nest deeper than the call stack.
 */

import type { Problem } from "./problem.ts";
import { isNoId } from "./ids.ts";
import { NS_PER_MS } from "./units.ts";
import { SpanFlag, SpanKind, SpanStatus, type SpanInput } from "./span.ts";
import type { DetailSource, SpanDetail } from "./spanDetail.ts";
import type { SpanIndex, StoredTrace, Trace, TraceColumns } from "./trace.ts";

/** Where the details of a span come from: one entry for each store that knows it. */
interface Origin {
  readonly store: string;
  readonly details: DetailSource;
  readonly key: string;
}

/** A span while the trace is being built; `id` is unique among the drafts. */
interface Draft {
  id: string;
  input: SpanInput;
  readonly origins: Origin[];
  parent: Draft | undefined;
  /** Absent for a leaf: most spans are one, and a hundred thousand empty lists are slow to make. */
  children: Draft[] | undefined;
  startNs: bigint | undefined;
  endNs: bigint | undefined;
  flags: number;
  index: SpanIndex;
  /** The walk that came by first when circles were looked for; −1 for none. */
  walk: number;
}

/** A problem before the spans have their indices; the union is kept member by member. */
type Unplaced<P> = P extends Problem
  ? Omit<P, "spans"> & { readonly drafts: readonly Draft[] }
  : never;
type DraftProblem = Unplaced<Problem>;

/** Unites what the stores know of a trace. Earlier parts win where two tell the same span differently. */
export function buildTrace(traceId: string, parts: readonly StoredTrace[]): Trace {
  const builder = new TraceBuilder(traceId);
  for (const part of parts) builder.add(part);
  return builder.build();
}

export class TraceBuilder {
  readonly #traceId: string;
  readonly #drafts: Draft[] = [];
  readonly #byId = new Map<string, Draft>();
  readonly #problems: DraftProblem[] = [];
  readonly #storeProblems: Problem[] = [];
  readonly #stores: string[] = [];

  constructor(traceId: string) {
    this.#traceId = traceId;
  }

  add(part: StoredTrace): void {
    if (!this.#stores.includes(part.store)) this.#stores.push(part.store);
    this.#storeProblems.push(...(part.problems ?? []));
    for (const span of part.spans) this.#addSpan(part, span);
  }

  #addSpan(part: StoredTrace, input: SpanInput): void {
    const origin = {
      store: part.store,
      details: part.details,
      key: input.detailKey ?? input.spanId,
    };
    const noId = isNoId(input.spanId);
    const wanted = noId ? `#${this.#drafts.length + 1}` : input.spanId;
    const known = this.#byId.get(wanted);
    if (known === undefined) {
      const draft = this.#push(wanted, input, origin);
      if (noId) this.#problems.push({ code: "noSpanId", drafts: [draft] });
      return;
    }
    const isElsewhere = !known.origins.some(each => each.store === part.store);
    if (isElsewhere) {
      known.origins.push(origin);
      return;
    }
    // The same bytes again are a retry of delivery, not news.
    if (isSameSpan(known.input, input)) return;
    let number = 2;
    while (this.#byId.has(`${wanted}#${number}`)) number += 1;
    const second = this.#push(`${wanted}#${number}`, input, origin);
    if (isSharedPair(known.input, input)) {
      this.#joinShared(known, second);
    } else {
      this.#problems.push({ code: "duplicateSpan", spanId: wanted, drafts: [known, second] });
    }
  }

  #push(id: string, input: SpanInput, origin: Origin | undefined): Draft {
    const draft: Draft = {
      id,
      input,
      origins: origin === undefined ? [] : [origin],
      parent: undefined,
      children: undefined,
      startNs: undefined,
      endNs: undefined,
      flags: input.flags ?? 0,
      index: -1,
      walk: -1,
    };
    this.#drafts.push(draft);
    this.#byId.set(id, draft);
    return draft;
  }

  /** Zipkin lets a client and its server share one id: the server becomes the client's child. */
  #joinShared(first: Draft, second: Draft): void {
    const server = first.input.kind === SpanKind.server ? first : second;
    const client = server === first ? second : first;
    if (server === first) {
      // The plain id must name the client, because the server hangs below it.
      [first.id, second.id] = [second.id, first.id];
      this.#byId.set(client.id, client);
      this.#byId.set(server.id, server);
    }
    server.input = { ...server.input, parentSpanId: client.id };
  }

  build(): Trace {
    this.#connect();
    this.#cutCycles();
    const ordered = this.#order();
    return this.#toTrace(ordered);
  }

  /** Gives every draft its parent; an id that nobody has becomes one placeholder, so siblings stay together. */
  #connect(): void {
    for (const draft of [...this.#drafts]) {
      const parentId = draft.input.parentSpanId;
      if (parentId === undefined || isNoId(parentId)) continue;
      const parent = this.#byId.get(parentId);
      if (parent === draft) {
        this.#problems.push({ code: "selfParent", drafts: [draft] });
      } else {
        draft.parent =
          parent ??
          this.#push(
            parentId,
            { spanId: parentId, name: "", flags: SpanFlag.placeholder },
            undefined,
          );
      }
    }
    const orphans = new Map<Draft, Draft[]>();
    for (const draft of this.#drafts) {
      if (draft.parent !== undefined && draft.parent.flags & SpanFlag.placeholder) {
        const siblings = orphans.get(draft.parent);
        if (siblings === undefined) orphans.set(draft.parent, [draft]);
        else siblings.push(draft);
      }
    }
    for (const [placeholder, drafts] of orphans) {
      this.#problems.push({ code: "missingParent", parentId: placeholder.id, drafts });
    }
  }

  /** Walks up from each draft, marking; meeting the present mark again means a circle, cut at its earliest start. */
  #cutCycles(): void {
    this.#drafts.forEach((start, walk) => {
      let draft: Draft | undefined = start;
      while (draft !== undefined && draft.walk < 0) {
        draft.walk = walk;
        draft = draft.parent;
      }
      if (draft?.walk !== walk) return;
      const circle: Draft[] = [];
      let member: Draft = draft;
      do {
        circle.push(member);
        member = member.parent as Draft;
      } while (member !== draft);
      const earliest = circle.reduce((best, each) =>
        compareStarts(each.input.startUnixNs, best.input.startUnixNs) < 0 ? each : best,
      );
      earliest.parent = undefined;
      this.#problems.push({
        code: "cycle",
        drafts: [earliest, ...circle.filter(each => each !== earliest)],
      });
    });
  }

  /** Depth first, siblings by start; times are settled on the way down, so a child may borrow its parent's start. */
  #order(): readonly Draft[] {
    for (const draft of this.#drafts) {
      const { parent } = draft;
      if (parent === undefined) continue;
      if (parent.children === undefined) parent.children = [draft];
      else parent.children.push(draft);
    }
    this.#timePlaceholders();
    const roots = this.#drafts.filter(draft => draft.parent === undefined);
    for (const root of roots) this.#settleTimes(root);
    const ordered: Draft[] = [];
    const stack = sortByStart(roots).reverse();
    for (let draft = stack.pop(); draft !== undefined; draft = stack.pop()) {
      draft.index = ordered.length;
      ordered.push(draft);
      if (draft.children === undefined) continue;
      for (const child of draft.children) this.#settleTimes(child);
      const children = sortByStart(draft.children);
      for (let i = children.length - 1; i >= 0; i -= 1) stack.push(children[i] as Draft);
    }
    return ordered;
  }

  /** A placeholder is drawn around what hangs below it; it is always a root, for nothing names its parent. */
  #timePlaceholders(): void {
    for (const draft of this.#drafts) {
      if (!(draft.flags & SpanFlag.placeholder)) continue;
      let start: bigint | undefined;
      let end: bigint | undefined;
      for (const { input } of draft.children ?? []) {
        const childStart = knownTime(input.queuedUnixNs) ?? knownTime(input.startUnixNs);
        const childEnd = knownTime(input.endUnixNs) ?? knownTime(input.startUnixNs);
        start = earlier(start, childStart);
        if (childEnd !== undefined && (end === undefined || childEnd > end)) end = childEnd;
      }
      draft.input = { ...draft.input, startUnixNs: start ?? 0n, endUnixNs: end ?? start ?? 0n };
    }
  }

  #settleTimes(draft: Draft): void {
    const { input } = draft;
    draft.startNs = knownTime(input.startUnixNs);
    if (draft.startNs === undefined && !(draft.flags & SpanFlag.placeholder)) {
      draft.startNs = draft.parent?.startNs;
      if (!(draft.flags & SpanFlag.untimed)) {
        draft.flags |= SpanFlag.noStart;
        this.#problems.push({ code: "noStart", drafts: [draft] });
      }
    }
    draft.endNs = knownTime(input.endUnixNs);
    if (draft.endNs !== undefined && draft.startNs !== undefined && draft.endNs < draft.startNs) {
      const byNs = Number(draft.startNs - draft.endNs);
      draft.endNs = draft.startNs;
      draft.flags |= SpanFlag.clamped;
      this.#problems.push({ code: "endBeforeStart", byNs, drafts: [draft] });
    }
  }

  #toTrace(ordered: readonly Draft[]): Trace {
    const count = ordered.length;
    let originNs: bigint | undefined;
    for (const draft of ordered) {
      originNs = earlier(earlier(originNs, draft.startNs), knownTime(draft.input.queuedUnixNs));
    }
    const originUnixMs = Number((originNs ?? 0n) / BigInt(NS_PER_MS));
    const origin = BigInt(originUnixMs) * BigInt(NS_PER_MS);
    const strings = new StringTable();
    const columns = {
      parent: new Int32Array(count),
      startNs: new Float64Array(count),
      endNs: new Float64Array(count),
      queuedNs: new Float64Array(count).fill(Number.NaN),
      name: new Int32Array(count),
      service: new Int32Array(count),
      queue: new Int32Array(count),
      kind: new Uint8Array(count),
      status: new Uint8Array(count),
      flags: new Uint8Array(count),
      attempts: new Uint8Array(count),
    };
    const spanIds: string[] = new Array<string>(count);
    ordered.forEach((draft, i) => {
      const { input } = draft;
      const startNs = Number((draft.startNs ?? origin) - origin);
      spanIds[i] = draft.id;
      columns.parent[i] = draft.parent?.index ?? -1;
      columns.startNs[i] = startNs;
      columns.endNs[i] =
        draft.endNs === undefined ? unknownEnd(draft, startNs) : Number(draft.endNs - origin);
      columns.name[i] = strings.intern(input.name);
      columns.service[i] = strings.intern(input.service ?? "");
      columns.queue[i] = strings.intern(input.queue ?? "");
      columns.kind[i] = input.kind ?? SpanKind.unspecified;
      columns.status[i] = input.status ?? SpanStatus.unset;
      columns.flags[i] = draft.flags;
      columns.attempts[i] = Math.min(255, Math.max(1, input.attempts ?? 1));
      const queued = knownTime(input.queuedUnixNs);
      if (queued !== undefined) {
        const queuedNs = Number(queued - origin);
        columns.queuedNs[i] = Math.min(queuedNs, startNs);
        if (queuedNs > startNs) {
          this.#problems.push({
            code: "queuedAfterStart",
            byNs: queuedNs - startNs,
            drafts: [draft],
          });
        }
      }
    });
    return new BuiltTrace(
      {
        traceId: this.#traceId,
        count,
        originUnixMs,
        strings: strings.values,
        ...columns,
        ...this.#edges(ordered),
      },
      ordered,
      spanIds,
      [
        ...this.#storeProblems,
        ...this.#problems.map(({ drafts, ...rest }) => {
          return { ...rest, spans: drafts.map(draft => draft.index) };
        }),
      ],
      this.#stores,
    );
  }

  #edges(ordered: readonly Draft[]): Pick<TraceColumns, "edgeFrom" | "edgeTo" | "edgeKind"> {
    const from: number[] = [];
    const to: number[] = [];
    const kinds: number[] = [];
    for (const draft of ordered) {
      if (draft.input.refs === undefined) continue;
      for (const ref of draft.input.refs) {
        if (ref.traceId !== undefined && ref.traceId !== this.#traceId) continue;
        const cause = this.#byId.get(ref.spanId);
        if (cause === undefined || cause === draft || cause === draft.parent) continue;
        from.push(cause.index);
        to.push(draft.index);
        kinds.push(ref.kind);
      }
    }
    return {
      edgeFrom: Int32Array.from(from),
      edgeTo: Int32Array.from(to),
      edgeKind: Uint8Array.from(kinds),
    };
  }
}

class BuiltTrace implements Trace {
  readonly columns: TraceColumns;
  readonly spanIds: readonly string[];
  readonly problems: readonly Problem[];
  readonly stores: readonly string[];
  readonly #origins: readonly (readonly Origin[])[];
  #indexById: Map<string, SpanIndex> | undefined;

  constructor(
    columns: TraceColumns,
    ordered: readonly Draft[],
    spanIds: readonly string[],
    problems: readonly Problem[],
    stores: readonly string[],
  ) {
    this.columns = columns;
    this.spanIds = spanIds;
    this.problems = problems;
    this.stores = stores;
    this.#origins = ordered.map(draft => draft.origins);
  }

  findSpan(spanId: string): SpanIndex | undefined {
    this.#indexById ??= new Map(this.spanIds.map((id, index) => [id, index]));
    return this.#indexById.get(spanId);
  }

  async readDetail(span: SpanIndex, signal: AbortSignal): Promise<SpanDetail> {
    const spanId = this.spanIds[span] ?? "";
    const origins = this.#origins[span] ?? [];
    const details = await Promise.all(
      origins.map(origin => origin.details.readDetail(origin.key, signal)),
    );
    const [first, ...others] = details;
    if (first === undefined) {
      const { traceId } = this.columns;
      return {
        spanId,
        traceId,
        attributes: [],
        resource: [],
        events: [],
        links: [],
        stores: [],
        raw: "",
      };
    }
    return others.reduce(uniteDetails, first);
  }
}

/** The first teller wins; what only the second knows is added. */
function uniteDetails(first: SpanDetail, second: SpanDetail): SpanDetail {
  const known = new Set(first.attributes.map(attribute => attribute.key));
  const added = second.attributes.filter(attribute => !known.has(attribute.key));
  return {
    ...second,
    ...withoutUndefined(first),
    attributes: [...first.attributes, ...added],
    resource: first.resource.length > 0 ? first.resource : second.resource,
    events: first.events.length > 0 ? first.events : second.events,
    links: first.links.length > 0 ? first.links : second.links,
    stores: [...new Set([...first.stores, ...second.stores])],
    raw: [first.raw, second.raw].filter(raw => raw !== "").join("\n\n"),
  };
}

function withoutUndefined(detail: SpanDetail): SpanDetail {
  return Object.fromEntries(
    Object.entries(detail).filter(([, value]) => value !== undefined),
  ) as unknown as SpanDetail;
}

class StringTable {
  readonly values: string[] = [""];
  readonly #index = new Map<string, number>([["", 0]]);

  intern(text: string): number {
    const known = this.#index.get(text);
    if (known !== undefined) return known;
    this.#index.set(text, this.values.length);
    return this.values.push(text) - 1;
  }
}

/** Zero is how many formats say "unknown". */
function knownTime(time: bigint | undefined): bigint | undefined {
  return time === undefined || time === 0n ? undefined : time;
}

/** A span that never had times is a point, a span that has a start runs. */
function unknownEnd(draft: Draft, startNs: number): number {
  return draft.flags & (SpanFlag.untimed | SpanFlag.placeholder) ? startNs : Number.NaN;
}

function earlier(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

function compareStarts(a: bigint | undefined, b: bigint | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}

function sortByStart(drafts: readonly Draft[]): Draft[] {
  return [...drafts].sort((a, b) => compareStarts(a.startNs, b.startNs));
}

function isSameSpan(a: SpanInput, b: SpanInput): boolean {
  return (
    a.name === b.name &&
    a.parentSpanId === b.parentSpanId &&
    a.startUnixNs === b.startUnixNs &&
    a.endUnixNs === b.endUnixNs &&
    a.service === b.service &&
    a.queue === b.queue &&
    a.kind === b.kind &&
    a.status === b.status
  );
}

function isSharedPair(a: SpanInput, b: SpanInput): boolean {
  return (
    (a.kind === SpanKind.client && b.kind === SpanKind.server) ||
    (a.kind === SpanKind.server && b.kind === SpanKind.client)
  );
}
