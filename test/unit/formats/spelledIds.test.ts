/** Ids in every spelling, as every reader of files takes them: what is one trace is read as one, children below parents. */

import { describe, expect, it } from "vitest";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import {
  spanId,
  spanSpellings,
  traceId,
  traceSpellings,
  type Spelling,
} from "../model/spellings.ts";

const startMs = 1_767_261_600_000;
const child = "77aa77aa77aa77aa";

/** A root and its child; the root's id is spelled in one way as its own, in another as the child's parent. */
interface Written {
  readonly trace: string;
  readonly own: string;
  readonly asParent: string;
}

const readers: readonly {
  readonly name: string;
  readonly write: (ids: Written) => unknown;
  /** What this format can tell: ids are numbers in it; else only certain spellings are read as numbers. */
  readonly isNumeric: boolean;
}[] = [
  {
    name: "OTLP JSON",
    isNumeric: true,
    write: ({ trace, own, asParent }) => ({
      resourceSpans: [
        { scopeSpans: [{ spans: [otlp(trace, own, ""), otlp(trace, child, asParent)] }] },
      ],
    }),
  },
  {
    // Whoever makes up ids writes any text, so only what is certain is a number.
    name: "Jaeger JSON",
    isNumeric: false,
    write: ({ trace, own, asParent }) => ({
      data: [{ traceID: trace, spans: [jaeger(trace, own, ""), jaeger(trace, child, asParent)] }],
    }),
  },
  {
    name: "Zipkin JSON",
    isNumeric: true,
    write: ({ trace, own, asParent }) => [zipkin(trace, own, ""), zipkin(trace, child, asParent)],
  },
  {
    name: "plain spans",
    isNumeric: false,
    write: ({ trace, own, asParent }) => [plain(trace, own, ""), plain(trace, child, asParent)],
  },
];

/** Headers name a trace and a span at once: no field of an id holds them. */
const isId = ({ name }: Spelling): boolean => !/header|name|traceparent/.test(name);
/** With an id of X-Ray's, fields of anybody are those of its segments. */
const isPlain = ({ name, isCertain }: Spelling): boolean => isCertain && name !== "X-Ray";

describe.each(readers)("$name", ({ write, isNumeric }) => {
  const fits = (spelling: Spelling): boolean => isId(spelling) && (isNumeric || isPlain(spelling));

  it.each(traceSpellings.filter(fits))("reads a trace id: $name", ({ text }) => {
    const { ids, parents } = read(write({ trace: text, own: spanId, asParent: spanId }));
    expect(ids).toEqual([traceId]);
    expect(parents).toEqual([-1, 0]);
  });

  it.each(spanSpellings.filter(fits))("reads a span id: $name", ({ text }) => {
    for (const [own, asParent] of [
      [text, spanId],
      [spanId, text],
    ] as const) {
      const { spanIds, parents } = read(write({ trace: traceId, own, asParent }));
      expect(spanIds).toEqual([spanId, child]);
      expect(parents).toEqual([-1, 0]);
    }
  });
});

it("ids in base64 without padding are told by both of them, also in someone's own fields", () => {
  const trace = Buffer.from(traceId, "hex").toString("base64url");
  const own = Buffer.from(spanId, "hex").toString("base64url");
  expect(read([plain(trace, own, ""), plain(trace, "d6p3qneqd6o", own)]).ids).toEqual([traceId]);
  // Words of as many letters that are no bytes of ids.
  const words = read([plain("vytxeTZskVKR7C7WgdSP3d", "step-one", "")]);
  expect(words.ids).toEqual(["vytxeTZskVKR7C7WgdSP3d"]);
});

it("Jaeger's clients cut leading zeros, and short ids are somebody's own", () => {
  const cut = traceId.slice(16).replace(/^./, "0").slice(1);
  const spans = [jaeger(cut, spanId.slice(1), ""), jaeger(`0${cut}`, child, spanId)];
  const { ids, parents } = read({ data: [{ traceID: cut, spans }] });
  expect(ids).toEqual([cut.padStart(32, "0")]);
  expect(parents).toEqual([-1, 0]);
  const own = read({
    data: [{ traceID: "42", spans: [jaeger("42", "A", ""), jaeger("42", "B", "A")] }],
  });
  expect(own).toEqual({ ids: ["42"], spanIds: ["A", "B"], parents: [-1, 0] });
});

it("a tracer that counts from zero loses no span", () => {
  const { ids, spanIds, parents } = read([plain("0", "0", ""), plain("0", "1", "0")]);
  expect(ids).toEqual(["0"]);
  expect(spanIds).toEqual(["0", "1"]);
  expect(parents).toEqual([-1, 0]);
  // Where nobody has the id 0, it means that there is no parent.
  expect(read([plain("7", "1", "0"), plain("7", "2", "1")]).parents).toEqual([-1, 0]);
});

function read(file: unknown) {
  const { records } = readTraceFile(Buffer.from(JSON.stringify(file)), {
    store: "file",
    path: "file.json",
    nowUnixMs: startMs,
  });
  const ids = [...new Set(records.map(record => record.traceId))];
  const { columns, spanIds } = buildTrace(ids[0] ?? "", [
    {
      store: "file",
      spans: records.map(record => record.span),
      details: { readDetail: () => Promise.reject(new Error("not asked")) },
    },
  ]);
  return { ids, spanIds, parents: [...columns.parent] };
}

function otlp(trace: string, span: string, parent: string): object {
  return {
    ...{ traceId: trace, spanId: span, parentSpanId: parent, name: span },
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + 5}000000`,
  };
}

function jaeger(trace: string, span: string, parent: string): object {
  const refType = "CHILD_OF";
  return {
    ...{
      traceID: trace,
      spanID: span,
      operationName: span,
      startTime: startMs * 1000,
      duration: 5,
    },
    references: parent === "" ? [] : [{ refType, traceID: trace, spanID: parent }],
  };
}

function zipkin(trace: string, span: string, parent: string): object {
  const localEndpoint = { serviceName: "shop" };
  return {
    ...{ traceId: trace, id: span, name: "work", timestamp: startMs * 1000, duration: 5 },
    ...(parent !== "" && { parentId: parent }),
    localEndpoint,
  };
}

function plain(trace: string, span: string, parent: string): object {
  return {
    ...{ trace_id: trace, span_id: span, name: "work", start_time: startMs, duration_ms: 5 },
    ...(parent !== "" && { parent_id: parent }),
  };
}
