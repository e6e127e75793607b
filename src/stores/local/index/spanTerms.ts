/** The terms that every span has, whatever format it came in, and the entry that stands for it. Pure. */

import { combine, bucketTerm, operationTerm, TermKind, toBucket, toTerm } from "./terms.ts";
import type { TermSink } from "./terms.ts";
import { EntryBits } from "../log/spanEntries.ts";

/** A span in what it is searched by; hashes are those of `hashBytes`. */
export interface SpanTraits {
  nameHash: number;
  /** Its service, or its queue where it has none. */
  labelHash: number;
  hasLabel: boolean;
  /** A queue that is not the label. */
  queueHash: number;
  hasQueue: boolean;
  /** NaN where it is not known. */
  durationNs: number;
  isError: boolean;
  isRunning: boolean;
}

export function addTraitTerms(sink: TermSink, traits: SpanTraits): void {
  const { nameHash } = traits;
  const bucket = Number.isNaN(traits.durationNs) ? -1 : toBucket(traits.durationNs);
  sink.add(toTerm(TermKind.name, nameHash));
  if (bucket >= 0) sink.add(bucketTerm(TermKind.nameDuration, nameHash, bucket));
  if (traits.isError) sink.add(toTerm(TermKind.nameError, nameHash));
  if (traits.isRunning) sink.add(toTerm(TermKind.nameRunning, nameHash));
  if (traits.hasLabel) addLabelTerms(sink, traits, traits.labelHash, bucket);
  if (traits.hasQueue) addLabelTerms(sink, traits, traits.queueHash, bucket);
}

function addLabelTerms(sink: TermSink, traits: SpanTraits, label: number, bucket: number): void {
  sink.add(toTerm(TermKind.label, label));
  sink.add(operationTerm(label, traits.nameHash));
  if (bucket >= 0) sink.add(bucketTerm(TermKind.labelDuration, label, bucket));
  if (traits.isError) sink.add(toTerm(TermKind.labelError, label));
  if (traits.isRunning) sink.add(toTerm(TermKind.labelRunning, label));
}

/** The upper half of an entry's bits. */
export function identityBits(nameHash: number, serviceHash: number, queueHash: number): number {
  const hash = combine(combine(nameHash, serviceHash), queueHash);
  return toTerm(TermKind.operation, hash) & (0xffff << EntryBits.identityShift);
}
