/** One span with its trace and its detail: what a format reader yields, a collector receives, the local store keeps. */

import type { Problem } from "./problem.ts";
import type { SpanInput } from "./span.ts";
import type { Attribute, SpanDetail } from "./spanDetail.ts";

export interface SpanRecord {
  /** Canonical, as by `canonicalTraceId`. */
  readonly traceId: string;
  readonly span: SpanInput;
  readonly detail: SpanDetail;
  /** Where its document tells the very detail: then a store keeps the document, and need not ask for the detail. */
  readonly document?: SpanDocument;
}

/** A span as it stands in a file, of which no object was made. */
export interface SpanDocument {
  /** JSON on one line, in UTF-8. */
  readonly json: Uint8Array;
  /** The rest of the trace that it stands in, as JSON, by which the reader of its format makes the detail of it. */
  readonly context: string;
  readonly source: DocumentSource;
  /** Where the attributes of the span and of its events stand in the source: from and to of each. */
  readonly places: Uint32Array;
  /** The attributes of its resource: one list for all spans that share it. */
  readonly resource: readonly Attribute[];
}

/** The file that documents stand in. */
export interface DocumentSource {
  readonly bytes: Uint8Array;
  /** Finds key and value of an attribute whose value is a text or digits as it stands there; few others are to be read. */
  findPlain(from: number, to: number): PlainPlace | undefined;
  /** Reads the attribute between two places; `undefined` where none is there. */
  readAttribute(from: number, to: number): Attribute | undefined;
}

/** Among the bytes of a source. */
export interface PlainPlace {
  readonly keyFrom: number;
  readonly keyTo: number;
  readonly valueFrom: number;
  readonly valueTo: number;
}

export interface SpanRecords {
  readonly records: readonly SpanRecord[];
  /** The problems of what could not be read, so that nothing is lost in silence. */
  readonly problems: readonly Problem[];
  /** Spans without the ids that a span must have, which are not among the records; absent for none. */
  readonly lost?: number;
}
