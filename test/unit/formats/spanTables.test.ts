/** Tables of spans: CSV in any dialect, and the columns that public data sets have. */

import { describe, expect, it } from "vitest";
import { readCsvRows } from "../../../src/formats/encodings/csvText.ts";
import { isSpanCsv, readSpanCsv } from "../../../src/formats/spanCsv.ts";
import { getFailure } from "../../../src/model/failure.ts";
import { SpanKind } from "../../../src/model/span.ts";
import { needsData, readData, readIndexRow } from "../../publicTraces.ts";
import { buildTraces, countRecords, outline } from "./outline.ts";

const context = { store: "spans.json", nowUnixMs: 0 };

describe("tables", () => {
  it.each([
    [
      "plain",
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "quotes, breaks and Windows",
      'a,b\r\n"x, ""y""\nz",2\r\n',
      [
        ["a", "b"],
        ['x, "y"\nz', "2"],
      ],
    ],
    [
      "empty cells at every end",
      ",a,\n,,\n",
      [
        ["", "a", ""],
        ["", "", ""],
      ],
    ],
    [
      "an empty last cell without a break",
      "a,b\n1,",
      [
        ["a", "b"],
        ["1", ""],
      ],
    ],
    [
      "semicolons",
      "a;b\n1,5;2",
      [
        ["a", "b"],
        ["1,5", "2"],
      ],
    ],
    ["a quote that never ends", 'a,b\n"1,2', [["a", "b"], ["1,2"]]],
    [
      "empty lines",
      "a,b\n\n1,2\n\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a mark at the beginning",
      "\uFEFFa,b\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
  ])("cells: %s", (_name, text, rows) => {
    expect([...readCsvRows(text)]).toEqual(rows);
  });

  it.each([
    "nezha/2022-08-23-16_42_trace.csv",
    "nezha/2023-01-29-08_50_trace.csv",
    "deathstarbench/trace.csv",
  ])("%s has what its INDEX row says", needsData, path => {
    const { records, problems } = readSpanCsv(readData(path), context);
    expect(problems).toEqual([]);
    expect(countRecords(records)).toBe(readIndexRow(path));
  });

  it("Nezha's pods run services", needsData, () => {
    const { records } = readSpanCsv(readData("nezha/2022-08-23-16_42_trace.csv"), context);
    const [first] = records;
    expect(first?.span).toMatchObject({
      spanId: "0aff5fb7c0f0cbec",
      name: "hipstershop.Frontend/Recv.",
      service: "frontend",
      startUnixNs: 1661272897621816981n,
      endUnixNs: 1661272897725837577n,
    });
    expect(first?.span.parentSpanId).toBeUndefined();
    expect(first?.detail.resource).toEqual([
      { key: "k8s.pod.name", value: "frontend-579b9bff58-t2dbm" },
    ]);
  });

  it("DeathStarBench's edges are their children", needsData, () => {
    const { records } = readSpanCsv(readData("deathstarbench/trace.csv"), context);
    expect(records[0]?.span).toMatchObject({
      spanId: "137cfc2d87740f56",
      parentSpanId: "37e2b05295806961",
      name: "compose_user_mentions_memcached_get_client",
      service: "user-mention-service",
      startUnixNs: 1695943858155643000n,
      endUnixNs: 1695943858156161000n,
    });
    const missing = buildTraces(records).flatMap(trace => trace.problems);
    expect(missing.map(({ code }) => code)).toEqual(new Array(20).fill("missingParent"));
  });

  it("rows without a name are called by their place, or by their service", () => {
    const text =
      "timestamp,cmdb_id,url,trace_id,span_id,parent_span\n" +
      "1647763200000,shop,http://shop/cart,t,a,\n1647763200001,db,,t,b,a\n";
    expect(outline(readSpanCsv(text, context).records)).toBe("http://shop/cart #shop\n  db #db");
  });

  it("a last row that breaks off is no span, and it is said", () => {
    const text = "trace_id,span_id,parent_id,name,start_time,end_time\nt,a,,x,1,2\nt,b,a,";
    const { records, problems } = readSpanCsv(text, context);
    expect(outline(records)).toBe("x #");
    expect(problems).toMatchObject([{ text: "the last row breaks off" }]);
  });

  it("a table without spans is refused by what its columns are", () => {
    expect(isSpanCsv("a,b,c\n1,2,3")).toBe(false);
    try {
      readSpanCsv("a,b,c\n1,2,3", context);
      expect.unreachable();
    } catch (error) {
      expect(getFailure(error)).toMatchObject({
        code: "unreadableFile",
        reason: "no columns of spans: a, b, c",
      });
    }
  });
});

describe("Alibaba's calls", () => {
  const header = ",traceid,timestamp,rpcid,um,rpctype,dm,interface,rt";
  const readRows = (...rows: readonly string[]) =>
    readSpanCsv([header, ...rows].join("\n"), context);

  it("the rpc id is the tree, and both rows of one call have their side of it", () => {
    const { records, problems } = readRows(
      "0,0b13,1000,0,(?),http,gate,/buy,50",
      "1,0b13,1001,0,(?),http,gate,/buy,-48",
      "2,0b13,1005,0.1,gate,rpc,cart,cart.get,20",
      "3,0b13,1006,0.1,gate,rpc,cart,cart.get,-17",
      "4,0b13,1007,0.1.1,cart,mc,cache,,1",
      "5,0b13,1009,0.1.2,cart,db,orders-db,,3",
      "6,0b13,1030,0.2,gate,mq,mail,mail.send,4",
    );
    expect(problems).toEqual([]);
    expect(outline(records)).toBe(
      `
/buy #
  /buy #gate
    cart.get #gate
      cart.get #cart
        mc cache #cart
        db orders-db #cart
    mail.send #gate`.trim(),
    );
    const [client, server] = records.filter(({ detail }) => detail.spanId === "0.1");
    expect([client?.span.startUnixNs, client?.span.endUnixNs]).toEqual([
      1_005_000_000n,
      1_025_000_000n,
    ]);
    expect(server?.span).toMatchObject({ kind: SpanKind.server, endUnixNs: 1_023_000_000n });
    expect(records.at(-1)?.span.kind).toBe(SpanKind.producer);
  });

  it("calls above that were not kept are one missing parent; rows without an id are counted", () => {
    const { records, problems } = readRows(
      "0,t,1000,0.1.1,a,rpc,b,x,5",
      "1,t,1006,0.1.2,a,rpc,c,y,5",
      "2,t,1006,nan,a,rpc,c,y,5",
    );
    expect(outline(records)).toBe("? 0.1\n  x #a\n  y #a");
    expect(problems).toMatchObject([{ text: "1 of 3 rows have no trace id or no rpc id" }]);
  });

  it("the columns of the year after", () => {
    const text = [
      "timestamp,traceid,service,rpc_id,rpctype,um,uminstanceid,interface,dm,dminstanceid,rt",
      "152757,T_1,S_1,0,http,UNKNOWN,UNKNOWN,Vf,MS_1,MS_1_POD_1,8.0",
    ].join("\n");
    const { records } = readSpanCsv(text, context);
    expect(records[0]?.span).toMatchObject({
      spanId: "0.",
      name: "Vf",
      endUnixNs: 152_765_000_000n,
    });
  });
});
