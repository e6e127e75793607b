/**
 * The expectations of the traces of a root operation, kept as a file in the workspace, and whether a trace meets it.
 * Pure; knows no words and no files.
 */

import { lookupTable } from "../base/lookupTable.ts";
import { FIRST_SPAN, SpanFlag, SpanStatus } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { NS_PER_MS } from "../model/units.ts";
import type { AnalysedTrace } from "./analysedTrace.ts";
import { tabulate, type OperationRow } from "./operations.ts";

/** Beside the settings of the editor, so that it is versioned with the code. */
export const EXPECTATIONS_FILE = "traceside.expectations.json";

export type Expectation =
  | { readonly kind: "noErrors" }
  /** The operation runs at most so often. */
  | { readonly kind: "mostCalls"; readonly operation: string; readonly calls: number }
  /** A span of the one operation is the parent of a span of the other. */
  | { readonly kind: "edge"; readonly from: string; readonly to: string }
  /** 95 of 100 runs of the operation take no longer. */
  | { readonly kind: "p95"; readonly operation: string; readonly ms: number };

export interface RootExpectations {
  /** The name of the root span, and its service where that matters. */
  readonly root: string;
  readonly service?: string;
  readonly expect: readonly Expectation[];
}

export interface ExpectationsFile {
  readonly version: 1;
  readonly traces: readonly RootExpectations[];
}

export interface ExpectationResult {
  readonly expectation: Expectation;
  readonly isMet: boolean;
  /** The number that was held against the expectation: errors, calls, milliseconds; NaN where there is none. */
  readonly found: number;
  /** Where to look. */
  readonly span: SpanIndex | undefined;
}

/** The file's value, or what is wrong with it, by its place: `traces[0].expect[1].calls: not a number`. */
export function parseExpectations(
  value: unknown,
): { readonly file: ExpectationsFile } | { readonly wrong: readonly string[] } {
  const wrong: string[] = [];
  const isObject = (each: unknown): each is Record<string, unknown> =>
    typeof each === "object" && each !== null && !Array.isArray(each);
  const need = (
    of: Record<string, unknown>,
    key: string,
    type: "string" | "number",
    at: string,
  ) => {
    const found = of[key];
    const isRight =
      type === "string" ? typeof found === "string" : typeof found === "number" && found >= 0;
    if (!isRight) wrong.push(`${at}.${key}: not a ${type}`);
  };
  if (!isObject(value) || value["version"] !== 1 || !Array.isArray(value["traces"])) {
    return { wrong: ['not a file of expectations: { "version": 1, "traces": […] }'] };
  }
  value["traces"].forEach((each: unknown, i) => {
    const at = `traces[${i}]`;
    if (!isObject(each) || !Array.isArray(each["expect"])) {
      wrong.push(`${at}: needs "root" and a list "expect"`);
      return;
    }
    need(each, "root", "string", at);
    if (each["service"] !== undefined) need(each, "service", "string", at);
    each["expect"].forEach((expectation: unknown, j) => {
      const place = `${at}.expect[${j}]`;
      const fields = isObject(expectation) ? fieldsOf[String(expectation["kind"])] : undefined;
      if (!isObject(expectation) || fields === undefined) {
        wrong.push(`${place}.kind: none of ${Object.keys(fieldsOf).join(", ")}`);
        return;
      }
      for (const [key, type] of fields) need(expectation, key, type, place);
    });
  });
  return wrong.length > 0 ? { wrong } : { file: value as unknown as ExpectationsFile };
}

const fieldsOf = lookupTable<readonly (readonly [string, "string" | "number"])[]>({
  noErrors: [],
  mostCalls: [
    ["operation", "string"],
    ["calls", "number"],
  ],
  edge: [
    ["from", "string"],
    ["to", "string"],
  ],
  p95: [
    ["operation", "string"],
    ["ms", "number"],
  ],
});

/** The root that started first, which a file names a trace by. */
export function findExpectedRoot(columns: TraceColumns): {
  readonly root: string;
  readonly service: string;
} {
  const { count, parent, flags, strings, name, service, queue } = columns;
  for (let span = FIRST_SPAN; span < count; span++) {
    const above = parent[span]!;
    const isTop = above < 0 || (flags[above]! & SpanFlag.placeholder) !== 0;
    if (!isTop || flags[span]! & SpanFlag.placeholder) continue;
    const group = strings[service[span]!] || strings[queue[span]!];
    return { root: strings[name[span]!] ?? "", service: group ?? "" };
  }
  return { root: "", service: "" };
}

/** All that the file expects of this trace; nothing where it says nothing of its root. */
export function checkExpectations(
  trace: AnalysedTrace,
  { traces }: ExpectationsFile,
): readonly ExpectationResult[] {
  const { root, service } = findExpectedRoot(trace.columns);
  const expected = traces
    .filter(each => each.root === root && (each.service ?? service) === service)
    .flatMap(({ expect }) => expect);
  if (expected.length === 0) return [];
  const rows = new Map<string, OperationRow[]>();
  for (const row of tabulate(trace)) {
    const name = trace.columns.strings[row.name] ?? "";
    rows.set(name, [...(rows.get(name) ?? []), row]);
  }
  return expected.map(expectation => check(trace, rows, expectation));
}

function check(
  { columns }: AnalysedTrace,
  rows: ReadonlyMap<string, readonly OperationRow[]>,
  expectation: Expectation,
): ExpectationResult {
  switch (expectation.kind) {
    case "noErrors": {
      const failed = columns.status.reduce(
        (sum, status) => sum + (status === SpanStatus.error ? 1 : 0),
        0,
      );
      const first = columns.status.indexOf(SpanStatus.error) as SpanIndex;
      return {
        expectation,
        isMet: failed === 0,
        found: failed,
        span: first < 0 ? undefined : first,
      };
    }
    case "mostCalls": {
      const operationRows = rows.get(expectation.operation) ?? [];
      const calls = operationRows.reduce((sum, { count }) => sum + count, 0);
      return {
        expectation,
        isMet: calls <= expectation.calls,
        found: calls,
        span: operationRows[0]?.first,
      };
    }
    case "edge": {
      const span = findEdge(columns, expectation.from, expectation.to);
      return { expectation, isMet: span !== undefined, found: Number.NaN, span };
    }
    case "p95": {
      const [slowest] = [...(rows.get(expectation.operation) ?? [])].sort(
        (a, b) => b.p95Ns - a.p95Ns,
      );
      const ms = (slowest?.p95Ns ?? Number.NaN) / NS_PER_MS;
      // What never ran, or has not ended, took no longer.
      return { expectation, isMet: !(ms > expectation.ms), found: ms, span: slowest?.worst };
    }
  }
}

function findEdge(columns: TraceColumns, from: string, to: string): SpanIndex | undefined {
  const { strings, name, parent, edgeFrom, edgeTo } = columns;
  const isNamed = (span: number, text: string): boolean => strings[name[span]!] === text;
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const above = parent[span]!;
    if (above >= 0 && isNamed(span, to) && isNamed(above, from)) return span;
  }
  const link = edgeTo.findIndex((span, i) => isNamed(span, to) && isNamed(edgeFrom[i]!, from));
  return link < 0 ? undefined : edgeTo[link];
}

const MOST_OPERATIONS = 12;
const MOST_EDGES = 20;
/** Another machine, another day: only what takes half as long again is a change. */
const SLACK = 1.5;

/**
 * The expectations that a trace that is as it should be gives for the next ones: errors, calls, calls between services,
 * durations.
 */
export function proposeExpectations(trace: AnalysedTrace): readonly Expectation[] {
  const { columns } = trace;
  const nameOf = (index: number): string => columns.strings[index] ?? "";
  const hasErrors = columns.status.includes(SpanStatus.error);
  const rows = tabulate(trace);
  const often = [...rows].sort((a, b) => b.count - a.count).slice(0, MOST_OPERATIONS);
  const slow = rows.filter(({ p95Ns }) => p95Ns >= NS_PER_MS).slice(0, MOST_OPERATIONS);
  return [
    ...(hasErrors ? [] : [{ kind: "noErrors" } as const]),
    ...often.map(
      row => ({ kind: "mostCalls", operation: nameOf(row.name), calls: row.count }) as const,
    ),
    ...listRemoteEdges(trace),
    ...slow.map(
      row =>
        ({
          kind: "p95",
          operation: nameOf(row.name),
          ms: roundUp((row.p95Ns / NS_PER_MS) * SLACK),
        }) as const,
    ),
  ];
}

/** Between two services or queues: those that a lost context would break. */
function listRemoteEdges({ columns, operations }: AnalysedTrace): readonly Expectation[] {
  const { strings, name, service, queue, parent } = columns;
  const { operationOfSpan } = operations;
  const edges = new Map<string, Expectation>();
  for (let span = FIRST_SPAN; span < columns.count && edges.size < MOST_EDGES; span++) {
    const above = parent[span]!;
    if (above < 0 || operationOfSpan[above]! < 0) continue;
    if (service[span] === service[above] && queue[span] === queue[above]) continue;
    const [from = "", to = ""] = [strings[name[above]!], strings[name[span]!]];
    edges.set(`${from}\n${to}`, { kind: "edge", from, to });
  }
  return [...edges.values()];
}

/** Two figures: `1234.5` → `1300`. */
function roundUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit) * unit).toPrecision(12));
}
