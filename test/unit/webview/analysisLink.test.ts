/** The page's worker is given a trace once, whatever it is asked about it. */

import { describe, expect, it } from "vitest";
import {
  buildCallGraph,
  buildCallGraphSource,
  graphLimits,
} from "../../../src/analysis/callGraph.ts";
import { noWishes } from "../../../src/analysis/callGraphFold.ts";
import { connectPeer } from "../../../src/threads/rpc.ts";
import { createAnalysisApi } from "../../../webview/answers/analysisApi.ts";
import { AnalysisLink } from "../../../webview/answers/analysisLink.ts";
import { loadTrace } from "../../../webview/panel/state.ts";
import { drawTrace } from "../drawTrace.ts";
import { quiet } from "./quiet.ts";
import { asSpan } from "../spanIndex.ts";

interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** A thread that copies what it is sent, as a thread does, and is none. */
class WorkerHere extends EventTarget {
  readonly calls: Call[] = [];
  #toApi: (message: unknown) => void = () => undefined;

  constructor() {
    super();
    const post = (message: unknown): void => {
      this.dispatchEvent(new MessageEvent("message", { data: structuredClone(message) }));
    };
    const listen = (onMessage: (message: unknown) => void) => {
      this.#toApi = onMessage;
      return { dispose: () => undefined };
    };
    const letOthersIn = (): Promise<void> => new Promise(resolve => setTimeout(resolve));
    connectPeer({ post, listen }, createAnalysisApi(letOthersIn), error => {
      throw error;
    });
  }

  postMessage(message: Call): void {
    this.calls.push(message);
    this.#toApi(structuredClone(message));
  }

  terminate(): void {
    this.#toApi = () => undefined;
  }
}

function open() {
  const worker = new WorkerHere();
  const link = new AnalysisLink(
    () => worker as unknown as Worker,
    error => {
      throw error;
    },
  );
  return { worker, link };
}

function load(drawing: string) {
  const { columns } = drawTrace(drawing);
  const summary = { revision: 1, traceId: columns.traceId, problems: [], answers: [], ...quiet };
  return loadTrace(summary, columns);
}

const drawing = `
  order       =========
    SELECT     ==
    SELECT        ==
    ship            ====
`;

describe("the link to the page's worker", () => {
  it("sends the columns once for analyses, both graphs and every fold", async () => {
    const { worker, link } = open();
    const trace = load(drawing);
    const analysed = link.remote.analyse(link.give(trace), 0);
    const graphs = [];
    for (const mode of ["aggregated", "spans"] as const) {
      await link.open(trace, mode, undefined);
      for (let i = 0; i < 3; i += 1) {
        graphs.push(await link.fold(trace, mode, noWishes, graphLimits));
      }
    }
    expect((await analysed)?.rows).toHaveLength(3);
    expect(graphs.map(graph => graph?.nodes.length)).toEqual([3, 3, 3, 4, 4, 4]);
    const sent = worker.calls.filter(({ args }) => args.includes(trace.columns));
    expect(sent.map(({ method }) => method)).toEqual(["take"]);
  });

  it("tells the graph that is built on the spot", async () => {
    const { link } = open();
    const trace = load(drawing);
    const source = buildCallGraphSource(trace.columns, trace.selfNs, trace.endNs, "aggregated");
    const { count, parent, pathOfSpan } = source.paths;
    const graph = buildCallGraph(source);
    const paths = { count, parent, pathOfSpan };
    const selected = undefined;
    expect(await link.open(trace, "aggregated", selected)).toEqual({ paths, graph, selected });
    expect(await link.fold(trace, "aggregated", noWishes, graphLimits)).toEqual(graph);
  });

  it("has a graph built before there is a view of it, once", async () => {
    const { worker, link } = open();
    const trace = load(drawing);
    link.prepare(trace, "aggregated", asSpan(1));
    expect((await link.open(trace, "aggregated", asSpan(1)))?.selected).toBe(1);
    const asked = (): readonly unknown[] =>
      worker.calls.filter(({ method }) => method === "openCallGraph").map(({ args }) => args[1]);
    expect(asked()).toEqual(["aggregated"]);
    // Folded for a span, it says so, and is no answer for another trace or mode.
    link.prepare(trace, "aggregated", asSpan(1));
    await link.open(trace, "spans", undefined);
    link.prepare(trace, "spans", asSpan(1));
    await link.open(load("order ====="), "spans", undefined);
    expect(asked()).toEqual(["aggregated", "aggregated", "spans", "spans", "spans"]);
  });

  it("answers the graph's questions before an analysis that was asked for earlier", async () => {
    const { link } = open();
    const trace = load(drawing);
    const order: string[] = [];
    const analysed = link.remote.analyse(link.give(trace), 0).then(() => order.push("analysis"));
    await link.open(trace, "aggregated", undefined);
    order.push("graph");
    await analysed;
    expect(order).toEqual(["graph", "analysis"]);
  });

  it("answers nothing about a trace that gave way to another", async () => {
    const { link } = open();
    const [before, after] = [load(drawing), load("order =====")];
    const analysed = link.remote.analyse(link.give(before), 0);
    const opened = link.open(after, "aggregated", undefined);
    expect(await analysed).toBeUndefined();
    expect((await opened)?.paths.count).toBe(1);
    expect(await link.fold(after, "spans", noWishes, graphLimits)).toBeUndefined();
  });
});
