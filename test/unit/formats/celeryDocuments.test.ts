/** Celery's documents as spans, in the encodings of its backends, old and new. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCeleryChildren } from "../../../src/formats/tasks/celeryDocument.ts";
import { readDocumentFile } from "../../../src/formats/tasks/documentFile.ts";
import { SpanFlag, SpanStatus } from "../../../src/model/span.ts";
import { clockStart } from "../../contract/taskDocuments.ts";

const nowUnixMs = (clockStart + 100) * 1_000;
const context = { store: "file", nowUnixMs };

describe("Celery's documents", () => {
  const file = join(import.meta.dirname, "../../fixtures/celery/celery_taskmeta.ndjson");
  const { records, problems } = readDocumentFile(readFileSync(file, "utf8"), context);
  const find = (name: string) => records.filter(record => record.span.name === name);

  it("are one tree, named for the task at its top", () => {
    expect(problems).toEqual([]);
    const [root] = find("shop.place_order");
    const [charge] = find("shop.charge");
    expect(records).toHaveLength(6);
    expect(new Set(records.map(record => record.traceId))).toEqual(new Set([root?.span.spanId]));
    const calls = (parent: string | undefined) =>
      records
        .filter(record => record.span.parentSpanId === parent)
        .map(record => record.span.name)
        .sort();
    expect(calls(root?.span.spanId)).toEqual([
      "shop.charge",
      "shop.count_stock",
      "shop.pick",
      "shop.pick",
    ]);
    expect(calls(charge?.span.spanId)).toEqual(["shop.notify"]);
  });

  it("tell when a task was done and not for how long it ran", () => {
    for (const { span, detail } of records) {
      expect(span.flags).toBe(SpanFlag.untimed);
      expect(span.startUnixNs).toBe(span.endUnixNs);
      expect(span.endUnixNs === undefined).toBe(detail.task?.state === "STARTED");
    }
    expect(find("shop.charge")[0]?.span.endUnixNs).toBe(1795260663024000000n);
  });

  it("decode what Celery encoded: parameters, results, errors", () => {
    const [root] = find("shop.place_order");
    expect(root?.detail).toMatchObject({
      parameters: { args: [1042], kwargs: {} },
      result: { order: 1042, note: "订单" },
      task: { state: "SUCCESS", queue: "shop", host: "shop-host" },
    });
    expect(find("shop.charge")[0]?.span).toMatchObject({ attempts: 2, status: SpanStatus.ok });
    const [failed] = find("shop.pick").filter(({ span }) => span.status === SpanStatus.error);
    expect(failed?.detail.error).toMatchObject({
      type: "ValueError",
      message: "out of stock, kettle",
      stack: expect.stringContaining('File "/srv/shop/tasks.py", line 65, in pick') as string,
    });
    expect(failed?.detail.result).toBeUndefined();
    const [running] = find("shop.count_stock");
    expect(running?.span.status).toBe(SpanStatus.unset);
    expect(running?.detail.result).toBeUndefined();
  });

  it("are known by the id beside the result, as Redis and the others keep them", () => {
    const result = { status: "SUCCESS", result: 8, date_done: "2026-02-03T10:11:12.131415+00:00" };
    const documents = [
      { ...result, task_id: "top", parent_id: null },
      { ...result, task_id: "under", parent_id: "top" },
    ];
    const { records } = readDocumentFile(JSON.stringify(documents), context);
    expect(records.map(record => record.traceId)).toEqual(["top", "top"]);
    expect(records.map(record => record.span)).toMatchObject([
      { spanId: "top", messageId: "top" },
      { spanId: "under", parentSpanId: "top" },
    ]);
  });

  it("note their callees, groups too", () => {
    const [line = ""] = readFileSync(file, "utf8").split("\n");
    const children = readCeleryChildren(JSON.parse(line) as Record<string, unknown>);
    const called = [...find("shop.charge"), ...find("shop.pick"), ...find("shop.count_stock")];
    expect(children).toEqual(expect.arrayContaining(called.map(record => record.span.spanId)));
  });
});

describe("tasks of Celery in older encodings", () => {
  const done = { $date: "2026-04-01T10:00:00Z" };
  const task = (id: string, rest: object) => ({
    ...{ _id: id, name: id, status: "SUCCESS", result: "1", date_done: done },
    ...rest,
  });
  const read = (...documents: readonly object[]) =>
    readDocumentFile(JSON.stringify(documents), context).records;

  it.each<[string, object]>([
    ["null in JSON", { traceback: "null" }],
    ["bytes", { traceback: { $binary: { base64: "gAJOLg==", subType: "00" } } }],
    ["bytes of old", { traceback: { $type: "00", $binary: "gAJOLg==" } }],
  ])("have no error where the traceback is %s", (_name, rest) => {
    expect(read(task("a", rest))[0]?.detail.error).toBeUndefined();
  });

  it("show pickled results as bytes, and no error that nobody can read", () => {
    const result = { $type: "00", $binary: "gAJ9cQEu" };
    const [record] = read(task("a", { status: "FAILURE", traceback: result, result }));
    expect(record?.span.status).toBe(SpanStatus.error);
    expect(record?.detail).toMatchObject({ result: "gAJ9cQEu", error: { message: "" } });
    expect(record?.detail.error?.stack).toBeUndefined();
  });

  it("keep ids in bytes of either form", () => {
    const base64 = "f/YnDlZp5O6MSNW5ujnj2Q==";
    const ids = [{ $type: "04", $binary: base64 }, { $binary: { base64, subType: "04" } }];
    const records = ids.flatMap(_id => read({ ...task("a", {}), _id }));
    expect(new Set(records.map(each => each.span.spanId)).size).toBe(1);
    expect(records[0]?.span.spanId).toMatch(/^7ff6270e-/);
  });

  it("have stacks in JSON as text", () => {
    const stack = 'Traceback:\n  File "/app/till.py", line 3, in pay\nTillError: no till\n';
    const [record] = read(task("a", { status: "FAILURE", traceback: JSON.stringify(stack) }));
    expect(record?.detail.error).toMatchObject({ stack, message: "TillError: no till" });
  });

  it("hang below the callers that name them, as lists or in JSON, in groups too", () => {
    const group = [
      ["g", ["top", null]],
      [["b", null], null],
      [["c", ["top", null]], null],
    ];
    const children = [
      [["a", null], null],
      [group[0], group.slice(1)],
    ];
    const records = read(
      task("top", { children: JSON.stringify(children) }),
      task("a", { children: [[["d", null], null]], status: "PROGRESS", date_done: null }),
      ...["b", "c", "d"].map(id => task(id, { children: "[]", traceback: "null" })),
      task("after", { parent_id: "c" }),
    );
    expect(records.map(each => [each.span.name, each.span.parentSpanId])).toEqual([
      ["top", undefined],
      ["a", "top"],
      ["b", "top"],
      ["c", "top"],
      ["d", "a"],
      ["after", "c"],
    ]);
    expect(new Set(records.map(each => each.traceId))).toEqual(new Set(["top"]));
    expect(records[1]?.span).toMatchObject({ status: SpanStatus.unset });
    expect(records[1]?.span.endUnixNs).toBeUndefined();
  });
});
