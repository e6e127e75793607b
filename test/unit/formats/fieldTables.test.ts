/** The tables of fields: their names for ids, parents, times, errors and callees, whichever tool writes them. */

import { describe, expect, it } from "vitest";
import { getFailure } from "../../../src/model/failure.ts";
import { attributesOf, detailOf, open, snapshot, toObject } from "./fileSnapshot.ts";

const START_MS = Date.UTC(2026, 2, 1, 10);
const AT = "@ 2026-03-01T10:00:00.000Z";
const at = (ms: number): string => new Date(START_MS + ms).toISOString();
const draw = (...drawn: readonly string[]): string => drawn.join("\n");
const untraced = (count: number): string =>
  `! ${count} of ${count} spans have no trace id; they are drawn as one trace`;
const laidOut = (count: number): string =>
  `! ${count} calls have no start; they are drawn one after the other within their callers`;

/** A span of 0.9 s and one of 0.3 s in it. */
const outer = { trace_id: "t", span_id: "a", name: "plan", start_ms: START_MS, duration_ms: 900 };
const inner = { ...outer, span_id: "b", name: "ask", start_ms: START_MS + 100, duration_ms: 300 };
const both = draw(`plain spans ${AT}`, "plan 0+900000", "  ask 100000+300000");

describe("a parent", () => {
  it.each([
    ["parentActivityInstanceId", "a"],
    ["parentSpanKey", "a"],
    ["parent_step_id", "a"],
    ["parent_event_id", "a"],
    ["parentNodeId", "a"],
    ["parent_uuid", "a"],
    ["parent_job_id", "a"],
    ["parentExecutionId", "a"],
    ["parentOperationIds", ["a"]],
    ["callerId", "a"],
    ["parent_context", { span_id: "a", trace_id: "t" }],
  ])("is told by %s", (key, parent) => {
    expect(snapshot([outer, { ...inner, [key]: parent }])).toBe(both);
  });

  it("is not told by the id of its trace, its process or its group", () => {
    const more = { parent_trace_id: "a", parent_process_id: "a", parent_group_id: "a" };
    expect(snapshot([outer, { ...inner, ...more }])).toBe(both.replace("  ask", "ask"));
  });
});

describe("a span's own id", () => {
  it.each(["key", "uuid", "step_id", "activity_id", "job_id", "executionId"])(
    "is told by %s",
    key => {
      const keyed = ({ span_id: id, ...more }: typeof outer) => ({ ...more, [key]: id });
      const spans = [keyed(outer), { ...keyed(inner), parent_id: "a" }];
      expect(snapshot({ traceKey: "t", spans })).toBe(both);
    },
  );
});

describe("a name", () => {
  it.each(["label", "title", "step_name", "activityName", "jobName", "taskDefName", "section"])(
    "is told by %s",
    key => {
      const named = ({ name, ...more }: typeof outer) => ({ ...more, [key]: name });
      expect(snapshot([named(outer), { ...named(inner), parent_id: "a" }])).toBe(both);
    },
  );
});

describe("times", () => {
  const [from, to] = [START_MS, START_MS + 900];
  it.each<[object]>([
    [{ start_ts: from, end_ts: to }],
    [{ ts_start: from, ts_end: to }],
    [{ t_start: from, t_end: to }],
    [{ t0: from, t1: to }],
    [{ timeSpanStarted: at(0), timeSpanEnded: at(900) }],
    [{ started: from / 1_000, stopped: to / 1_000 }],
    [{ opened_at: at(0), closed_at: at(900) }],
    [{ entered_at: at(0), exited_at: at(900) }],
    [{ begin: from, ms: 900 }],
    [{ started_at: at(0), duration_millis: 900 }],
    [{ timing: { start: from, end: to } }],
    [{ history: { start_at: from, end_at: to, duration: 900 } }],
    [{ timestamps: { startedAt: at(0), endedAt: at(900) } }],
    [{ execution: { startTime: from, endTime: to } }],
  ])("are told by %j", times => {
    const span = { trace_id: "t", span_id: "a", name: "plan", ...times };
    expect(snapshot([span])).toBe(draw(`plain spans ${AT}`, "plan 0+900000"));
  });

  it("that lie in an object leave its other fields there", () => {
    const execution = { startTime: START_MS, endTime: START_MS + 900, worker: "w1" };
    const span = { trace_id: "t", span_id: "a", name: "plan", execution };
    expect(attributesOf([span], "plan")).toEqual({ worker: "w1" });
  });
});

describe("an outcome", () => {
  it.each<[object, string]>([
    [{ result: "failed" }, "error !:  "],
    [{ result: "succeeded" }, "ok "],
    [{ result: "partiallySucceeded" }, ""],
    [{ verdict: "FAILED" }, "error !:  "],
    [{ phase: "Failed", message: "quota" }, "error !: quota "],
    [{ status: "FAILED", reasonForIncompletion: "quota" }, "error !: quota "],
    [{ result: "failed", failure_reason: "quota" }, "error !: quota "],
    [{ result: "a text of the failed call" }, ""],
    [{ exit_code: 2 }, "error !:  "],
    [{ exitCode: 0 }, ""],
    [{ returncode: "-9" }, "error !:  "],
  ])("is told by %j", (fields, told) => {
    const drawn = draw(`plain spans ${AT}`, `plan ${told}0+900000`);
    expect(snapshot([{ ...outer, ...fields }])).toBe(drawn);
  });
});

describe("attributes", () => {
  it.each<[unknown]>([
    [[{ tagName: "db.system", tagValue: "oracle" }]],
    [[{ "db.system": "oracle" }]],
    [[{ name: "db.system", value: "oracle" }]],
    [[{ k: "db.system", v: "oracle" }]],
  ])("are in %j", tags => {
    expect(attributesOf([{ ...outer, tags }], "plan")).toEqual({ "db.system": "oracle" });
  });

  it("tell parent, service and error where nothing else does", () => {
    const id = "7b3bf470-9456-11e8-9eb6-529269fb1459";
    const spans = [
      { ...outer, span_id: id, annotations: [{ service: "shop" }, { error: "true" }] },
      { ...inner, annotations: [{ parent: id }, { service: "till" }] },
    ];
    expect(snapshot(spans)).toBe(
      draw(`plain spans ${AT}`, "plan #shop error !:  0+900000", "  ask #till 100000+300000"),
    );
  });
});

describe("callees", () => {
  it.each(["sub", "stages", "stageFlowNodes", "tasks", "jobs", "activities", "inner"])(
    "are in %s",
    key => {
      const tree = { name: "plan", ms: 900, [key]: [{ name: "ask", ms: 300 }] };
      const drawn = ["plain spans @ 1970-01-01T00:00:00.000Z", untraced(2), laidOut(2)];
      expect(snapshot(tree)).toContain(draw(...drawn));
      expect(snapshot(tree)).toContain(draw("plan 0+900000", "  ask 0+300000"));
    },
  );

  it("are those of a pipeline that is named as one", () => {
    const steps = [{ step: "ask", started_at: at(100), ended_at: at(400), result: "failed" }];
    const run = { pipeline: "plan", started_at: at(0), ended_at: at(900), steps };
    expect(snapshot(run)).toBe(
      draw(`plain spans ${AT}`, untraced(2), "plan 0+900000", "  ask error !:  100000+300000"),
    );
  });

  it("are below the root that a profile of a request has", () => {
    const ask = { Id: "p3", Name: "ask", StartMilliseconds: 100, DurationMilliseconds: 300 };
    const Root = { Id: "p2", Name: "plan", StartMilliseconds: 0, DurationMilliseconds: 900 };
    const page = { Id: "p1", Name: "/plan", Started: at(0), DurationMilliseconds: 900 };
    expect(snapshot({ ...page, Root: { ...Root, Children: [ask] } })).toBe(
      draw(
        `plain spans ${AT}`,
        untraced(3),
        "/plan 0+900000",
        "  plan 0+900000",
        "    ask 100000+300000",
      ),
    );
  });

  it("are those of a test with its times in its history", () => {
    const sql = { section: "sql", start_at: 7.1, end_at: 7.4, duration: 0.3 };
    const history = { section: "top", start_at: 7, end_at: 7.9, duration: 0.9, children: [sql] };
    const test = { id: "u1", scope: "Cart", name: "pays", result: "failed", history };
    const drawn = snapshot([{ ...test, failure_reason: "quota" }]);
    expect(drawn).toContain(draw("pays error !: quota 0+900000", "  sql 100000+300000"));
    const alone = { ...test, id: "u2", name: "adds", history: { ...history, children: [] } };
    expect(snapshot([test, alone])).toContain("adds error");
  });
});

describe("what is told beside the spans of a trace", () => {
  it("is who asked, in which session, and its tags", () => {
    const span = { id: "a", traceId: "t", name: "plan", startTime: at(0), endTime: at(900) };
    const trace = { id: "t", sessionId: "s1", userId: "u1", tags: ["hot"], observations: [span] };
    expect(toObject(detailOf(trace, "plan").resource)).toEqual({
      ...{ "session.id": "s1", "user.id": "u1", "trace.tags": ["hot"] },
    });
    expect(snapshot(trace)).toBe(draw(`plain spans ${AT}`, "plan 0+900000"));
  });

  it("is when the clock of Playwright's calls was set", () => {
    const context = { type: "context-options", wallTime: START_MS - 500, monotonicTime: 500 };
    const call = { callId: "c1", class: "Page", method: "goto", startTime: 1_000 };
    const lines = [
      { ...context, browserName: "chromium" },
      { type: "before", ...call, params: {} },
      { type: "after", callId: "c1", endTime: 1_900 },
    ];
    const text = lines.map(line => JSON.stringify(line)).join("\n");
    expect(snapshot(text)).toBe(draw(`Playwright ${AT}`, untraced(1), "Page.goto 0+900000"));
  });

  it("is the service of Lightstep's reporters", () => {
    const [from, to] = [START_MS * 1_000, (START_MS + 900) * 1_000];
    const id = { "span-id": "a1", "trace-id": "7e57", "reporter-id": "r1", "span-name": "plan" };
    const spans = [{ ...id, "start-time-micros": from, "end-time-micros": to }];
    const reporters = [{ "reporter-id": "r1", attributes: { "service.name": "till" } }];
    const data = [{ attributes: { spans }, relationships: { reporters } }];
    expect(snapshot({ data })).toBe(draw(`Lightstep ${AT}`, "plan #till 0+900000"));
  });
});

describe("lines of Wavefront", () => {
  const ids =
    "traceId=7b3bf470-9456-11e8-9eb6-529269fb1459 spanId=0313bafe-9457-11e8-9eb6-0000000000";
  it("begin with a name and end with a start and a length", () => {
    const lines = [
      `"plan" source="h1" ${ids}01 "service"="shop" error=true ${START_MS} 900`,
      `ask source=h1 ${ids}02 parent=0313bafe-9457-11e8-9eb6-000000000001 service=till ${START_MS + 100} 300`,
    ];
    expect(snapshot(draw(...lines, ""))).toBe(
      draw(`plain spans ${AT}`, "plan #shop error !:  0+900000", "  ask #till 100000+300000"),
    );
    expect(attributesOf(draw(...lines, ""), "ask")).toEqual({ source: "h1" });
  });
});

describe("rows of servers that keep a field elsewhere", () => {
  it("are those of Jaeger with milliseconds alone", () => {
    const row = { traceID: "52969a8955571a3f", spanID: "1", operationName: "plan", duration: 900 };
    const rows = [{ ...row, startTimeMillis: START_MS, process: { serviceName: "shop" } }];
    expect(snapshot(rows)).toBe(draw(`Jaeger JSON ${AT}`, "plan #shop 0+900"));
  });

  it("are those of Zipkin with flat endpoints", () => {
    const row = { traceId: "52969a8955571a3f", id: "1", name: "plan", timestamp: START_MS * 1_000 };
    const flat = { localServiceName: "shop", remoteServiceName: "till", localEndpointIpv4: "" };
    expect(snapshot([{ ...row, duration: 900, ...flat, kind: "CLIENT" }])).toBe(
      draw(`Zipkin JSON ${AT}`, "plan #shop client 0+900"),
    );
  });
});

describe("rows of databases", () => {
  it("are those of BigQuery, whose cells have no names", () => {
    const row = (...cells: readonly unknown[]) => ({ f: cells.map(v => ({ v })) });
    const names = ["trace_id", "span_id", "parent_id", "name", "start_time", "duration_ms"];
    const rows = [
      row("t", "a", null, "plan", `${START_MS / 1_000}`, "900.0"),
      row("t", "b", "a", "ask", "1.7723592001E9", "300.0"),
    ];
    expect(
      snapshot({ schema: { fields: names.map(name => ({ name, type: "STRING" })) }, rows }),
    ).toBe(both);
  });

  it("are those of DynamoDB, whose values have their types", () => {
    const item = ({ trace_id, span_id, name, start_ms, duration_ms }: typeof outer) => ({
      ...{ trace_id: { S: trace_id }, span_id: { S: span_id }, name: { S: name } },
      ...{ start_ms: { N: `${start_ms}` }, duration_ms: { N: `${duration_ms}` } },
      ...{ parent_id: span_id === "a" ? { NULL: true } : { S: "a" } },
      attributes: { M: { kinds: { L: [{ S: "x" }, { N: "5" }] }, hot: { BOOL: true } } },
    });
    const answer = { Items: [item(outer), item(inner)], Count: 2, ScannedCount: 2 };
    expect(snapshot(answer)).toBe(both);
    expect(attributesOf(answer, "ask")).toEqual({ kinds: ["x", "5"], hot: true });
  });

  it("are those of a German spreadsheet", () => {
    const header = "trace_id;span_id;parent_id;name;start;duration_ms";
    const rows = ["t;a;;plan;01.03.2026 10:00:00,000;900,0", "t;b;a;ask;1.3.2026 10:00:00,1;300"];
    expect(snapshot(draw(header, ...rows, ""))).toBe(both.replace("plain spans", "CSV"));
  });
});

it("what Laravel's Debugbar measured is named", () => {
  const time = { start: 1, end: 2, duration_str: "1s", measures: [{ label: "Boot", start: 1 }] };
  expect(reasonOf({ __meta: { id: "x" }, time })).toMatch(/^what Laravel's Debugbar/);
});

it("an execution of n8n is named", () => {
  const runData = { Ask: [{ startTime: 1, error: { message: "" } }] };
  expect(reasonOf({ id: "7", data: { resultData: { runData } } })).toMatch(/^an execution of n8n,/);
});

function reasonOf(content: unknown): string {
  try {
    open(content);
    return "";
  } catch (error) {
    const failure = getFailure(error);
    if (failure?.code !== "unreadableFile") throw error;
    return failure.reason;
  }
}
