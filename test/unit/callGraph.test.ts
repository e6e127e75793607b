/** The call graph: what a drawn trace becomes, and what stays shown of one that is too large. */

import { describe, expect, test } from "vitest";
import {
  buildCallGraph,
  buildCallGraphSource,
  graphLimits,
  type CallGraph,
  type CallGraphSource,
} from "../../src/analysis/callGraph.ts";
import { noWishes, type FoldWishes } from "../../src/analysis/callGraphFold.ts";
import {
  listSlowestFirst,
  type CallGraphMode,
  type PathIndex,
} from "../../src/analysis/callGraphPaths.ts";
import { buildSelfTimes, getTraceEndNs } from "../../src/analysis/times.ts";
import { buildTree } from "../../src/analysis/tree.ts";
import { EdgeKind, SpanFlag, type SpanInput } from "../../src/model/span.ts";
import type { TraceColumns } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { formatDuration } from "../../src/model/units.ts";
import { describeNode, describeTimes } from "../../webview/graph/graphWords.ts";
import { drawTrace } from "./drawTrace.ts";

function buildSource(columns: TraceColumns, mode: CallGraphMode = "aggregated"): CallGraphSource {
  const endNs = getTraceEndNs(columns);
  return buildCallGraphSource(
    columns,
    buildSelfTimes(columns, buildTree(columns), endNs),
    endNs,
    mode,
  );
}

const edgeWords = {
  [EdgeKind.link]: "links",
  [EdgeKind.followsFrom]: "is followed by",
  [EdgeKind.crossThread]: "crosses threads to",
  [EdgeKind.crossProcess]: "crosses processes to",
};

/** One line a node, indented by its depth, then the causes. */
function write(graph: CallGraph, columns: TraceColumns): string {
  const nameOf = (node: CallGraph["nodes"][number]): string =>
    node.kind === "more" ? `+${node.calls} more` : node.isPlaceholder ? "(missing)" : node.name;
  const children = (node: number): readonly number[] =>
    node < 0
      ? graph.nodes.flatMap((each, i) => (each.parent < 0 ? [i] : []))
      : graph.nodes[node]!.children;
  const lines: string[] = [];
  const stack = [...children(-1)].reverse();
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const node = graph.nodes[at]!;
    const group = columns.strings[node.group] ?? "";
    lines.push(
      "  ".repeat(node.depth) +
        [
          nameOf(node),
          ...(group === "" ? [] : [`@${group}`]),
          `×${node.calls}`,
          formatDuration(node.totalNs),
          `self ${formatDuration(node.selfNs)}`,
          ...(node.waitNs > 0 ? [`waited ${formatDuration(node.waitNs)}`] : []),
          ...(node.errors > 0 ? [`${node.errors} failed`] : []),
          ...(node.running > 0 ? [`${node.running} running`] : []),
          ...(node.silent > 0 ? [`${node.silent} silent`] : []),
          ...(node.retries > 0 ? [`${node.retries} retries`] : []),
          ...(node.hiddenCalls > 0 ? [`folds ${node.hiddenCalls}`] : []),
        ].join(" "),
    );
    stack.push(...[...children(at)].reverse());
  }
  for (const cause of graph.causes) {
    lines.push(
      `${nameOf(graph.nodes[cause.from]!)} ${edgeWords[cause.kind]} ${nameOf(graph.nodes[cause.to]!)} ×${cause.count}`,
    );
  }
  return lines.join("\n");
}

function check(
  drawing: string,
  expected: string,
  mode: CallGraphMode = "aggregated",
  wish: (pathOf: (name: string) => PathIndex) => Partial<FoldWishes> = () => ({}),
  limits = graphLimits,
): void {
  const { columns } = drawTrace(drawing);
  const source = buildSource(columns, mode);
  const pathOf = (name: string): PathIndex => {
    const span = columns.name.findIndex(index => columns.strings[index] === name);
    expect(span, `the drawing has ${name}`).toBeGreaterThanOrEqual(0);
    return source.paths.pathOfSpan[span]!;
  };
  const graph = buildCallGraph(source, { ...noWishes, ...wish(pathOf) }, limits);
  const lines = expected.split("\n").filter(line => line.trim() !== "");
  const margin = Math.min(...lines.map(line => line.length - line.trimStart().length));
  expect(write(graph, columns)).toBe(lines.map(line => line.slice(margin)).join("\n"));
}

const shop = `
  POST /order #web         ====
    place_order @orders    ...=============!    x2
      charge @payments         ....==!          id=c1
        POST bank #bank            =
      charge @payments         ..===            id=c2
      charge @payments         ==>              id=c3
      pack @stock                     .==       link=c2
      mail @mails                     =         follows=charge
`;

describe("gathered by call path", () => {
  test("calls of one path are one node with their sums", () => {
    check(
      shop,
      `
      POST /order @web ×1 4 ms self 4 ms
        place_order @orders ×1 13 ms self 13 ms waited 3 ms 1 failed 1 retries
          charge @payments ×3 17 ms self 16 ms waited 6 ms 1 failed 1 running
            POST bank @bank ×1 1 ms self 1 ms
          mail @mails ×1 1 ms self 1 ms
          pack @stock ×1 2 ms self 2 ms waited 1 ms
      charge is followed by mail ×1
      charge links pack ×1
      `,
    );
  });

  test("one name under two parents, or in two queues, is two nodes", () => {
    check(
      `
      root          =======
        a           ===
          x         =
        b              ===
          x            =
        x @slow            =
        x @fast            =
      `,
      `
      root ×1 7 ms self 1 ms
        a ×1 3 ms self 2 ms
          x ×1 1 ms self 1 ms
        b ×1 3 ms self 2 ms
          x ×1 1 ms self 1 ms
        x @slow ×1 1 ms self 1 ms
        x @fast ×1 1 ms self 1 ms
      `,
    );
  });

  test("a parent that nobody has, several roots, and causes within one node", () => {
    check(
      `
      ?
        orphan   ==
        orphan     ==   follows=orphan
      alone          =
      `,
      `
      (missing) ×1 0 ns self 0 ns
        orphan ×2 4 ms self 4 ms
      alone ×1 1 ms self 1 ms
      `,
    );
  });

  test("a call without heartbeat is not a running one", () => {
    check(
      `
      report @reports    ========
        render @pages     ==
        render @pages       ==>
        render @pages       =~
        render @pages        =~
        mail @mails            =~
      `,
      `
      report @reports ×1 8 ms self 8 ms
        render @pages ×4 16 ms self 16 ms 1 running 2 silent
        mail @mails ×1 2 ms self 2 ms 1 silent
      `,
    );
  });

  test("a call that was heard of once is running, and has no length", () => {
    const columns = drawTrace(`
      report @reports    ====>
        mail @mails          >
        mail @cards      ===>
    `).columns;
    const { nodes } = buildCallGraph(buildSource(columns));
    expect(nodes.map(node => `${node.name} ${describeTimes(node)}`)).toEqual([
      "report 4 ms",
      "mail 4 ms",
      "mail running",
    ]);
  });

  test("a task that no worker has begun is queued, and has no length", () => {
    const columns = structuredClone(
      drawTrace(`
      report #shop       ====>
        mail @mails          >
    `).columns,
    );
    columns.flags[1] = SpanFlag.noStart;
    const { nodes } = buildCallGraph(buildSource(columns));
    expect(nodes.map(node => `${describeTimes(node)}, ${node.running} running`)).toEqual([
      "4 ms, 1 running",
      "queued, 0 running",
    ]);
    expect(describeNode(nodes[1]!, "mails")).toEqual([
      "mail",
      "mails",
      "queued",
      "self 0 ns",
      "1 queued",
    ]);
  });

  test("no span is no node", () => {
    expect(buildCallGraph(buildSource(drawTrace("").columns)).nodes).toEqual([]);
  });

  test("the spans of a node come slowest first, a running one before all", () => {
    const { columns, spanIds } = drawTrace(shop);
    const source = buildSource(columns);
    const path = source.paths.pathOfSpan[spanIds.indexOf("c1")]!;
    expect(listSlowestFirst(columns, source.paths, path).map(span => spanIds[span])).toEqual([
      "c3",
      "c2",
      "c1",
    ]);
  });
});

describe("one node a span", () => {
  test("every call has its own node and its own causes", () => {
    check(
      `
      root    =====
        call  =        id=a
        call   ==      id=b link=a
      `,
      `
      root ×1 5 ms self 2 ms
        call ×1 1 ms self 1 ms
        call ×1 2 ms self 2 ms
      call links call ×1
      `,
      "spans",
    );
  });
});

describe("folding", () => {
  const deep = `
    root      =========
      a       ===
        a1    ==
          a2  =
      b          =
      c           =====
        c1        ====!
  `;

  test("what the user folds carries the number of hidden calls", () => {
    check(
      deep,
      `
      root ×1 9 ms self 0 ns
        a ×1 3 ms self 1 ms folds 2
        b ×1 1 ms self 1 ms
        c ×1 5 ms self 1 ms
          c1 ×1 4 ms self 4 ms 1 failed
      `,
      "aggregated",
      pathOf => ({ folded: new Set([pathOf("a")]) }),
    );
  });

  test("a fold hides what is selected below it", () => {
    check(deep, "root ×1 9 ms self 0 ns folds 6", "aggregated", pathOf => ({
      folded: new Set([pathOf("root"), pathOf("a")]),
      selected: pathOf("a2"),
    }));
  });

  test("with little room the costly is shown, the cheap folds, the failed stays", () => {
    check(
      deep,
      `
      root ×1 9 ms self 0 ns
        c ×1 5 ms self 1 ms
          c1 ×1 4 ms self 4 ms 1 failed
        +4 more ×4 7 ms self 4 ms
      `,
      "aggregated",
      () => ({}),
      { ...graphLimits, maxNodes: 20, maxSiblings: 1 },
    );
  });

  test("cheap siblings share a node, and opening it shows more of them", () => {
    const fanOut = `
      root    ==========
        a     =
        b      ==
        c        ===
        d           ====
    `;
    check(
      fanOut,
      `
      root ×1 10 ms self 0 ns
        c ×1 3 ms self 3 ms
        d ×1 4 ms self 4 ms
        +2 more ×2 3 ms self 3 ms
      `,
      "aggregated",
      () => ({}),
      { ...graphLimits, maxSiblings: 2 },
    );
    check(
      fanOut,
      `
      root ×1 10 ms self 0 ns
        b ×1 2 ms self 2 ms
        c ×1 3 ms self 3 ms
        d ×1 4 ms self 4 ms
        +1 more ×1 1 ms self 1 ms
      `,
      "aggregated",
      pathOf => ({ opened: new Map([[pathOf("root"), 3]]) }),
      { ...graphLimits, maxSiblings: 2 },
    );
  });
});

/** Traces too large to draw by hand. */
function buildLarge(
  count: number,
  parentOf: (i: number) => number,
  more?: (i: number) => Partial<SpanInput>,
): TraceColumns {
  const spans = Array.from({ length: count }, (_, i): SpanInput => {
    const parent = parentOf(i);
    return {
      spanId: `s${i}`,
      ...(parent >= 0 && { parentSpanId: `s${parent}` }),
      name: `call ${i}`,
      startUnixNs: BigInt(1_000_000_000 + i * 10),
      endUnixNs: BigInt(1_000_000_000 + i * 10 + 5 + (i % 97)),
      ...more?.(i),
    };
  });
  const readDetail = (): never => {
    throw new Error("nobody asks");
  };
  return buildTrace("large", [{ store: "test", spans, details: { readDetail } }]).columns;
}

const large: readonly { name: string; columns: () => TraceColumns }[] = [
  { name: "a 2,000-wide fan-out", columns: () => buildLarge(2_001, i => (i === 0 ? -1 : 0)) },
  { name: "2,000 roots", columns: () => buildLarge(2_000, () => -1) },
  { name: "a 5,000-deep chain", columns: () => buildLarge(5_000, i => i - 1) },
  {
    name: "100,000 spans of a 4-ary tree",
    columns: () => buildLarge(100_000, i => (i === 0 ? -1 : Math.floor((i - 1) / 4))),
  },
  {
    name: "2,000 failed siblings",
    columns: () =>
      buildLarge(
        2_001,
        i => (i === 0 ? -1 : 0),
        i => ({ status: i === 0 ? 1 : 2 }),
      ),
  },
  {
    name: "a fan-out of chains, each failed at its end",
    columns: () =>
      buildLarge(
        5_001,
        i => (i === 0 ? -1 : i % 50 === 1 ? 0 : i - 1),
        i => ({ status: i % 50 === 0 && i > 0 ? 2 : 1 }),
      ),
  },
];

describe.each(large)("$name", ({ columns: build }) => {
  const columns = build();
  const source = buildSource(columns, "spans");

  test("stays within the limits and accounts for every span", () => {
    for (const at of [undefined, 0, columns.count >> 1, columns.count - 1]) {
      const selected = at as PathIndex | undefined;
      const graph = buildCallGraph(source, { ...noWishes, selected });
      expect(graph.nodes.length).toBeLessThanOrEqual(graphLimits.maxNodes);
      expect(graph.nodes.length).toBeGreaterThan(1);
      const accounted = graph.nodes.reduce((all, node) => all + node.calls + node.hiddenCalls, 0);
      expect(accounted).toBe(columns.count);
      const most = Math.max(...graph.nodes.map(node => node.children.length));
      expect(most).toBeLessThanOrEqual(graphLimits.maxSiblings + 1);
    }
  });

  test("shows what is selected with its parent or what hides it", () => {
    const selected = (columns.count - 1) as PathIndex;
    const graph = buildCallGraph(source, { ...noWishes, selected });
    const node = graph.nodes[graph.nodeOfPath[selected]!]!;
    expect(node.kind).toBe("calls");
    expect(node.path).toBe(selected);
  });

  test("opening a node shows calls below it", () => {
    const graph = buildCallGraph(source);
    const closed = graph.nodes.find(node => node.hiddenCalls > 0 || node.kind === "more")!;
    const opened = buildCallGraph(source, { ...noWishes, opened: new Map([[closed.path, 60]]) });
    expect(opened.nodes.length).toBeLessThanOrEqual(graphLimits.maxNodes);
    const before = new Set(graph.nodes.map(node => node.key));
    const parentPath = (path: number): number => source.paths.parent[path]!;
    const news = opened.nodes.filter(node => node.kind === "calls" && !before.has(node.key));
    expect(news.some(node => parentPath(node.path) === closed.path)).toBe(true);
  });
});

test("a dense net of links is cut to the heaviest edges, and says how many it left out", () => {
  const refs = Array.from({ length: 60 }, (_, i) => ({ kind: EdgeKind.link, spanId: `s${i}` }));
  const columns = buildLarge(
    60,
    i => (i === 0 ? -1 : 0),
    () => ({ refs }),
  );
  const graph = buildCallGraph(buildSource(columns, "spans"));
  expect(graph.nodes.length - 1 + graph.causes.length).toBeLessThanOrEqual(graphLimits.maxEdges);
  expect(graph.causes.length).toBeLessThanOrEqual(graphLimits.causesPerNode * graph.nodes.length);
  expect(graph.hiddenCauses).toBeGreaterThan(0);
});
