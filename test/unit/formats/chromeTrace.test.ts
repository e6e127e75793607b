/** Chrome's trace events: recorded from real programs, see `test/fixtures/chrome`, and what those do not write. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readChromeTrace } from "../../../src/formats/products/chromeTrace.ts";
import { EdgeKind } from "../../../src/model/span.ts";
import { attributesOf, detailOf, open, snapshot, toObject } from "./fileSnapshot.ts";

const read = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../../fixtures/chrome", name), "utf8");

/** All of one thread, with times from a day in 2026 on. */
const event = (fields: object): object => ({ pid: 1, tid: 1, ...fields });
const at = (micros: number): number => 1_767_261_600_000_000 + micros;
const unknownClock = "! the times count from an unknown moment, not from 1970";

describe("a real recording", () => {
  it("of VizTracer is the calls of each thread, whose callers are written last", () => {
    expect(snapshot(read("viztracer.json"))).toBe(
      [
        "Chrome trace events @ 1970-01-01T00:10:41.878Z",
        "! fields not read: version",
        unknownClock,
        "<module> (/srv/shop/orders.py:1) #MainProcess 0+5253.227",
        "  main (/srv/shop/orders.py:6) #MainProcess 7.624+5236.897",
        "    Thread.start (/usr/lib/python3.11/threading.py:945) #MainProcess 70.802+5143.152",
        "      _thread.start_new_thread #MainProcess 77.054+4945.353",
        "    branch (/srv/shop/orders.py:4) #MainProcess 5215.357+8.335",
        "      branch.<locals>.<listcomp> (/srv/shop/orders.py:5) #MainProcess 5216.359+2.714",
        "        leaf (/srv/shop/orders.py:2) #MainProcess 5216.689+0.601",
        "          builtins.sum #MainProcess 5216.94+0.2",
        "        leaf (/srv/shop/orders.py:2) #MainProcess 5217.671+0.601",
        "          builtins.sum #MainProcess 5217.962+0.17",
        "        leaf (/srv/shop/orders.py:2) #MainProcess 5218.523+0.42",
        "          builtins.sum #MainProcess 5218.743+0.16",
        "branch (/srv/shop/orders.py:4) #MainProcess 5163.28+11.24",
        "  branch.<locals>.<listcomp> (/srv/shop/orders.py:5) #MainProcess 5168.149+6.221",
        "    leaf (/srv/shop/orders.py:2) #MainProcess 5170.102+2.254",
        "      builtins.sum #MainProcess 5171.425+0.721",
        "    leaf (/srv/shop/orders.py:2) #MainProcess 5173.228+0.951",
        "      builtins.sum #MainProcess 5173.86+0.23",
      ].join("\n"),
    );
    expect(attributesOf(read("viztracer.json"), "main (/srv/shop/orders.py:6)")).toMatchObject({
      "code.function.name": "main",
      "code.file.path": "/srv/shop/orders.py",
      "code.line.number": 6,
      "thread.name": "MainThread",
      category: "fee",
    });
  });

  it("of Node has callbacks within what is asynchronous, and moments of their own", () => {
    const told = snapshot(read("node.json"));
    expect(told).toContain("\nbootstrapComplete #node 0+0\n");
    expect(told).toContain("\nfs.sync.open #node 2748+19\n");
    expect(told).toContain("\nTimeout #node 6763+11262\n  Timeout_CALLBACK #node 16014+1497\n");
  });

  it("of clang begins when it says", () => {
    const told = snapshot(read("clang.json"));
    expect(told).toContain(
      "Chrome trace events @ 2026-11-29T22:20:02.466Z\nExecuteCompiler #clang",
    );
    expect(told).toContain("\n  Frontend #clang 5600+414772\n    Source #clang 12226+161542\n");
  });
});

describe("what threads ran", () => {
  it("nests begins and ends, and says which do not match", () => {
    const events = [
      event({ ph: "E", name: "before", ts: at(0) }),
      event({ ph: "B", name: "outer", ts: at(1), args: { a: 1 } }),
      event({ ph: "B", name: "inner", ts: at(2) }),
      event({ ph: "i", name: "mark", ts: at(3), s: "t", args: { why: "x" } }),
      event({ ph: "E", ts: at(4) }),
      event({ ph: "E", name: "outer", ts: at(9), args: { b: 2 } }),
      event({ ph: "B", name: "open", ts: at(10) }),
    ];
    expect(snapshot(events)).toBe(
      [
        "Chrome trace events @ 2026-01-01T10:00:00.000Z",
        "! 1 ends without a beginning were left out",
        "outer 0+8",
        "  inner 1+2 [mark]",
        "open 9+",
      ].join("\n"),
    );
    expect(attributesOf(events, "outer")).toMatchObject({ a: 1, b: 2 });
    expect(toObject(detailOf(events, "inner").events[0]!.attributes)).toEqual({ why: "x", s: "t" });
  });

  it("keeps apart what overlaps, and tells threads and processes apart", () => {
    const events = [
      event({ ph: "X", name: "kernel 2", ts: at(5), dur: 10 }),
      event({ ph: "X", name: "kernel 1", ts: at(0), dur: 10 }),
      event({ ph: "X", name: "elsewhere", ts: at(1), dur: 1, tid: "stream 7" }),
      event({ ph: "X", name: "other", ts: at(1), dur: 1, pid: 2 }),
      event({ ph: "M", name: "process_name", args: { name: "python" } }),
      event({ ph: "M", name: "process_name", pid: 2, args: { name: "gpu" } }),
    ];
    expect(snapshot(events)).toBe(
      [
        "Chrome trace events @ 2026-01-01T10:00:00.000Z",
        "kernel 1 #python 0+10",
        "kernel 2 #python 5+10",
        "elsewhere #python 1+1",
        "other #gpu 1+1",
      ].join("\n"),
    );
  });

  it("takes an end within the recorder's rounding for one within the caller", () => {
    const events = [
      event({ ph: "X", name: "caller", ts: at(0), dur: 10 }),
      event({ ph: "X", name: "callee", ts: at(4), dur: 6.001 }),
    ];
    expect(snapshot(events)).toContain("caller 0+10\n  callee 4+6.001");
  });
});

describe("what is asynchronous", () => {
  it("nests by its id, in whichever thread", () => {
    const events = [
      event({ ph: "b", cat: "net", id: "0x1", name: "request", ts: at(0) }),
      event({ ph: "b", cat: "net", id: "0x1", name: "connect", ts: at(1) }),
      event({ ph: "b", cat: "net", id2: { local: "0x1" }, name: "another", ts: at(1) }),
      event({ ph: "n", cat: "net", id: "0x1", name: "ready", ts: at(2) }),
      event({ ph: "e", cat: "net", id: "0x1", name: "connect", ts: at(3), tid: 2 }),
      event({ ph: "e", cat: "net", id: "0x1", name: "request", ts: at(9) }),
      event({ ph: "S", cat: "old", id: 7, name: "step", ts: at(1) }),
      event({ ph: "F", cat: "old", id: 7, name: "step", ts: at(2) }),
    ];
    expect(snapshot(events)).toBe(
      [
        "Chrome trace events @ 2026-01-01T10:00:00.000Z",
        "request 0+9",
        "  connect 1+2 [ready]",
        "another 1+",
        "step 1+1",
      ].join("\n"),
    );
  });

  it("links what a flow leads to", () => {
    const events = [
      event({ ph: "X", name: "launch", ts: at(0), dur: 4 }),
      event({ ph: "s", cat: "ac2g", name: "ac2g", id: 9, ts: at(1) }),
      event({ ph: "f", bp: "e", cat: "ac2g", name: "ac2g", id: 9, ts: at(6), tid: 2 }),
      event({ ph: "f", cat: "loose", name: "loose", id: 1, ts: at(100), tid: 3 }),
      event({ ph: "X", name: "kernel", ts: at(5), dur: 4, tid: 2 }),
    ];
    expect(snapshot(events)).toContain("! 1 flow events lie in no span and were left out");
    const [link] = detailOf(events, "kernel").links;
    expect(link).toMatchObject({ kind: EdgeKind.crossThread, spanId: "event-1" });
    expect(toObject(link!.attributes)).toMatchObject({ "flow.name": "ac2g", "flow.id": 9 });
  });
});

describe("what is no span", () => {
  it("is counted by its kind", () => {
    const events = [
      event({ ph: "X", name: "run", ts: at(0), dur: 1 }),
      event({ ph: "C", name: "heap", ts: at(0), args: { used: 1 } }),
      event({ ph: "C", name: "heap", ts: at(1), args: { used: 2 } }),
      event({ ph: "P", name: "sample", ts: at(1) }),
    ];
    expect(snapshot(events)).toContain("! no spans, and left out: 2 counters, 1 CPU samples");
  });

  it("leaves a recording that was cut short readable", () => {
    const text = `[${JSON.stringify(event({ ph: "X", name: "run", ts: at(0), dur: 1 }))},\n{"ph":"X",`;
    expect(open(text).records.map(({ span }) => span.name)).toEqual(["run"]);
  });
});

describe("a large recording", () => {
  it("is nested in one pass, and makes no detail before it is asked for", () => {
    let reads = 0;
    const count = 100_000;
    const events = Array.from({ length: count }, (_, i) => ({
      ...{ ph: "X", name: "f", ts: at(i), dur: count - i, pid: 1, tid: 1 },
      get args() {
        reads += 1;
        return {};
      },
    }));
    const { records } = readChromeTrace([{ traceEvents: events }], { store: "file" });
    expect(records).toHaveLength(count);
    // Each is nested in the one before it; the metadata is looked for once.
    expect(records.at(-1)!.span.parentSpanId).toBe(`event-${count - 1}`);
    expect(reads).toBeLessThanOrEqual(2 * count);
  });
});
