/** The conditions that the index is asked for a query: one for each thing that a trace must have. Knows no spans. */

import type { DatabaseSync } from "node:sqlite";
import { NS_PER_MS } from "../../../model/units.ts";
import type { TraceQuery } from "../../../model/traceStore.ts";
import { listTags } from "../../matchTrace.ts";
import type { Segment, TermIndex, TermRange } from "../index/termIndex.ts";
import {
  bucketTerm,
  hashText,
  listWords,
  operationTerm,
  tagTerm,
  TermKind,
  toBucket,
  toTerm,
  wordTerm,
} from "../index/terms.ts";
import { TraceBits } from "../index/traceBits.ts";

/** So few are taken all and put in order. */
export const FEW = 8_192;
/** Names that a text occurs in; where there are more, it is no way to few traces. */
const MAX_NAMES = 64;
const MAX_BUCKET = 255;

/** Traces that may have something. */
export interface Condition {
  /** About how many; none is missing, some may be counted twice. */
  readonly estimate: number;
  mark(bits: TraceBits): void;
}

/** Marks more than it adds: looking at the spans of so few traces is quicker than reading a long list. */
const LOOKS_PER_TRACE = 64;

/**
 * Traces that may match, as far as the index knows; `undefined` where the query asks for nothing that it has. In the
 * transaction in which they are then looked at.
 */
export function findCandidates(
  query: TraceQuery,
  sql: DatabaseSync,
  index: TermIndex,
): TraceBits | undefined {
  const segments = index.listSegments();
  const conditions = [
    ...listTerms(query).map(range => toCondition(index, segments, [range])),
    ...listTags(query).map(({ keys, text }) =>
      toCondition(
        index,
        segments,
        keys.map(key => toRange(tagTerm(key, text))),
      ),
    ),
    ...findText(query.text?.trim() ?? "", sql, index, segments),
  ].sort((a, b) => a.estimate - b.estimate);
  const lastTrace = segments.reduce((last, segment) => Math.max(last, segment.lastTrace), 0);
  let left: TraceBits | undefined;
  let most = 0;
  for (const condition of conditions) {
    if (left !== undefined && condition.estimate > LOOKS_PER_TRACE * most) continue;
    const bits = new TraceBits(lastTrace);
    condition.mark(bits);
    if (left === undefined) left = bits;
    else left.keepOnly(bits);
    most = left.list(FEW)?.length ?? Infinity;
  }
  return left;
}

function listTerms(query: TraceQuery): TermRange[] {
  const { service, operation } = query;
  const ranges: TermRange[] = [];
  const add = (term: number): void => {
    ranges.push(toRange(term));
  };
  const label = service === undefined ? undefined : hashText(service);
  const name = operation === undefined ? undefined : hashText(operation);
  if (label !== undefined && name !== undefined) add(operationTerm(label, name));
  else if (label !== undefined) add(toTerm(TermKind.label, label));
  else if (name !== undefined) add(toTerm(TermKind.name, name));
  if (label === undefined && name === undefined) {
    addFacets(query, 0, TermKind.traceError, TermKind.traceRunning, TermKind.traceDuration, ranges);
  }
  if (label !== undefined) {
    const { labelError, labelRunning, labelDuration } = TermKind;
    addFacets(query, label, labelError, labelRunning, labelDuration, ranges);
  }
  if (name !== undefined) {
    const { nameError, nameRunning, nameDuration } = TermKind;
    addFacets(query, name, nameError, nameRunning, nameDuration, ranges);
  }
  return ranges;
}

function addFacets(
  { status, minDurationMs, maxDurationMs }: TraceQuery,
  hash: number,
  error: TermKind,
  running: TermKind,
  duration: TermKind,
  ranges: TermRange[],
): void {
  if (status === "error" || status === "running") {
    const term = toTerm(status === "error" ? error : running, hash);
    ranges.push(toRange(term));
  }
  if (minDurationMs === undefined && maxDurationMs === undefined) return;
  const least = toBucket((minDurationMs ?? 0) * NS_PER_MS);
  const most = maxDurationMs === undefined ? MAX_BUCKET : toBucket(maxDurationMs * NS_PER_MS);
  ranges.push({
    from: bucketTerm(duration, hash, least),
    to: bucketTerm(duration, hash, Math.max(least, most)),
  });
}

/** Names, services and queues with the text anywhere in them, or spans with all its words. */
function findText(
  text: string,
  sql: DatabaseSync,
  index: TermIndex,
  segments: readonly Segment[],
): Condition[] {
  const words = [...new Set(listWords(text))].map(wordTerm);
  // Without a word the index cannot tell: then every trace is looked at, for as long as a search may take.
  if (words.length === 0) return [];
  const names = sql
    .prepare(`SELECT text FROM string WHERE text LIKE ? ESCAPE '\\' LIMIT ${MAX_NAMES + 1}`)
    .all(`%${text.replace(/[\\%_]/g, "\\$&")}%`)
    .map(row => hashText(row["text"] as string));
  if (names.length > MAX_NAMES) return [];
  const inNames = names
    .flatMap(hash => [toTerm(TermKind.label, hash), toTerm(TermKind.name, hash)])
    .map(toRange);
  return [
    unite(
      toCondition(index, segments, inNames),
      words.map(term => toCondition(index, segments, [toRange(term)])),
    ),
  ];
}

function toRange(term: number): TermRange {
  return { from: term, to: term };
}

/** One of the terms of one of the ranges. */
function toCondition(
  index: TermIndex,
  segments: readonly Segment[],
  ranges: readonly TermRange[],
): Condition {
  return {
    estimate: ranges.reduce((sum, range) => sum + index.estimate(segments, range), 0),
    mark(bits) {
      for (const range of ranges) index.mark(segments, range, bits);
    },
  };
}

/** The first, or all of the others. */
function unite(first: Condition, others: readonly Condition[]): Condition {
  const least = Math.min(...others.map(each => each.estimate));
  return {
    estimate: first.estimate + least,
    mark(bits) {
      const last = bits.words.length * 32 - 1;
      let all: TraceBits | undefined;
      for (const other of others) {
        const matching = new TraceBits(last);
        other.mark(matching);
        if (all === undefined) all = matching;
        else all.keepOnly(matching);
      }
      first.mark(bits);
      if (all !== undefined) bits.addAll(all);
    },
  };
}
