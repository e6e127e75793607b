/**
 * A trace as a drawing, so that a test shows what it is about. One character is one millisecond.
 *
 *     GET /cart            ==========
 *       auth                ==                 id=a
 *       charge @payments      ..====!          x2 link=a
 *       poll                      ==>
 *       ?
 *         orphan                  |
 *
 * Indentation is the parent. Dots are the wait in a queue, `=` the run, a `!` after it an error, a `>` after it a span
 * that still runs, a `~` one that still runs but has no heartbeat any more, `|` a moment without length. `@queue`
 * after the name is the queue and makes the span a consumer, `#service` the service; children take the service over.
 * A line `?` is a parent that nobody has.
 * After the bar: `id=`, `host=`, `x2` attempts, and the edges that come in beside the tree from an id or a name without
 * spaces: `link=`, `follows=`, `thread=`, `process=`.
 */

import {
  EdgeKind,
  SpanFlag,
  SpanKind,
  SpanStatus,
  type SpanInput,
  type SpanRef,
} from "../../src/model/span.ts";
import type { Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { NS_PER_MS } from "../../src/model/units.ts";
import { createEmptyDetail } from "../../src/model/emptyDetail.ts";

/** Where a drawing's first column of bars lies on the clock: 2026-01-01. */
export const DRAWN_ORIGIN_UNIX_MS = 1_767_225_600_000;

const edgeKinds: Readonly<Record<string, EdgeKind>> = {
  link: EdgeKind.link,
  follows: EdgeKind.followsFrom,
  thread: EdgeKind.crossThread,
  process: EdgeKind.crossProcess,
};

interface DrawnLine {
  readonly indent: number;
  readonly label: string;
  /** The column where the bar begins; −1 for a line without one. */
  readonly barColumn: number;
  readonly bar: string;
  readonly notes: readonly string[];
}

/** Ids are `s1`, `s2` … by line, unless the line has its own. */
export function drawTrace(drawing: string, traceId = "drawn"): Trace {
  return buildTrace(traceId, [
    {
      store: "drawing",
      spans: drawSpans(drawing),
      details: {
        readDetail: key =>
          Promise.resolve({ ...createEmptyDetail(key, traceId), stores: ["drawing"] }),
      },
    },
  ]);
}

export function drawSpans(drawing: string): readonly SpanInput[] {
  const lines = drawing.split("\n").filter(line => line.trim() !== "");
  const drawn = lines.map(parseLine);
  const columns = drawn.filter(line => line.bar !== "").map(line => line.barColumn);
  const origin = columns.length === 0 ? 0 : Math.min(...columns);
  const ids = drawn.map((line, i) => getNote(line, "id=") ?? `s${i + 1}`);
  const idByName = new Map<string, string>();
  drawn.forEach((line, i) => {
    const { name } = parseLabel(line.label);
    if (!idByName.has(name)) idByName.set(name, ids[i]!);
  });
  const spans: SpanInput[] = [];
  const open: { readonly indent: number; readonly id: string; readonly service: string }[] = [];
  drawn.forEach((line, i) => {
    while (open.length > 0 && open.at(-1)!.indent >= line.indent) open.pop();
    const parent = open.at(-1);
    const { name, queue, service = parent?.service ?? "" } = parseLabel(line.label);
    const id = ids[i]!;
    open.push({ indent: line.indent, id, service });
    if (name === "?") return;
    const [, wait = "", run = "", mark = ""] = /^(\.*)(=*|\|)([!>~]?)$/.exec(line.bar) ?? [];
    const startMs = line.barColumn - origin + wait.length;
    const runMs = run === "|" ? 0 : run.length;
    const isOpen = mark === ">" || mark === "~";
    const attempts = line.notes.find(note => /^x\d+$/.test(note));
    spans.push({
      spanId: id,
      ...(parent !== undefined && { parentSpanId: parent.id }),
      name,
      service,
      ...(queue !== undefined && { queue, kind: SpanKind.consumer }),
      status: mark === "!" ? SpanStatus.error : isOpen ? SpanStatus.unset : SpanStatus.ok,
      ...(line.bar !== "" && { startUnixNs: toUnixNs(startMs) }),
      ...(line.bar !== "" && !isOpen && { endUnixNs: toUnixNs(startMs + runMs) }),
      ...(wait !== "" && { queuedUnixNs: toUnixNs(startMs - wait.length) }),
      ...(attempts !== undefined && { attempts: Number(attempts.slice(1)) }),
      ...(mark === "~" && { flags: SpanFlag.noHeartbeat }),
      ...(getNote(line, "host=") !== undefined && { host: getNote(line, "host=") }),
      refs: listRefs(line, idByName),
    });
  });
  return spans;
}

function parseLine(line: string): DrawnLine {
  const indent = line.length - line.trimStart().length;
  const match = /\s\s+(\.*(?:(?:=+|\|)[!>~]?|>))(?:\s+(.*))?$/.exec(line);
  if (match === null) {
    return { indent, label: line.trim(), barColumn: -1, bar: "", notes: [] };
  }
  const [all, bar = "", notes = ""] = match;
  return {
    indent,
    label: line.slice(indent, match.index).trim(),
    barColumn: match.index + all.indexOf(bar),
    bar,
    notes: notes.split(/\s+/).filter(note => note !== ""),
  };
}

function parseLabel(label: string): { name: string; queue?: string; service?: string } {
  const queue = /\s@(\S+)/.exec(label)?.[1];
  const service = /\s#(\S+)/.exec(label)?.[1];
  const name = label.replaceAll(/\s[@#]\S+/g, "").trim();
  return { name, ...(queue !== undefined && { queue }), ...(service !== undefined && { service }) };
}

function listRefs(line: DrawnLine, idByName: ReadonlyMap<string, string>): readonly SpanRef[] {
  return line.notes.flatMap(note => {
    const [key = "", target = ""] = note.split("=");
    const kind = edgeKinds[key];
    return kind === undefined ? [] : [{ kind, spanId: idByName.get(target) ?? target }];
  });
}

function getNote(line: DrawnLine, prefix: string): string | undefined {
  return line.notes.find(note => note.startsWith(prefix))?.slice(prefix.length);
}

function toUnixNs(ms: number): bigint {
  return BigInt(DRAWN_ORIGIN_UNIX_MS + ms) * BigInt(NS_PER_MS);
}
