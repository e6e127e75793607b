/**
 * One trace as all stores know it, put together while they answer, and read again from those that have news.
 *
 * A trace may have several names: a tracer of old passes on half of its id, and a task may lie under the id of its
 * workflow in one store and under OpenTelemetry's in another. So each store is asked for the forms that it may know,
 * and what one part tells of other names (`messageTraceId`) or of messages (`messageId`) the stores are asked for too.
 */

import { TraceError, type Failure, type StoreAnswer } from "../model/failure.ts";
import { canonicalTraceId, isSameTraceId, isShortTraceId, listTraceIdForms } from "../model/ids.ts";
import type { SpanInput } from "../model/span.ts";
import type { StoredTrace } from "../model/trace.ts";
import { isSameSpan, isTaskDocument } from "../model/traceMerge.ts";
import { askStore } from "./askStore.ts";
import type { TraceStore } from "../model/traceStore.ts";

/** Each other name of a trace costs every store a question. */
const MOST_NAMES = 6;
const MOST_MESSAGES = 3;
/** Shorter ids of messages are numbers that any other broker counts too. */
const LEAST_MESSAGE_ID = 8;

interface Deadlines {
  readonly findMs: number;
  readonly readMs: number;
}

/** The parts that one store has given so far. */
interface StoreReply {
  readonly store: TraceStore;
  /** By the name under which it was asked for, in the order of asking; `undefined`: not there. */
  readonly parts: Map<string, StoredTrace | undefined>;
  readonly sought: Set<string>;
  /** Whether it has a part in this yet. */
  isAsked: boolean;
  failure: Failure | undefined;
  /** How long it took to answer, in milliseconds; absent while it has not answered. */
  tookMs: number | undefined;
  /** Its questions, one after the other. */
  chain: Promise<void>;
}

export class TraceGathering {
  readonly #replies: readonly StoreReply[];
  readonly #names: string[];
  readonly #messages: string[] = [];
  readonly #deadlines: Deadlines;
  readonly #onParts: () => void;

  /** `onParts` is called at each part that comes or changes. */
  constructor(
    stores: readonly TraceStore[],
    traceId: string,
    deadlines: Deadlines,
    onParts: () => void,
  ) {
    this.#names = [...listTraceIdForms(traceId)];
    this.#deadlines = deadlines;
    this.#onParts = onParts;
    this.#replies = stores.map(store => ({
      store,
      parts: new Map(),
      sought: new Set(),
      isAsked: false,
      failure: undefined,
      tookMs: undefined,
      chain: Promise.resolve(),
    }));
  }

  /** In the order of the stores, whichever answered first: a trace looks the same however its parts came. */
  get parts(): readonly StoredTrace[] {
    return this.#replies.flatMap(({ parts }) =>
      [...parts.values()].filter(part => part !== undefined),
    );
  }

  get answers(): readonly StoreAnswer[] {
    return this.#replies.map(reply => describe(reply));
  }

  get stores(): readonly TraceStore[] {
    return this.#replies.map(({ store }) => store);
  }

  /** Whether news of this trace are news of ours. */
  isNamed(traceId: string): boolean {
    const canonical = canonicalTraceId(traceId);
    return this.#names.some(name => isSameTraceId(name, canonical));
  }

  /**
   * Settles when every store has answered, or those named in `only`; rejects with `notFound` where none of them has it.
   * Begun again, it asks whom it has not asked yet.
   */
  async start(signal: AbortSignal, only?: readonly string[]): Promise<void> {
    for (const reply of this.#replies) {
      if (reply.isAsked || only?.includes(reply.store.name) === false) continue;
      reply.isAsked = true;
      this.#ask(reply, [...this.#names], signal);
      if (this.#messages.length > 0) this.#seek(reply, signal);
    }
    await this.#settle(this.#replies);
    signal.throwIfAborted();
    if (this.parts.length > 0) return;
    throw new TraceError({ code: "notFound", id: this.#names[0] ?? "", answers: this.answers });
  }

  /** Reads again what these stores have, under every name. A store that fails now keeps what it gave before. */
  async reread(stores: Iterable<TraceStore>, signal: AbortSignal): Promise<void> {
    const rereadStores = new Set(stores);
    const replies = this.#replies.filter(({ store }) => rereadStores.has(store));
    for (const reply of replies) {
      const found = [...reply.parts].filter(([, part]) => part !== undefined);
      const names = found.length > 0 ? found.map(([name]) => name) : [...this.#names];
      this.#ask(reply, names, signal);
      // What was sought by a message and not found may have come since.
      if (found.length === 0) reply.sought.clear();
      if (this.parts.length > 0) this.#seek(reply, signal);
    }
    // One that is slow holds up nobody else.
    await this.#settle(replies);
    signal.throwIfAborted();
  }

  #ask(reply: StoreReply, names: readonly string[], signal: AbortSignal): void {
    this.#queue(reply, async () => {
      const [whole = ""] = this.#names;
      for (const name of names) {
        // The likeliest form is the whole id: who has that need not be asked for its half.
        const isHalf = name !== whole && isSameTraceId(name, whole);
        if (isHalf && reply.parts.get(whole) !== undefined) continue;
        const outcome = await askStore(reply.store, signal, this.#deadlines.readMs, storeSignal =>
          reply.store.readTrace(name, storeSignal),
        );
        if (outcome.kind === "failed") {
          reply.failure = outcome.failure;
          return;
        }
        reply.failure = undefined;
        reply.tookMs = outcome.tookMs;
        const known = reply.parts.get(name);
        // A trace that has been deleted since is not taken from under the reader's eyes.
        if (outcome.value === undefined && known !== undefined) continue;
        const part = outcome.value && keepSpans(outcome.value);
        reply.parts.set(name, part);
        if (part === undefined) continue;
        const { spans } = part;
        if (known === undefined) this.#followNames(reply, part, signal);
        if (known !== undefined && hasSameSpans(known.spans, spans)) continue;
        this.#onParts();
      }
    });
  }

  /** Follows what a part tells of other names of this trace, and of messages by which other stores may know it. */
  #followNames(from: StoreReply, { spans, plain }: StoredTrace, signal: AbortSignal): void {
    const names = new Set<string>();
    const messages = new Set<string>();
    for (const span of plain?.hasMessages === false ? [] : spans) {
      const { messageId, messageTraceId } = span;
      if (messageTraceId !== undefined) names.add(canonicalTraceId(messageTraceId));
      if (messageId === undefined || messageId.length < LEAST_MESSAGE_ID) continue;
      if (messages.size < MOST_MESSAGES || isTaskDocument(span)) messages.add(messageId);
    }
    // Half of an id leads to no whole one; its spans do.
    const [first] = spans;
    if (isShortTraceId(this.#names[0] ?? "") && first !== undefined) messages.add(first.spanId);
    for (const name of names) this.#addName(name, signal);
    for (const message of [...messages].slice(0, MOST_MESSAGES)) {
      if (!this.#messages.includes(message)) this.#messages.push(message);
    }
    for (const reply of this.#replies) {
      if (reply !== from && reply.isAsked) this.#seek(reply, signal);
    }
  }

  #addName(name: string, signal: AbortSignal): void {
    if (this.#names.length >= MOST_NAMES || this.#names.includes(name)) return;
    this.#names.push(name);
    for (const reply of this.#replies) if (reply.isAsked) this.#ask(reply, [name], signal);
  }

  /** A store that does not know the trace by its name may know one of its messages: a task, or the span that ran it. */
  #seek(reply: StoreReply, signal: AbortSignal): void {
    this.#queue(reply, async () => {
      const { store, parts, sought } = reply;
      for (const message of [...this.#messages]) {
        if ([...parts.values()].some(part => part !== undefined)) return;
        if (reply.failure !== undefined || sought.has(message)) continue;
        sought.add(message);
        const outcome = await askStore(store, signal, this.#deadlines.findMs, storeSignal =>
          store.findId(message, storeSignal),
        );
        // It has answered for the trace; that it cannot look for messages is no failure of that.
        if (outcome.kind === "failed") return;
        const [hit] = outcome.value;
        if (hit === undefined || parts.has(hit.traceId)) continue;
        const isOurs = isSameTraceId(hit.traceId, this.#names[0] ?? "");
        if (!isOurs && isShortTraceId(this.#names[0] ?? "") && !this.#isMessage(message)) continue;
        this.#addName(hit.traceId, signal);
      }
    });
  }

  /** Ids of spans are unique within their trace alone; ids of messages are so everywhere. */
  #isMessage(id: string): boolean {
    return this.parts.some(part => [...part.spans].some(span => span.messageId === id));
  }

  #queue(reply: StoreReply, work: () => Promise<void>): void {
    reply.chain = reply.chain.then(work);
    // Whoever waits for the chain hears of it.
    reply.chain.catch(() => undefined);
  }

  /** Until nobody has a question left: each answer may lead to more. */
  async #settle(replies: readonly StoreReply[]): Promise<void> {
    for (;;) {
      const chains = replies.map(({ chain }) => chain);
      try {
        await Promise.all(chains);
      } catch (error) {
        // Whoever asks next begins anew.
        for (const reply of this.#replies) reply.chain = reply.chain.catch(() => undefined);
        throw error;
      }
      if (replies.every(({ chain }, index) => chain === chains[index])) return;
    }
  }
}

/** Some stores make their spans while they are read, and only once. */
function keepSpans(part: StoredTrace): StoredTrace {
  return part.plain === undefined ? { ...part, spans: [...part.spans] } : part;
}

function describe({ store, parts, failure, tookMs }: StoreReply): StoreAnswer {
  const isFound = [...parts.values()].some(part => part !== undefined);
  if (failure !== undefined) return { kind: "failed", store: store.name, failure };
  if (tookMs === undefined) return { kind: "waiting", store: store.name };
  return { kind: isFound ? "found" : "notFound", store: store.name, tookMs };
}

function hasSameSpans(before: Iterable<SpanInput>, after: Iterable<SpanInput>): boolean {
  const others = after[Symbol.iterator]();
  for (const span of before) {
    const { value: other } = others.next() as { readonly value?: SpanInput };
    if (other === undefined || !isSameSpan(span, other) || span.flags !== other.flags) return false;
    if (span.queuedUnixNs !== other.queuedUnixNs || span.attempts !== other.attempts) return false;
  }
  return others.next().done === true;
}
