/**
 * Everything about one span that is not drawn: asked for one span at a time, kept out of the columns.
 * Pure, and plain JSON, so that it crosses to the webview as it is.
 */

import type { Failure } from "./failure.ts";
import type { EdgeKind, SpanStatus } from "./span.ts";

/** 64-bit integers beyond 2^53 are strings; bytes are base64 strings. */
export type AttributeValue =
  | string
  | number
  | boolean
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }
  | undefined;

/** Keys may repeat (SkyWalking, Jaeger), so attributes are a list. */
export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
  /** Who says so, where the stores that know the span tell the same key differently. */
  readonly store?: string;
}

export interface SpanEvent {
  readonly name: string;
  /** Nanoseconds since the Unix epoch as decimal digits. */
  readonly timeUnixNs: string;
  readonly attributes: readonly Attribute[];
}

export interface SpanLink {
  readonly kind: EdgeKind;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly Attribute[];
}

export interface SpanError {
  readonly type?: string;
  readonly message: string;
  /** As text, in the language's own form. */
  readonly stack?: string;
}

/** The facts that a task queue knows and a span does not. */
export interface TaskFacts {
  readonly taskId: string;
  readonly function: string;
  readonly queue: string;
  /** As the store writes it: `running`, `finish`, `SUCCESS`, `FAILURE`, … */
  readonly state: string;
  /** A file that the document itself names as holding the function (Funboost methods: `cls_file`). */
  readonly file?: string;
  readonly className?: string;
  readonly host?: string;
  readonly process?: string;
  readonly script?: string;
}

/** How one of several stores tells a span: what it says of it, or why it could not be asked for more. */
export interface SpanStoreVersion {
  readonly store: string;
  readonly name: string;
  readonly status: SpanStatus;
  /** Nanoseconds since the Unix epoch as decimal digits; absent where it has none. */
  readonly startUnixNs?: string;
  readonly endUnixNs?: string;
  /** Its details are missing here. */
  readonly failure?: Failure;
}

export interface SpanDetail {
  readonly spanId: string;
  /** The trace id as the store writes it. */
  readonly traceId: string;
  readonly attributes: readonly Attribute[];
  readonly resource: readonly Attribute[];
  readonly scope?: { readonly name: string; readonly version?: string };
  readonly events: readonly SpanEvent[];
  /** Links to spans of this or any other trace. */
  readonly links: readonly SpanLink[];
  readonly task?: TaskFacts;
  /** The arguments that the task was called with. `undefined` where there is none. */
  readonly parameters?: AttributeValue;
  readonly result?: AttributeValue;
  readonly error?: SpanError;
  /** The names of the stores that know this span. */
  readonly stores: readonly string[];
  /** How each of them tells it, where there are several; the first is the one that is drawn. */
  readonly storeVersions?: readonly SpanStoreVersion[];
  /** The document as the store holds it; JSON may stand on one line. */
  readonly raw: string;
}

/** Where the details of a part of a trace are read from. */
export interface DetailSource {
  /** Rejects with a `TraceError` when the store can no longer answer. */
  readDetail(key: string, signal: AbortSignal): Promise<SpanDetail>;
  /**
   * Finds the details that hold a text, whatever its case, and gives them as they are found; absent where each must be read
   * for that.
   */
  findText?(text: string, signal: AbortSignal): AsyncIterable<FoundKeys>;
  /** Reads ahead what `findText` looks into. */
  prepareFind?(signal: AbortSignal): Promise<void>;
}

/** A part of what a search through all details has found. */
export interface FoundKeys {
  readonly keys: readonly string[];
  /** How many details have been looked into so far, from where the search goes on; absent once it is complete. */
  readonly next: number | undefined;
}
