/** Task documents as spans: one row of data for every oddity that Funboost is known to write, and files of documents. */

import { BSON, Binary, Decimal128, Long, ObjectId, UUID } from "mongodb";
import { describe, expect, it } from "vitest";
import { toPlain, toDocumentText } from "../../../src/formats/encodings/bsonValue.ts";
import { isTaskDocument, readDocumentFile } from "../../../src/formats/tasks/documentFile.ts";
import { readFunboostDocument } from "../../../src/formats/tasks/funboostDocument.ts";
import { funboostIdFields, readTaskIds, withFields } from "../../../src/formats/tasks/taskIds.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { EdgeKind, SpanFlag, SpanStatus } from "../../../src/model/span.ts";
import { clockStart, createTaskDocument } from "../../contract/taskDocuments.ts";
import { readRecorded, readRecordedDocuments } from "../../contract/recordedFunboost.ts";

const nowUnixMs = (clockStart + 100) * 1_000;
const context = { store: "file", nowUnixMs };

const finished = { id: "t", queue: "orders", name: "place", published: 0, started: 1, ended: 2 };

function read(changes: Record<string, unknown>, options: Partial<typeof context> = {}) {
  const document = { ...createTaskDocument(finished), ...changes };
  return readFunboostDocument(document, { ...context, ...options });
}

describe("a Funboost document", () => {
  it("has its times to the microsecond, though they are floats of seconds", () => {
    const { span } = read({
      publish_time: 1795259439.6758,
      time_start: 1795259440.090396,
      time_end: 1795259440.398811,
    });
    expect(span.queuedUnixNs).toBe(1795259439675800000n);
    expect(span.startUnixNs).toBe(1795259440090396000n);
    expect(span.endUnixNs).toBe(1795259440398811000n);
  });

  it.each([
    ["finished well", { success: true, run_status: "finish" }, SpanStatus.ok, true],
    ["failed", { success: false, run_status: "finish" }, SpanStatus.error, true],
    ["runs", { success: false, run_status: "running", time_end: null }, SpanStatus.unset, false],
    ["was never set", { success: false, run_status: "", time_end: null }, SpanStatus.unset, false],
    ["has an end and no state", { success: false, run_status: "" }, SpanStatus.error, true],
  ])("that %s", (_name, changes, status, hasEnd) => {
    const { span } = read(changes);
    expect(span.status).toBe(status);
    expect(span.endUnixNs !== undefined).toBe(hasEnd);
  });

  it("that runs in silence for too long has lost its worker", () => {
    const running = { run_status: "running", success: false, time_end: null };
    const flags = (ageMs: number) =>
      read({ ...running, insert_time: new Date(nowUnixMs - ageMs) }).span.flags;
    expect(flags(599_000)).toBe(0);
    expect(flags(601_000)).toBe(SpanFlag.noHeartbeat);
    const withoutDates = { ...running, insert_time: undefined, utime: undefined };
    expect(read(withoutDates, { nowUnixMs: nowUnixMs + 600_000 }).span.flags).toBe(
      SpanFlag.noHeartbeat,
    );
    const ended = { insert_time: new Date(0) };
    expect(read(ended).span.flags).toBe(0);
  });

  it("that succeeded after a retry keeps the earlier error in its detail alone", () => {
    const { span, detail } = read({
      run_times: 2,
      exception: "GatewayTimeout    no answer",
      exception_type: "GatewayTimeout",
      exception_msg: "no answer",
      result: "AUTH-1042",
    });
    expect(span).toMatchObject({ status: SpanStatus.ok, attempts: 2 });
    expect(detail.error).toEqual({ type: "GatewayTimeout", message: "no answer" });
    expect(detail.result).toBe("AUTH-1042");
  });

  it("of an older Funboost has its error in one text", () => {
    const old = { exception_type: undefined, exception_msg: undefined, success: false };
    expect(read({ ...old, exception: "ValueError    out of  stock\nat all" }).detail.error).toEqual(
      {
        type: "ValueError",
        message: "out of  stock\nat all",
      },
    );
    expect(read({ ...old, exception: "no class here" }).detail.error).toEqual({
      message: "no class here",
    });
    // Requeued, dead-lettered and killed tasks fail without a word.
    expect(read({ ...old, exception: "" }).detail.error).toBeUndefined();
  });

  it.each([
    ["nothing", "", undefined, false],
    ["not saved", "不保存结果", undefined, true],
    ["of a failure", "FUNC_RUN_ERROR", undefined, false],
    ["zero", 0, 0, false],
    ["false", false, false, false],
    ["a list", [1, { a: null }], [1, { a: undefined }], false],
  ])("with a result that is %s", (_name, result, expected, isTold) => {
    const { detail } = read({ result });
    expect(detail.result).toEqual(expected);
    expect(detail.attributes.some(({ key }) => key === "result")).toBe(isTold);
  });

  it("of a method names its class and file", () => {
    const owner = { first_param_name: "self", cls_name: "Shop", cls_file: "/srv/shop/shop.py" };
    expect(read({ params: { self: owner, x: 1 } }).detail.task).toMatchObject({
      className: "Shop",
      file: "/srv/shop/shop.py",
    });
  });

  it("without an id or a queue is still read", () => {
    const record = readFunboostDocument(
      {
        ...createTaskDocument(finished),
        _id: "",
        task_id: "",
        msg_dict: {},
        queue_name: undefined,
      },
      { ...context, collection: "orders_of_old" },
    );
    expect(record.span).toMatchObject({ spanId: "", queue: "orders_of_old" });
  });
});

describe("the ids of a document", () => {
  const traceparent = "00-f50f7a80f0b8f88b97788093157c4ae2-c1a5e958ffd61344-01";
  it.each([
    [
      "the seed schema",
      { trace_id: "T", task_id: "t", parent_task_id: "p", depth: 1 },
      ["T", "t", "p", 1],
    ],
    [
      "a message's own",
      { _id: "t", msg_dict: { extra: { trace_id: "T", parent_task_id: "p", depth: 2 } } },
      ["T", "t", "p", 2],
    ],
    [
      "a workflow",
      {
        _id: "t",
        msg_dict: {
          extra: { workflow_context: { workflow_id: "W", parent_task_id: null, chain_depth: 1 } },
        },
      },
      ["W", "t", undefined, 1],
    ],
    [
      "OpenTelemetry",
      { _id: "t", msg_dict: { extra: { otel_context: { traceparent } } } },
      ["f50f7a80f0b8f88b97788093157c4ae2", "t", undefined, undefined],
    ],
    [
      "no tracer",
      { _id: "t", msg_dict: { extra: { otel_context: {} } } },
      [undefined, "t", undefined, undefined],
    ],
    ["integers", { _id: 7, trace_id: 5, parent_task_id: 6 }, ["5", "7", "6", undefined]],
    [
      "nothing but zeros",
      { _id: "t", trace_id: "0".repeat(32), parent_task_id: "" },
      [undefined, "t", undefined, undefined],
    ],
    [
      "the first of several",
      { _id: "t", trace_id: "A", msg_dict: { extra: { trace_id: "B" } } },
      ["A", "t", undefined, undefined],
    ],
    [
      "extended JSON",
      { _id: { $oid: "65a000000000000000000001" }, trace_id: { $numberInt: "5" } },
      ["5", "65a000000000000000000001", undefined, undefined],
    ],
  ])("by %s", (_name, document, [traceId, taskId, parentTaskId, depth]) => {
    const ids = readTaskIds(document, funboostIdFields);
    expect([ids.traceId, ids.taskId, ids.parentTaskId, ids.depth]).toEqual([
      traceId,
      taskId,
      parentTaskId,
      depth,
    ]);
  });

  it("tell OpenTelemetry's span of the message as a cause, not as a parent", () => {
    const { span } = read({ msg_dict: { extra: { otel_context: { traceparent } } } });
    expect(span.parentSpanId).toBeUndefined();
    expect(span.refs?.map(ref => ref.spanId)).toEqual(["c1a5e958ffd61344"]);
  });
});

describe("values of BSON", () => {
  const uuid = new UUID("0f8fad5b-d9cd-469f-a165-70867728950e");
  const values = {
    date: new Date(1_767_225_600_123),
    long: Long.fromString("9007199254740993"),
    small: Long.fromNumber(42),
    decimal: Decimal128.fromString("1.50"),
    id: new ObjectId("65a000000000000000000001"),
    uuid,
    bytes: new Binary(Buffer.from("hello")),
    nothing: null,
    nested: { list: [1, new Date(0)] },
  };
  const plain = {
    date: "2026-01-01T00:00:00.123Z",
    long: "9007199254740993",
    small: 42,
    decimal: "1.50",
    id: "65a000000000000000000001",
    uuid: uuid.toString(),
    bytes: "aGVsbG8=",
    nothing: undefined,
    nested: { list: [1, "1970-01-01T00:00:00.000Z"] },
  };

  it("read the same from the driver, from relaxed and from canonical extended JSON", () => {
    expect(toPlain(values)).toEqual(plain);
    for (const relaxed of [true, false]) {
      const text = BSON.EJSON.stringify(values, { relaxed });
      expect(toPlain(JSON.parse(text)), `relaxed ${String(relaxed)}`).toEqual(
        // Relaxed extended JSON itself gives up the last digit of large integers.
        relaxed ? { ...plain, long: 2 ** 53 } : plain,
      );
    }
  });

  it("are written as extended JSON that MongoDB's own reader understands", () => {
    const back = BSON.EJSON.parse(toDocumentText(values), { relaxed: false }) as typeof values;
    expect(back.date).toEqual(values.date);
    expect(back.id).toEqual(values.id);
    expect(back.decimal.toString()).toBe("1.50");
    expect(back.nested.list[1]).toEqual(new Date(0));
  });
});

describe("a file of documents", () => {
  const recorded = readRecorded();
  const lines = [...readRecordedDocuments().values()].flatMap(text => text.trim().split("\n"));
  const canonical = lines.map(line =>
    BSON.EJSON.stringify(BSON.EJSON.parse(line) as object, { relaxed: false }),
  );
  const wide = (text: string) => JSON.stringify(JSON.parse(text), undefined, 2);

  it.each([
    ["one a line", lines.join("\n")],
    ["one a line, canonical, with Windows' line ends", canonical.join("\r\n")],
    ["an array", `[${lines.join(",")}]`],
    ["a pretty array with a byte order mark", `\uFEFF${wide(`[${canonical.join(",")}]`)}`],
  ])("as %s holds every recorded task", (_name, text) => {
    const { records, problems } = readDocumentFile(text, context);
    expect(problems).toEqual([]);
    expect(records).toHaveLength(recorded.tasks.length);
    for (const task of recorded.tasks) {
      const record = records.find(each => each.span.spanId === task.id);
      expect(record).toMatchObject({
        traceId: task.traceId ?? task.id,
        span: { name: task.function, queue: task.queue, attempts: task.runTimes },
        detail: { stores: ["file"], task: { taskId: task.id } },
      });
      expect(record?.span.parentSpanId).toBe(task.parent ?? undefined);
    }
    const [first] = readDocumentFile(lines.join("\n"), context).records;
    expect(records.find(each => each.span.spanId === first?.span.spanId)?.span).toEqual(
      first?.span,
    );
  });

  it("as a single document", () => {
    expect(readDocumentFile(wide(lines[0] ?? ""), context).records).toHaveLength(1);
  });

  it("says which lines it could not read, and reads the others", () => {
    const { records, problems } = readDocumentFile(
      [lines[0], "{oops", '{"colour": "red"}'].join("\n"),
      context,
    );
    expect(records).toHaveLength(1);
    expect(
      problems.map(problem => (problem.code === "storeNote" ? problem.text : problem.code)),
    ).toEqual([expect.stringMatching(/^2: /), "1 of 2 are no task documents"]);
  });

  it("gives tasks without a trace id the trace of their callers, circles too", () => {
    const task = (id: string, parent: string, trace?: string) =>
      createTaskDocument({
        ...finished,
        id,
        extra: { parent_task_id: parent, ...(trace !== undefined && { trace_id: trace }) },
      });
    const documents = [
      task("leaf", "mid"),
      task("mid", "top"),
      task("top", "gone"),
      task("under", "known"),
      task("known", "", "T"),
      task("a", "b"),
      task("b", "a"),
    ];
    const { records } = readDocumentFile(JSON.stringify(documents), context);
    const traces = Object.fromEntries(records.map(each => [each.span.spanId, each.traceId]));
    expect(traces).toMatchObject({ leaf: "top", mid: "top", top: "top", under: "T", known: "T" });
    expect(traces["a"]).toBe(traces["b"]);
  });

  it("is told from other JSON", () => {
    expect(lines.every(line => isTaskDocument(JSON.parse(line)))).toBe(true);
    const others = [
      null,
      1,
      [],
      { resourceSpans: [] },
      { traceID: "1", spans: [] },
      { traceId: "1", id: "2" },
      { trace_id: "1", span_id: "2", status: "ok", transaction: "GET /" },
      { level: "info", message: "placed", trace_id: "1", task_id: "t" },
    ];
    expect(others.filter(isTaskDocument)).toEqual([]);
  });
});

it("the user's own id paths come first, and the usual ones still count", () => {
  const fields = withFields(funboostIdFields, { traceId: ["request"] });
  expect(readTaskIds({ _id: "a", request: "r1", trace_id: "t1" }, fields).traceId).toBe("r1");
  expect(readTaskIds({ _id: "a", trace_id: "t1" }, fields).traceId).toBe("t1");
});

it("a chain that goes on in a new trace links back to the task that it continues", () => {
  const document = {
    _id: "a",
    run_status: "finish",
    msg_dict: { extra: { continues_task_id: "b" } },
  };
  const { detail } = readFunboostDocument(document, { store: "mongo", nowUnixMs: 0 });
  expect(detail.links).toEqual([
    { kind: EdgeKind.followsFrom, traceId: "b", spanId: "b", attributes: [] },
  ]);
});

describe("a dump of documents in BSON", () => {
  const text = [...readRecordedDocuments().values()].join("");
  const documents = text
    .trim()
    .split("\n")
    .map(line => BSON.EJSON.parse(line) as Record<string, unknown>);
  const dump = Buffer.concat(documents.map(document => BSON.serialize(document)));
  const readDump = (bytes: Uint8Array) =>
    readTraceFile(bytes, { store: "file", path: "shop.bson", nowUnixMs });

  it("is the same trace as the documents in JSON", () => {
    const { format, records, problems } = readDump(dump);
    const expected = readDocumentFile(text, context).records;
    expect(format).toBe("task documents (BSON)");
    expect(problems).toEqual([]);
    expect(records.map(({ traceId, span }) => ({ traceId, span }))).toEqual(
      expected.map(({ traceId, span }) => ({ traceId, span })),
    );
    expect(records.map(({ detail }) => detail.parameters)).toEqual(
      expected.map(({ detail }) => detail.parameters),
    );
  });

  it("keeps what came before it breaks off, and says where", () => {
    const { records, problems } = readDump(dump.subarray(0, dump.length - 10));
    expect(records).toHaveLength(documents.length - 1);
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems[0])).toMatch(/broken off at byte \d+/);
  });
});
