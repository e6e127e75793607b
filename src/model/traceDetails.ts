/**
 * The details of a span from every store that knows it: read side by side, united, and told apart where they differ.
 * Pure but for the reading, which its `DetailSource`s do.
 */

import { getFailure, type Failure } from "./failure.ts";
import { canonicalTraceId } from "./ids.ts";
import { SpanStatus, type SpanInput } from "./span.ts";
import type {
  Attribute,
  DetailSource,
  SpanDetail,
  SpanError,
  SpanEvent,
  SpanLink,
  SpanStoreVersion,
} from "./spanDetail.ts";
import { isTaskDocument } from "./traceMerge.ts";

/** Where the details of a span come from: one entry for each store that knows it. */
export interface Origin {
  readonly store: string;
  readonly details: DetailSource;
  readonly input: SpanInput;
}

/** Once a store has answered, the others are waited for no longer than a reader would. */
const GRACE_MS = 2_000;

/** `origins` are best first. Rejects only where no store can answer. */
export async function readDetails(
  origins: readonly Origin[],
  signal: AbortSignal,
): Promise<SpanDetail> {
  const [only, ...others] = origins;
  if (only !== undefined && others.length === 0) return readOne(only, signal);
  const answers = await readAll(origins, signal);
  const read = answers.filter(answer => answer.kind === "read");
  const failed = answers.find(answer => answer.kind === "failed");
  if (read.length === 0 && failed !== undefined) throw failed.error;
  const storeVersions = answers.map(answer =>
    toStoreVersion(answer.origin, answer.kind === "failed" ? answer.failure : undefined),
  );
  return { ...uniteDetails(read), storeVersions };
}

interface Read {
  readonly kind: "read";
  readonly origin: Origin;
  readonly detail: SpanDetail;
}

type Answer =
  | Read
  | {
      readonly kind: "failed";
      readonly origin: Origin;
      readonly failure: Failure;
      readonly error: unknown;
    };

function readOne({ details, input }: Origin, signal: AbortSignal): Promise<SpanDetail> {
  return details.readDetail(input.detailKey ?? input.spanId, signal);
}

/** A store that fails is told, not fatal; what is no expected failure is. */
async function readAll(
  origins: readonly Origin[],
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  const startMs = performance.now();
  const grace = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const combined = AbortSignal.any([signal, grace.signal]);
  const late = new Promise<never>((_resolve, reject) => {
    combined.addEventListener("abort", () => reject(combined.reason as Error), { once: true });
  });
  late.catch(() => undefined);
  try {
    return await Promise.all(
      origins.map(async (origin): Promise<Answer> => {
        try {
          const detail = await Promise.race([readOne(origin, combined), late]);
          timer ??= setTimeout(() => grace.abort(), GRACE_MS);
          return { kind: "read", origin, detail };
        } catch (error) {
          const afterMs = Math.round(performance.now() - startMs);
          const failure: Failure | undefined = combined.aborted
            ? { code: "storeTimeout", store: origin.store, afterMs }
            : getFailure(error);
          if (failure === undefined) throw error;
          return { kind: "failed", origin, failure, error };
        }
      }),
    );
  } finally {
    clearTimeout(timer);
  }
}

function toStoreVersion({ store, input }: Origin, failure: Failure | undefined): SpanStoreVersion {
  const { name, startUnixNs, endUnixNs } = input;
  return {
    store,
    name,
    status: input.status ?? SpanStatus.unset,
    ...(startUnixNs !== undefined && { startUnixNs: String(startUnixNs) }),
    ...(endUnixNs !== undefined && { endUnixNs: String(endUnixNs) }),
    ...(failure !== undefined && { failure }),
  };
}

/** The first store is heard first; a task's own document knows best what the task was given and came to. */
function uniteDetails(read: readonly Read[]): SpanDetail {
  const details = read.map(({ detail }) => detail);
  const [first] = details as [SpanDetail];
  const byTask = [
    ...read.filter(({ origin }) => isTaskDocument(origin.input)),
    ...read.filter(({ origin }) => !isTaskDocument(origin.input)),
  ].map(({ detail }) => detail);
  const task = byTask.reduceRight<SpanDetail["task"]>(
    (known, { task: own }) => (own === undefined ? known : { ...known, ...withoutEmpty(own) }),
    undefined,
  );
  const error = uniteErrors(byTask.flatMap(each => each.error ?? []));
  const parameters = byTask.find(each => each.parameters !== undefined)?.parameters;
  const result = byTask.find(each => each.result !== undefined)?.result;
  const scope = details.find(each => each.scope !== undefined)?.scope;
  return {
    spanId: first.spanId,
    traceId: first.traceId,
    attributes: uniteAttributes(read, detail => detail.attributes),
    resource: uniteAttributes(read, detail => detail.resource),
    ...(scope !== undefined && { scope }),
    events: uniteEvents(details),
    links: uniteLinks(details),
    ...(task !== undefined && { task }),
    ...(parameters !== undefined && { parameters }),
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
    stores: [...new Set(details.flatMap(each => each.stores))],
    raw: read
      .filter(({ detail }) => detail.raw !== "")
      .map(({ origin, detail }) => `// ${origin.store}\n${detail.raw}`)
      .join("\n\n"),
  };
}

function withoutEmpty<T extends object>(facts: T): T {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== ""),
  ) as T;
}

/** Returns the error that the best version tells, with the stack of whoever has one. */
function uniteErrors(errors: readonly SpanError[]): SpanError | undefined {
  const [first] = errors;
  if (first === undefined) return undefined;
  const type = errors.find(each => each.type)?.type;
  const stack = errors.find(each => each.stack)?.stack;
  return {
    message: first.message || (errors.find(each => each.message)?.message ?? ""),
    ...(type !== undefined && { type }),
    ...(stack !== undefined && { stack }),
  };
}

/** All that anyone knows, each once; where two say different things of one key, both stand with who says so. */
function uniteAttributes(
  read: readonly Read[],
  listOf: (detail: SpanDetail) => readonly Attribute[],
): readonly Attribute[] {
  const byKey = new Map<string, { attribute: Attribute; readonly store: string }[]>();
  for (const { origin, detail } of read) {
    for (const attribute of listOf(detail)) {
      const known = byKey.get(attribute.key) ?? [];
      // Against what others said, not against itself: a key may repeat within a store.
      const others = known.filter(({ store }) => store !== origin.store);
      if (others.some(other => isAlike(other.attribute, attribute))) continue;
      const entry = { attribute, store: origin.store };
      if (others.length > 0) {
        for (const each of [...others, entry]) {
          each.attribute = { ...each.attribute, store: each.store };
        }
      }
      byKey.set(attribute.key, [...known, entry]);
    }
  }
  return [...byKey.values()].flat().map(({ attribute }) => attribute);
}

/** Zipkin knows only texts, so `200` and `"200"` say the same. */
function isAlike(a: Attribute, b: Attribute): boolean {
  const toText = ({ value }: Attribute): string =>
    typeof value === "object" ? JSON.stringify(value) : String(value);
  return toText(a) === toText(b);
}

/** Formats cut times to their own unit: what happened within the same millisecond under one name is one event. */
function uniteEvents(details: readonly SpanDetail[]): readonly SpanEvent[] {
  const united: SpanEvent[] = [];
  for (const { events } of details) {
    const before = united.length;
    for (const event of events) {
      const isKnown = united
        .slice(0, before)
        .some(each => each.name === event.name && isSameMoment(each, event));
      if (!isKnown) united.push(event);
    }
  }
  return united;
}

function isSameMoment(a: SpanEvent, b: SpanEvent): boolean {
  return Math.abs(Number(a.timeUnixNs) - Number(b.timeUnixNs)) <= 1e6;
}

function uniteLinks(details: readonly SpanDetail[]): readonly SpanLink[] {
  const united = new Map<string, SpanLink>();
  for (const link of details.flatMap(({ links }) => links)) {
    const key = `${canonicalTraceId(link.traceId)}/${link.spanId}`;
    if (!united.has(key)) united.set(key, link);
  }
  return [...united.values()];
}
