/**
 * Spans in any order and any state become one trace. Pure.
 *
 * Bad data never throws: it becomes the best trace that can be drawn and a `Problem`. Every step is a loop, because a
 * trace may nest deeper than the call stack.
 */

import { toIndexArray } from "../base/indexArray.ts";
import type { Problem } from "./problem.ts";
import { isAbsentId, isNoId, isSameTraceId } from "./ids.ts";
import { NS_PER_MS } from "./units.ts";
import { EdgeKind, NO_SPAN, SpanFlag, type SpanInput, SpanKind, SpanStatus } from "./span.ts";
import { BuiltTrace } from "./builtTrace.ts";
import { allocateSpanColumns } from "./spanColumns.ts";
import type { Draft, DraftProblem } from "./draft.ts";
import { DraftTimes, earlier } from "./draftTimes.ts";
import type { PlainTrace, SpanIndex, StoredTrace, Trace, TraceColumns } from "./trace.ts";
import type { Origin } from "./traceDetails.ts";
import {
  chooseRun,
  isRedelivered,
  isSharedPair,
  isTaskDocument,
  knownTime,
  sortStoreVersions,
  uniteTask,
  mergeStoreVersions,
} from "./traceMerge.ts";

/** Unites what the stores know of a trace. Of two that tell a span alike well, the earlier part wins. */
export function buildTrace(traceId: string, parts: readonly StoredTrace[]): Trace {
  const [only, ...others] = parts;
  if (only?.plain !== undefined && others.length === 0) return openPlain(traceId, only, only.plain);
  const builder = new TraceBuilder(traceId);
  for (const part of parts) builder.add(part);
  return builder.build();
}

/** Returns the trace whose columns its store has built already. */
function openPlain(traceId: string, part: StoredTrace, plain: PlainTrace): Trace {
  const { store, details, problems = [] } = part;
  return new BuiltTrace(
    { traceId, ...plain.columns },
    span => [{ store, details, input: plain.readSpan(span) }],
    plain,
    problems,
    [{ store, spans: plain.columns.count }],
    new Map(),
    details,
  );
}

export class TraceBuilder {
  readonly #traceId: string;
  #drafts: Draft[] = [];
  readonly #byId = new Map<string, Draft>();
  readonly #problems: DraftProblem[] = [];
  readonly #storeProblems: Problem[] = [];
  readonly #sources = new Map<string, number>();
  /** The spans that several stores have. */
  readonly #sharedDrafts: Draft[] = [];
  /** Ids of tasks that were joined to the spans of their runs. */
  readonly #aliases = new Map<string, Draft>();

  constructor(traceId: string) {
    this.#traceId = traceId;
  }

  add(part: StoredTrace): void {
    this.#storeProblems.push(...(part.problems ?? []));
    let added = 0;
    for (const span of part.spans) if (this.#addSpan(part, span)) added += 1;
    this.#sources.set(part.store, (this.#sources.get(part.store) ?? 0) + added);
  }

  /** Whether it was news from this store. */
  #addSpan({ store, details }: StoredTrace, input: SpanInput): boolean {
    const origin: Origin = { store, details, input };
    const noId = isAbsentId(input.spanId);
    const id = noId ? `#${this.#drafts.length + 1}` : input.spanId;
    const known = this.#byId.get(id);
    if (known === undefined) {
      const draft = this.#push(id, input, [origin]);
      if (noId) this.#problems.push({ code: "noSpanId", drafts: [draft] });
      return true;
    }
    const twins = [known, ...(known.twins ?? [])];
    const ownOf = (draft: Draft): Origin | undefined =>
      draft.origins.find(each => each.store === store);
    const again = twins.find(twin => {
      const earlierInput = ownOf(twin)?.input;
      return earlierInput !== undefined && isRedelivered(earlierInput, input);
    });
    if (again !== undefined) {
      retell(again, origin);
      return false;
    }
    const seat = twins.find(twin => ownOf(twin) === undefined && !isSharedPair(twin.input, input));
    if (seat !== undefined) {
      if (seat.origins.length === 1) this.#sharedDrafts.push(seat);
      seat.origins = [...seat.origins, origin];
      return true;
    }
    let number = 2;
    while (this.#byId.has(`${id}#${number}`)) number += 1;
    const second = this.#push(`${id}#${number}`, input, [origin]);
    (known.twins ??= []).push(second);
    if (isSharedPair(known.input, input)) {
      this.#joinShared(known, second);
    } else {
      this.#problems.push({ code: "duplicateSpan", spanId: id, drafts: [known, second] });
    }
    return true;
  }

  #push(id: string, input: SpanInput, origins: readonly Origin[]): Draft {
    const draft: Draft = {
      id,
      input,
      origins,
      twins: undefined,
      task: undefined,
      parent: undefined,
      children: undefined,
      startNs: undefined,
      endNs: undefined,
      flags: input.flags ?? 0,
      hasStrayStart: false,
      hasStrayEnd: false,
      shiftNs: undefined,
      index: NO_SPAN,
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
      [first.twins, second.twins] = [
        undefined,
        first.twins?.map(each => (each === second ? first : each)),
      ];
      this.#byId.set(client.id, client);
      this.#byId.set(server.id, server);
    }
    server.input = { ...server.input, parentSpanId: client.id };
  }

  build(): Trace {
    this.#unite();
    this.#joinTasks();
    this.#connect();
    this.#cutCycles();
    const ordered = this.#order();
    return this.#toTrace(ordered);
  }

  /** Where several stores tell one span, the best telling is drawn. */
  #unite(): void {
    for (const draft of this.#sharedDrafts) {
      const { parentSpanId } = draft.input;
      draft.origins = sortStoreVersions(draft.origins);
      const united = mergeStoreVersions(draft.origins.map(({ input }) => input));
      // The called side of a shared id hangs below its caller, whatever its tellers say.
      draft.input = draft.id === united.spanId ? united : { ...united, parentSpanId };
      draft.flags = draft.input.flags ?? 0;
    }
  }

  /** A task's document and the span of its run are one: it keeps the span's id, and is known by the task's too. */
  #joinTasks(): void {
    const documents = this.#drafts.filter(({ input }) => isTaskDocument(input));
    if (documents.length === 0) return;
    const runs = new Map<string, Draft[]>();
    for (const draft of this.#drafts) {
      const { messageId, kind } = draft.input;
      if (messageId === undefined || kind !== SpanKind.consumer) continue;
      if (isTaskDocument(draft.input)) continue;
      const known = runs.get(messageId);
      if (known === undefined) runs.set(messageId, [draft]);
      else known.push(draft);
    }
    const joined = new Set<Draft>();
    for (const document of documents) {
      const { messageId = "" } = document.input;
      const free = (runs.get(messageId) ?? []).filter(run => run.task === undefined);
      const run = chooseRun(free, document.input);
      if (run === undefined) continue;
      run.task = document.input;
      run.input = uniteTask(run.input, document.input);
      run.flags = run.input.flags ?? 0;
      run.origins = [...run.origins, ...document.origins];
      this.#byId.set(document.id, run);
      this.#aliases.set(document.id, run);
      joined.add(document);
    }
    if (joined.size > 0) this.#drafts = this.#drafts.filter(draft => !joined.has(draft));
  }

  /** Gives every draft its parent; an id that nobody has becomes one placeholder, so siblings stay together. */
  #connect(): void {
    // Zeros in full width are mostly no id: the one span of a trace that has them is counted from zero.
    const [zero, ...others] = this.#drafts.filter(({ input }) => /^0{16,}$/.test(input.spanId));
    if (zero !== undefined && others.length === 0) this.#byId.set(zero.input.spanId, zero);
    for (const draft of [...this.#drafts]) {
      const parentId = draft.input.parentSpanId;
      const known = this.#findParent(draft);
      if (known === draft) {
        this.#problems.push({ code: "selfParent", drafts: [draft] });
      } else if (known !== undefined) {
        draft.parent = known;
      } else if (parentId !== undefined && !isNoId(parentId)) {
        draft.parent =
          this.#byId.get(parentId) ??
          this.#push(parentId, { spanId: parentId, name: "", flags: SpanFlag.placeholder }, []);
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

  /**
   * The nearest parent that is there. A task knows two: the span that sent its message, and the task that called it,
   * in which that span lies.
   *
   *     order (task)              order
   *       send reserve (span)       send reserve
   *     reserve (task)     →          reserve
   */
  #findParent({ input, task }: Draft): Draft | undefined {
    const document = task ?? (isTaskDocument(input) ? input : undefined);
    const present = (id: string | undefined): Draft | undefined => {
      const draft = id === undefined ? undefined : this.#byId.get(id);
      return draft === undefined || draft.flags & SpanFlag.placeholder ? undefined : draft;
    };
    if (document === undefined) return present(input.parentSpanId);
    const sent = document.refs?.find(ref => ref.kind === EdgeKind.followsFrom);
    return (
      (task === undefined ? undefined : present(input.parentSpanId)) ??
      present(sent?.spanId) ??
      present(document.parentSpanId)
    );
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
    const times = new DraftTimes(this.#drafts, this.#problems);
    times.findStrays();
    times.timePlaceholders();
    const roots = this.#drafts.filter(draft => draft.parent === undefined);
    for (const root of roots) times.settle(root);
    const ordered: Draft[] = [];
    const stack = sortByStart(roots).reverse();
    for (let draft = stack.pop(); draft !== undefined; draft = stack.pop()) {
      draft.index = ordered.length as SpanIndex;
      ordered.push(draft);
      if (draft.children === undefined) continue;
      for (const child of draft.children) times.settle(child);
      const children = sortByStart(draft.children);
      for (let i = children.length - 1; i >= 0; i -= 1) stack.push(children[i] as Draft);
    }
    return ordered;
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
    const columns = allocateSpanColumns(count);
    const spanIds: string[] = new Array<string>(count);
    ordered.forEach((draft, i) => {
      const { input } = draft;
      const startNs = Number((draft.startNs ?? origin) - origin);
      spanIds[i] = draft.id;
      columns.parent[i] = draft.parent?.index ?? NO_SPAN;
      columns.startNs[i] = startNs;
      columns.endNs[i] =
        draft.endNs === undefined ? unknownEnd(draft, startNs) : Number(draft.endNs - origin);
      columns.name[i] = strings.intern(input.name);
      columns.service[i] = strings.intern(input.service ?? "");
      columns.queue[i] = strings.intern(input.queue ?? "");
      columns.host[i] = strings.intern(input.host ?? "");
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
      span => ordered[span]?.origins ?? [],
      { listSpanIds: () => spanIds },
      [
        ...this.#storeProblems.filter(problem => !this.#isAnswered(problem)),
        ...listWarnings(ordered),
        ...this.#problems.map(({ drafts, ...rest }) => {
          return { ...rest, spans: drafts.map(draft => draft.index) };
        }),
      ],
      [...this.#sources].map(([store, spans]) => ({ store, spans })),
      new Map([...this.#aliases].map(([id, draft]) => [id, draft.index])),
    );
  }

  /** Documents alone do not tell who called whom; the spans that they were joined to do. */
  #isAnswered({ code }: Problem): boolean {
    return this.#aliases.size > 0 && (code === "noParents" || code === "noTraceContext");
  }

  #edges(ordered: readonly Draft[]): Pick<TraceColumns, "edgeFrom" | "edgeTo" | "edgeKind"> {
    const from: SpanIndex[] = [];
    const to: SpanIndex[] = [];
    const kinds: number[] = [];
    for (const draft of ordered) {
      if (draft.input.refs === undefined) continue;
      for (const ref of draft.input.refs) {
        if (ref.traceId !== undefined && !isSameTraceId(ref.traceId, this.#traceId)) continue;
        const cause = this.#byId.get(ref.spanId);
        if (cause === undefined || cause === draft || cause === draft.parent) continue;
        from.push(cause.index);
        to.push(draft.index);
        kinds.push(ref.kind);
      }
    }
    return {
      edgeFrom: toIndexArray(from),
      edgeTo: toIndexArray(to),
      edgeKind: Uint8Array.from(kinds),
    };
  }
}

/** Lists what servers said of single spans: each saying once, with the spans that it was said of. */
function listWarnings(ordered: readonly Draft[]): readonly Problem[] {
  const said = new Map<string, { store: string; text: string; spans: SpanIndex[] }>();
  for (const { origins, index } of ordered) {
    for (const { store, input } of origins) {
      if (input.warnings === undefined) continue;
      for (const text of input.warnings) {
        const key = `${store}\n${text}`;
        const known = said.get(key);
        if (known === undefined) said.set(key, { store, text, spans: [index] });
        else known.spans.push(index);
      }
    }
  }
  return [...said.values()].map(each => ({ code: "storeNote", ...each }));
}

/** A retry of delivery is no news; a telling with finer times takes the place of its store's coarser one. */
function retell(draft: Draft, origin: Origin): void {
  const [best] = sortStoreVersions(draft.origins.filter(each => each.store === origin.store));
  if (best === undefined || sortStoreVersions([best, origin])[0] === best) return;
  draft.origins = draft.origins.map(each => (each === best ? origin : each));
  if (draft.input !== best.input) return;
  draft.input = origin.input;
  draft.flags = origin.input.flags ?? 0;
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

/** A span that never had times is a point, a span that has a start runs. */
function unknownEnd(draft: Draft, startNs: number): number {
  return draft.flags & (SpanFlag.untimed | SpanFlag.placeholder) ? startNs : Number.NaN;
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
