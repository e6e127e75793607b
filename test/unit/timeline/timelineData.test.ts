import { describe, expect, it } from "vitest";
import { buildSelfIntervals } from "../../../src/analysis/selfIntervals.ts";
import { findByText } from "../../../src/analysis/treeSearch.ts";
import { NO_SPAN, SpanFlag, type SpanInput, SpanKind } from "../../../src/model/span.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { NS_PER_MS } from "../../../src/model/units.ts";
import { loadTrace, type LoadedTrace } from "../../../webview/panel/state.ts";
import { TimelineData } from "../../../webview/timeline/timelineData.ts";
import { getSpanFacts } from "../../../webview/words/spanFacts.ts";
import { countTrace } from "../../../webview/words/traceFacts.ts";
import { DRAWN_ORIGIN_UNIX_MS, drawTrace } from "../drawTrace.ts";
import { quiet } from "../webview/quiet.ts";
import { asSpan } from "../spanIndex.ts";

function load(drawing: string): LoadedTrace {
  const { columns, problems } = drawTrace(drawing);
  return loadTrace(
    { revision: 1, traceId: columns.traceId, problems, answers: [], ...quiet },
    columns,
  );
}

const shop = load(`
  POST /orders #web             ==========
    check #web                   ==
    place_order @orders #worker   ..======!          x3
      charge @payments #worker       ==
      SELECT #db                        =
    send_mail @mail                   ..==>
  ?
    audit_order @audit                     ==
`);
const data = new TimelineData(shop);
const spanOf = (name: string): number =>
  [...shop.columns.name].findIndex(index => shop.columns.strings[index] === name);

describe("what a row says", () => {
  it("names queue or service only where they change from the parent", () => {
    const groups = Array.from({ length: shop.columns.count }, (_, span) =>
      data.getGroupChange(asSpan(span)),
    );
    const named = groups.map((group, span) => `${data.getTitle(asSpan(span))}: ${group}`);
    expect(named).toEqual([
      "POST /orders: web",
      "check: ",
      "place_order: orders",
      "charge: payments",
      "SELECT: db",
      "send_mail: mail",
      "missing span s7: ",
      "audit_order: audit",
    ]);
  });

  it("tells durations, own time, and what still runs", () => {
    expect(data.describeBar(asSpan(spanOf("check")))).toEqual({ full: "2 ms", short: "2 ms" });
    expect(data.describeBar(asSpan(spanOf("place_order"))).full).toBe("6 ms · self 5 ms");
    expect(data.describeBar(asSpan(spanOf("send_mail"))).full).toMatch(/^running · /);
    expect(data.describeBar(asSpan(6)).full).toBe("not in any store");
  });

  it("moves what runs on with the clock: its end, its own time and its group; a silent one stands", () => {
    const live = new TimelineData(
      load(`
        root      ====>
          call     ===
          publish @q   =>
        other     ===~
      `),
    );
    const words = (): readonly string[] =>
      [0, 1, 2, 3].map(span => live.describeBar(asSpan(span)).full);
    const before = words();
    live.setClock(20 * NS_PER_MS);
    expect(words()).toEqual([
      "running · 20 ms · self 17 ms",
      "3 ms",
      expect.stringMatching(/^running · 1\d ms$/),
      before[3],
    ]);
    live.setClock(undefined);
    expect(words()).toEqual(before);

    const many = new TimelineData(load(`root  ======>${"\n  call   =>".repeat(6)}`));
    const [leader = NO_SPAN] = many.trace.groups.members.keys();
    expect(many.getGroupOf(leader)?.running).toBe(6);
    many.setClock(50 * NS_PER_MS);
    expect(many.getGroupOf(leader)?.toNs).toBe(50 * NS_PER_MS);
  });

  it("says of a task that was published and begun by nobody that it waits", () => {
    const startUnixNs = BigInt(DRAWN_ORIGIN_UNIX_MS) * 1_000_000n;
    const spans: readonly SpanInput[] = [
      { spanId: "a", name: "place_order", startUnixNs, endUnixNs: startUnixNs + 9_000_000n },
      {
        ...{ spanId: "b", parentSpanId: "a", name: "send_mail", queue: "mail" },
        ...{ kind: SpanKind.consumer, queuedUnixNs: startUnixNs + 4_000_000n },
      },
    ];
    const details = { readDetail: () => Promise.reject(new Error("not asked")) };
    const { columns, problems } = buildTrace("t", [{ store: "drawn", spans, details }]);
    expect(problems).toEqual([]);
    const trace = loadTrace(
      { revision: 1, traceId: "t", problems, answers: [], ...quiet },
      columns,
    );
    const queued = new TimelineData(trace);
    queued.setClock(34 * NS_PER_MS);
    expect(queued.describeBar(asSpan(1)).full).toBe("queued · 30 ms");
    expect(getSpanFacts(trace, asSpan(1)).state).toBe("queued");
    expect(countTrace(trace)).toMatchObject({ running: [], queued: [1] });
  });

  it("says aloud what the bar shows", () => {
    expect(data.describeAloud(asSpan(spanOf("place_order")))).toBe(
      "place_order, orders, worker, 6 ms, waited 2 ms, 3 attempts, error",
    );
    expect(data.describeAloud(asSpan(0))).toContain("1 error below");
  });

  it("counts what lies below, and its errors", () => {
    expect(data.countBelow(asSpan(0))).toBe(5);
    expect(data.countErrorsBelow(asSpan(0))).toBe(1);
    expect(data.countErrorsBelow(asSpan(spanOf("place_order")))).toBe(0);
    expect(data.countErrors()).toBe(1);
  });

  it("knows each span's place among its siblings", () => {
    const places = Array.from({ length: shop.columns.count }, (_, span) =>
      data.getPlace(asSpan(span)),
    );
    expect(places).toEqual([1, 1, 2, 1, 2, 3, 2, 1]);
  });

  it("marks a silent worker", () => {
    const { columns } = shop;
    const flags = columns.flags.slice();
    flags[spanOf("send_mail")]! |= SpanFlag.noHeartbeat;
    const silent = new TimelineData({ ...shop, columns: { ...columns, flags } });
    expect(silent.describeBar(asSpan(spanOf("send_mail"))).short).toMatch(/^no heartbeat · /);
  });
});

describe("edges of a span", () => {
  it("are those that end or begin at it", () => {
    const trace = load(`
      root       ==========
        a         ==           id=a
        b            ==        id=b link=a
        c               ==     follows=b
    `);
    const edges = new TimelineData(trace);
    expect(edges.listEdges(asSpan(2)).map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect(edges.listEdges(asSpan(0))).toEqual([]);
  });
});

describe("self intervals", () => {
  function check(drawing: string, expected: string): void {
    const { columns, tree, endNs, selfNs } = load(drawing);
    const intervals = buildSelfIntervals(columns, tree, asSpan(0), endNs);
    const words: string[] = [];
    let sum = 0;
    for (let i = 0; i < intervals.length; i += 2) {
      words.push(`${intervals[i]! / NS_PER_MS}-${intervals[i + 1]! / NS_PER_MS}`);
      sum += intervals[i + 1]! - intervals[i]!;
    }
    expect(words.join(" ")).toBe(expected);
    // The same sum that the rest of the panel shows.
    expect(sum).toBe(selfNs[0]);
  }

  it.each([
    ["a leaf", "p  =====", "0-5"],
    ["gaps", "p    ==========\n  a   ==\n  b       ===", "0-1 3-5 8-10"],
    ["overlaps", "p    ==========\n  a   ====\n  b     ====", "0-1 7-10"],
    ["a child within another", "p    ==========\n  a   ======\n  b     =", "0-1 7-10"],
    ["a child that sticks out", "p    =====\n  a      ======", "0-4"],
    ["a child all outside", "p    ===\n  a        ==", "0-3"],
    ["another worker's task", "p       =====\n  a @q   ==", "0-5"],
    ["a child that covers all", "p    =====\n  a  =====", ""],
    ["a running parent", "p    ==>\n  a   ==\n  b     ====", "0-1"],
  ])("of %s", (_, drawing, expected) => {
    check(drawing, expected);
  });
});

describe("find in names", () => {
  const find = (text: string): string[] =>
    findByText(shop.columns, text).map(span => data.getTitle(span));

  it.each([
    ["ORDER", "POST /orders, place_order, audit_order"],
    ["payments", "charge"],
    ["db", "SELECT"],
    ["nowhere", ""],
  ])("%s: %s", (text, expected) => {
    expect(find(text).join(", ")).toBe(expected);
  });
});

describe("gaps", () => {
  it("are long stretches of own time that no call tells of", () => {
    const { columns, ...rest } = load(`
      order      ====================
        check     ==
        quick        =
          leaf       =
        charge                 =====
      late                           =========>
        call                          ==
      publish                =======
        task @jobs              ..====
    `);
    const gaps = new TimelineData({ columns, ...rest });
    const listed = Array.from({ length: columns.count }, (_, span) =>
      Array.from(gaps.getGaps(asSpan(span)), ns => ns / NS_PER_MS).join(" "),
    );
    // The order's millisecond before the check is no tenth of it, nor is the one between two calls.
    // A task that published others waited for none of them.
    expect(listed).toEqual(["5 14", "", "", "", "", "", "", "", ""]);
  });
});
