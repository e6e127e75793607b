/** Takes spans and logs out of a batch and adds them to a commit, as they are. Knows what a batch looks like, no SQL. */

import { BatchKind, type CommitBuilder } from "../log/commitBuilder.ts";
import type { SpanEntries } from "../log/spanEntries.ts";
import { readLog } from "../log/spanRow.ts";
import { wrapSpans } from "../log/otlpRecord.ts";
import type { SpanBytes } from "../read/spanBytes.ts";

/** `onUnreadable`: told of each that cannot be read and is left out; without it, that is thrown. */
export function copyEntries(
  spans: SpanBytes,
  batch: number,
  kind: number,
  entries: SpanEntries,
  builder: CommitBuilder,
  onUnreadable?: () => void,
): void {
  const attempt = <T>(run: () => T): T | undefined => {
    if (onUnreadable === undefined) return run();
    try {
      return run();
    } catch {
      // Whatever is thrown, by SQLite or by a reader of bytes: they are not what was written.
      onUnreadable();
      return undefined;
    }
  };
  /** Spans that stand together stay together, for their resource is written once. */
  let group: ReturnType<SpanBytes["readGroupBytes"]>;
  let members: Buffer[] = [];
  const flush = (): void => {
    const { resource, scope } = group ?? {};
    if (resource === undefined || scope === undefined || members.length === 0) return;
    const spansOfGroup = members;
    members = [];
    try {
      builder.addOtlp(wrapSpans(spansOfGroup, resource, scope));
    } catch (error) {
      if (onUnreadable === undefined) throw error;
      // One of them is not as it was; the others are taken one by one.
      for (const span of spansOfGroup) {
        attempt(() => builder.addOtlp(wrapSpans([span], resource, scope)));
      }
    }
  };
  for (let index = 0; index < entries.count; index += 1) {
    const position = entries.position(index);
    const bytes = attempt(() => spans.readSpan(batch, position) ?? unreadable());
    if (bytes === undefined) continue;
    if (kind === BatchKind.records) attempt(() => builder.addEncoded(bytes));
    else if (kind === BatchKind.logs) attempt(() => builder.addLog(readLog(bytes)));
    else {
      const groupBytes = attempt(() => spans.readGroupBytes(batch, position) ?? unreadable());
      if (groupBytes === undefined) continue;
      if (groupBytes !== group) flush();
      group = groupBytes;
      members.push(bytes);
    }
  }
  flush();
}

function unreadable(): never {
  throw new Error("its bytes are missing");
}
