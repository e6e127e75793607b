/** Recognisers: what is an id, where, and how sure that is. Rows of data; the marks under a text show what is found. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listIds, recogniseIds } from "../../../src/logs/recogniseIds.ts";

const TASK = "019b4ed4-1a6d-7be3-8516-192449685f6d";
const TRACE = "f50f7a80f0b8f88b97788093157c4ae2";
const SPAN = "c1a5e958ffd61344";
const LINE = `2025-12-25 14:00:12-(192.168.1.20,dev-box)-[p48213_t140234567890688] - funboost.RedisConsumer--q - "base_consumer.py:977" - _run - DEBUG - `;

/** `role:id` for each match, with `?` for an uncertain one; the id must stand where its offsets say. */
function describeMatches(text: string): string {
  return recogniseIds(text)
    .map(({ id, role, isCertain }) => `${role}${isCertain ? "" : "?"}:${id}`)
    .join(" ");
}

test.each([
  ["traceparent", `00-${TRACE}-${SPAN}-01`, `trace:${TRACE} span:${SPAN}`],
  [
    "traceparent in JSON",
    `{"traceparent": "00-${TRACE}-${SPAN}-01"}`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["a Funboost line", `${LINE}${TASK} - 函数 task_process`, `task:${TASK}`],
  ["a Funboost line with an id of the user's own", `${LINE}order:42/x - done`, "task:order:42/x"],
  ["a Funboost line outside of a task", `${LINE}no_task_id - 从 REDIS 取出`, ""],
  ["Funboost's message", `{"task_id":"${TASK}","publish_time":1766642410.1}`, `task:${TASK}`],
  ["a Funboost line behind docker compose", `worker-1  | ${LINE}${TASK} - done`, `task:${TASK}`],
  ["a Funboost line in a pod", `2026-04-01T00:00:00Z stdout F ${LINE}${TASK} - x`, `task:${TASK}`],
  [
    "the Collector's columns",
    `    Trace ID       : ${TRACE}\n    Parent ID      : \n    ID             : ${SPAN}\n`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  [
    "the Collector's columns behind docker compose",
    `otel-1  |     Parent ID      : ${SPAN}\notel-1  |      -> ID: ${SPAN}`,
    `span:${SPAN} span:${SPAN}`,
  ],
  ["the Collector's columns without a parent", `    Parent ID      : ${"0".repeat(16)}`, ""],
  [
    "a pod's own id",
    `[pod/7ff6270e-5669-4ee4-8c48-d5b9ba39e3d9/app] trace_id=${TRACE}`,
    `trace:${TRACE}`,
  ],
  ["an integer id", `'task_id': 100005, 'x': 1`, "task:100005"],
  [
    "Funboost before 53",
    `{"task_id":"q888_result:7ff6270e-5669-4ee4-8c48-d5b9ba39e3d9",`,
    "task:q888_result:7ff6270e-5669-4ee4-8c48-d5b9ba39e3d9",
  ],
  [
    "Celery",
    `Task shop.tasks.charge[7ff6270e-5669-4ee4-8c48-d5b9ba39e3d9] succeeded in 0.1s: None`,
    "task:7ff6270e-5669-4ee4-8c48-d5b9ba39e3d9",
  ],
  [
    "Celery's task formatter",
    `[INFO/MainProcess] [shop.charge(7ff6270e-5669-4ee4-8c48-d5b9ba39e3d9)] hi`,
    "task:7ff6270e-5669-4ee4-8c48-d5b9ba39e3d9",
  ],
  [
    "OpenTelemetry Python",
    `[trace_id=${TRACE} span_id=${SPAN} resource.service.name=shop]`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["no span: zeros", "[trace_id=0 span_id=0 resource.service.name=shop]", ""],
  ["zeros in full", `traceId=${"0".repeat(32)}`, ""],
  ["JSON keys", `{"traceId":"${TRACE}","spanId":"${SPAN}"}`, `trace:${TRACE} span:${SPAN}`],
  ["escaped JSON", String.raw`"{\"trace_id\":\"${TRACE}\"}"`, `trace:${TRACE}`],
  ["upper case", `TraceId: ${TRACE.toUpperCase()}`, `trace:${TRACE}`],
  ["64 bits are padded", `X-B3-TraceId: ${SPAN}`, `trace:${SPAN.padStart(32, "0")}`],
  ["ECS", `{"trace":{"id":"${TRACE}"}}`, `trace:${TRACE}`],
  [
    "Datadog is decimal",
    "dd.trace_id=13946872642478707524 dd.span_id=7",
    `trace:${13946872642478707524n.toString(16).padStart(32, "0")} span:0000000000000007`,
  ],
  ["B3", `b3: ${TRACE}-${SPAN}-1`, `trace:${TRACE} span:${SPAN}`],
  [
    "Jaeger's header",
    "uber-trace-id: 1a56110dcbd41c64:e7d8f77a3a1146ef:1a56110dcbd41c64:1",
    "trace:00000000000000001a56110dcbd41c64 span:e7d8f77a3a1146ef span:1a56110dcbd41c64",
  ],
  [
    "Jaeger's header, encoded and without zeros",
    "uber-trace-id=15e3%3A1827%3A0%3A1",
    "trace:000000000000000000000000000015e3 span:0000000000001827",
  ],
  ["a clock is no trace", "at 12:34:56:78 it was", ""],
  ["Spring Sleuth", `INFO [shop,${TRACE},${SPAN}] 1 --- hello`, `trace:${TRACE} span:${SPAN}`],
  ["Spring Boot 3", `INFO [${TRACE}-${SPAN}] hello`, `trace:${TRACE} span:${SPAN}`],
  ["SkyWalking", `TID: ${TRACE}.57.16618540914210001`, `trace:${TRACE}.57.16618540914210001`],
  ["SkyWalking off", "TID: N/A", ""],
  [
    "SkyWalking's header",
    `sw8: 1-${Buffer.from(TRACE).toString("base64")}-${Buffer.from(SPAN).toString("base64")}-1-c2hvcA==-`,
    `trace:${TRACE}`,
  ],
  [
    "SkyWalking's context",
    `{"SW_CTX":"[shop,a1@10.0.0.1,${TRACE},${SPAN}99,0]"}`,
    `trace:${TRACE}`,
  ],
  ["SkyWalking's context without a trace", `SW_CTX: [shop,a1@10.0.0.1,N/A,N/A,-1]`, ""],
  [
    "AWS X-Ray's header",
    `X-Amzn-Trace-Id: Root=1-f50f7a80-f0b8f88b97788093157c4ae2;Parent=${SPAN};Sampled=1`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["AWS X-Ray's id", `traceId: "1-f50f7a80-f0b8f88b97788093157c4ae2"`, `trace:${TRACE}`],
  ["no id of AWS X-Ray", "Root=1-f50f7a80-f0b8f88b97788093157c4ae200", ""],
  [
    "Google's log",
    `{"logging.googleapis.com/trace":"projects/shop/traces/${TRACE}","logging.googleapis.com/spanId":"${SPAN}"}`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  [
    "Google's header with a span of 64 bits",
    `X-Cloud-Trace-Context: ${TRACE}/67667974448284343;o=1`,
    `trace:${TRACE} span:00f067aa0ba902b7`,
  ],
  ["a pattern with a slash", `DEBUG [${TRACE}/${SPAN}] 1 --- x`, `trace:${TRACE} span:${SPAN}`],
  ["a pattern of two columns", `[${TRACE}] [${SPAN}] placed`, `trace:${TRACE} span:${SPAN}`],
  ["a pattern between bars", `INFO|${TRACE}|${SPAN}|placed`, `trace:${TRACE} span:${SPAN}`],
  [
    "a value that is called as a key is",
    `2026-05-04T08:00:01.000Z\tINFO\tstarted\t{"WorkflowID":"pack_workflow_id","RunID":"x"}`,
    "task:pack_workflow_id",
  ],
  ["a hash beside another", `[${TRACE}] [${TRACE}] done`, `any?:${TRACE} any?:${TRACE}`],
  [
    "Jaeger's page with a span to find",
    `http://localhost:16686/trace/${TRACE}?uiFind=${SPAN}`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["Google's header", `X-Cloud-Trace-Context: ${TRACE}/1;o=1`, `trace:${TRACE}`],
  ["the address of a trace", `http://localhost:16686/trace/${TRACE}?uiFind=x`, `trace:${TRACE}`],
  [
    "RocketMQ's messages, as they are written",
    "SendResult [msgId=0A42333A0DC818B4AAC246C290FD0000, offsetMsgId=0A42333A00002A9F000000000134F1F5]",
    "task:0A42333A0DC818B4AAC246C290FD0000 task:0A42333A00002A9F000000000134F1F5",
  ],
  [
    "what Jaeger's clients log",
    "Reporting span 1a56110dcbd41c64:1827:0:1",
    "trace:00000000000000001a56110dcbd41c64 span:0000000000001827",
  ],
  ["a date and a clock are no trace", "20260101:12:34:56 it was", ""],
  [
    "Datadog's object in JSON",
    `{"dd":{"service":"shop","trace_id":"13946872642478707524","span_id":"7"},"message":"hi"}`,
    `trace:${13946872642478707524n.toString(16).padStart(32, "0")} span:0000000000000007`,
  ],
  [
    "Datadog's header",
    "x-datadog-trace-id: 13946872642478707524",
    `trace:${13946872642478707524n.toString(16).padStart(32, "0")}`,
  ],
  [
    "a decimal of Datadog of sixteen digits",
    "dd.span_id=1402923482039472",
    `span:${1402923482039472n.toString(16).padStart(16, "0")}`,
  ],
  [
    "Python's console",
    `"trace_id": "0x${TRACE}",\n"span_id": "0x${SPAN}"`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["columns of .NET", `Activity.TraceId:            ${TRACE}`, `trace:${TRACE}`],
  ["columns of the Collector", `    Trace ID       : ${TRACE}`, `trace:${TRACE}`],
  ["Ruby's arrow", `"trace_id"=>"${TRACE}"`, `trace:${TRACE}`],
  ["an id without digits", `trace_id: ${"abcd".repeat(8)}`, `trace:${"abcd".repeat(8)}`],
  // Keys.
  [
    "parents",
    `parent_id=${SPAN} ParentId: ${SPAN} operation_ParentId=${SPAN}`,
    `span:${SPAN} span:${SPAN} span:${SPAN}`,
  ],
  ["the parent of a task", `'parent_id': '${TASK}'`, `task:${TASK}`],
  ["Datadog's parent", "x-datadog-parent-id: 1234567890123456789", "span:112210f47de98115"],
  [
    "words without “id”",
    `[trace: ${TRACE}, span: ${SPAN}] trace=${TRACE} span=${SPAN}`,
    `trace:${TRACE} span:${SPAN} trace:${TRACE} span:${SPAN}`,
  ],
  [
    "Serilog",
    `{"@t":"2026-05-04","@tr":"${TRACE}","@sp":"${SPAN}"}`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["Application Insights", `"operation_Id":"${TRACE}"`, `trace:${TRACE}`],
  [
    "a segment of AWS is a span",
    `XRAY TraceId: 1-f50f7a80-f0b8f88b97788093157c4ae2 SegmentId: ${SPAN}`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["a segment of SkyWalking is no trace", `segmentId=${TRACE}.57.16618540914210001`, ""],
  ["a transaction of Elastic is a span", `transaction.id=${SPAN}`, `span:${SPAN}`],
  [
    "objects of ECS",
    `{"trace":{"id":"${TRACE}"},"transaction":{"type":"request","id":"${SPAN}"},"user":{"id":"42"}}`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["plain ids behind headers", "> X-Span-ID: span-a01", "span:span-a01"],
  ["the id of a request", "X-Request-ID: req-15", "any:req-15"],
  [
    "b3 with a parent",
    `X-B3: ${TRACE}-${SPAN}-1-1a56110dcbd41c64`,
    `trace:${TRACE} span:${SPAN} span:1a56110dcbd41c64`,
  ],
  ["Sentry", `sentry-trace: ${TRACE}-${SPAN}-1`, `trace:${TRACE} span:${SPAN}`],
  // Spellings.
  [
    "128 bits in decimal, in prose",
    "Root trace id 163240985430872415486274198230617245921",
    "trace:7acf11f89424e9342d4e2d448b3348e1",
  ],
  [
    "leading zeros cut",
    "traceID=e3f6b3a02b3e01a spanID=a1b2c3d4e5f6071",
    "trace:00000000000000000e3f6b3a02b3e01a span:0a1b2c3d4e5f6071",
  ],
  ["base64", `{"traceId":"9Q96gPC4+IuXeIBXk6+c4g=="}`, "trace:f50f7a80f0b8f88b9778805793af9ce2"],
  [
    "OpenTelemetry's exporter of logs",
    `[main] INFO - 'GET /x' : ${TRACE} ${SPAN} SERVER [tracer: io.opentelemetry.tomcat-10.0:2.11]`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["a table with tabs", `trace_id\t${TRACE}`, `trace:${TRACE}`],
  ["base64 with a filling sign", '{"spanId":"APBnqgupArc="}', "span:00f067aa0ba902b7"],
  ["Laravel", `[2026-05-04 08:00:01][${TASK}] Processing: App\\Jobs\\Pack`, `task:${TASK}`],
  ["MLflow", `?selectedTraceId=tr-${TRACE}`, `trace:${TRACE}`],
  // Grammars.
  [
    "a list of keys and values",
    `[{"key":"traceId","value":"${TRACE}"},{"key":"span_id","value":{"stringValue":"${SPAN}"}}]`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  [
    "headers as Go prints them",
    `map[X-B3-Spanid:[${SPAN}] X-B3-Traceid:[${TRACE}]]`,
    `span:${SPAN} trace:${TRACE}`,
  ],
  [
    "headers as Go's %#v prints them",
    `http.Header{"X-Trace-Id":[]string{"${TRACE}"}}`,
    `trace:${TRACE}`,
  ],
  ["headers as pairs", `[(b'x-b3-traceid', b'${TRACE}')]`, `trace:${TRACE}`],
  ["maps in maps of Go", `map[trace:map[id:${TRACE}]]`, `trace:${TRACE}`],
  ["symbols of Ruby", `{:trace=>{:id=>"${TRACE}"}}`, `trace:${TRACE}`],
  ["PHP", `[trace_id] => ${TRACE}`, `trace:${TRACE}`],
  ["XML", `<traceId>${TRACE}</traceId>`, `trace:${TRACE}`],
  ["an option of Rust", `span_id: Some("${SPAN}")`, `span:${SPAN}`],
  [
    "line breaks inside of a string",
    String.raw`"failed\ntrace_id: ${TRACE}\nspan_id: ${SPAN}"`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["an address", `?left=%22traceId%22%3A%22${TRACE}%22`, `trace:${TRACE}`],
  [
    "colours written out",
    String.raw`{"log":"trace_id=\u001b[33m${TRACE}\u001b[0m"}`,
    `trace:${TRACE}`,
  ],
  // Frameworks.
  [
    "a service's name with a blank",
    `INFO [my shop,${TRACE},${SPAN},true] 1 --- hello`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["Celery's names with a hyphen", `Task shop.pack-parcel[${TASK}] received`, `task:${TASK}`],
  [
    "a task's own line in Celery",
    `[2026-05-04 08:00:01,002: INFO/ForkPoolWorker-2] shop.pack[order-42]: packing`,
    "task:order-42",
  ],
  ["Funboost behind a prefix", `worker-1  | ${LINE}order:42/x - done`, "task:order:42/x"],
  ["RQ", `08:00:01 default: shop.pack(1, b=2) (${TASK})`, `task:${TASK}`],
  ["RQ's jobs by name", "08:00:01 Worker 5f2a: handling success of job pack-3", "task:pack-3"],
  [
    "Huey's retries",
    `INFO:huey:Worker-1:shop.pack: ${TASK} 1 retries executed in 0.012s`,
    `task:${TASK}`,
  ],
  ["RQ with an id of the user's own", "08:00:01 default: shop.pack(1) (pack-1)", "task:pack-1"],
  ["Dramatiq", `[DEBUG] Received message pack(1) with id '${TASK}'.`, `task:${TASK}`],
  ["Huey", `INFO:huey:Worker-1:shop.pack: ${TASK} executed in 0.012s`, `task:${TASK}`],
  ["arq", `08:00:01:   0.12s → ${TRACE}:pack(1)`, `task:${TRACE}`],
  [
    "Sidekiq",
    "2026-05-04T08:00:01.002Z pid=1 tid=abc class=HardJob jid=b4a577edbccf1d805744efa9 INFO: start",
    "task:b4a577edbccf1d805744efa9",
  ],
  [
    "Sidekiq before version 6",
    "2026-05-04T08:00:01.002Z 1 TID-oxf2 HardWorker JID-b4a577edbccf1d805744efa9 INFO: start",
    "task:b4a577edbccf1d805744efa9",
  ],
  [
    "Hangfire",
    "2026-05-04 08:00:01 [WRN] Failed to process the job '42': an exception occurred.",
    "task:42",
  ],
  ["BullMQ", "2026-05-04T08:00:01Z info: Job 42 completed", "task:42"],
  // Requests, in what ran.
  ["a request in a log", `INFO done request_id=${TASK}`, `any:${TASK}`],
  ["a request", `Error: no stock { requestId: '${TASK}' }`, `any:${TASK}`],
  ["what a program calls a request", `expect(req).toBe({ req: "${TASK}" })`, `any?:${TASK}`],
  ["Pino's requests", '{"level":30,"time":1,"reqId":"req-1","msg":"in"}', "any:req-1"],
  ["a request's object", `{"level":30,"time":1,"req":{"id":"${TASK}"}}`, `any:${TASK}`],
  [
    "Kestrel's",
    `{"@t":"2026-05-04T08:00:01Z","RequestId":"0HMMC0D2M1GC4:00000001"}`,
    "any:0HMMC0D2M1GC4:00000001",
  ],
  ["Kong's header", `< X-Kong-Request-Id: ${TRACE}`, `any:${TRACE}`],
  ["Lambda's report", `REPORT RequestId: ${TASK}\tDuration: 3.1 ms`, `any:${TASK}`],
  ["Lambda's column", `2026-05-04T08:00:01.002Z\t${TASK}\tINFO\tpacked`, `any:${TASK}`],
  ["Rails' tag", `I, [2026-05-04T08:00:01.1 #4]  INFO -- : [${TASK}] Started GET`, `any:${TASK}`],
  [
    "Envoy's column",
    `[2026-05-04T08:00:01.002Z] "GET / HTTP/1.1" 200 - "-" "curl" "${TASK}" "shop:80"`,
    `any:${TASK}`,
  ],
  [
    "nginx",
    `10.0.0.1 - - [04/May/2026:08:00:01 +0000] "GET /" 200 request_id=${TRACE}`,
    `any:${TRACE}`,
  ],
  ["Prefect's runs", `Worker 'w' submitting flow run '${TASK}'`, `any:${TASK}`],
  ["Cloudflare", `< cf-ray: ${SPAN}-DFW`, `any:${SPAN}-DFW`],
  ["a payment's transaction", `INFO paid transaction_id=${TASK}`, `any?:${TASK}`],
  [
    "variables behind quoted keys",
    '["x-b3-traceid"] = trace_id_16, ["x-b3-spanid"] = span_id_8',
    "",
  ],
  ["Spark's tasks", "17/06/09 20:10:40 INFO executor.Backend: Got assigned task 718", ""],
  [
    "a kernel's messages",
    "Jul  1 09:00:55 mac kernel[0]: payload found for message 9, dataLen 0",
    "",
  ],
  ["a job that is processed", "2026-05-04T08:00:01Z info: processing job 42", "task:42"],
  ["a trace of a made-up name", "2026-05-04 08:00:01 INFO [trace:pack-3] packed", "trace:pack-3"],
  ["a trace of a made-up name in a program", "log(`[trace:step1]`)", ""],
  ["a field of Ruby", `@trace_id=${TRACE} @span_id=${SPAN}`, `trace:${TRACE} span:${SPAN}`],
  ["Google's console", `/traces/list?project=shop&tid=${TRACE}`, `trace:${TRACE}`],
  ["Azure's tenant", `{"tid":"${TASK}","message":"x"}`, `any?:${TASK}`],
  ["curl's header", "< request-id: req_011CRq3vXkD8", "any:req_011CRq3vXkD8"],
  ["a quoted note", "> Note: job #42 failed", ""],
  ["a message in a log", `2026-05-04 08:00:01 INFO Sent message ${TASK} to orders`, `task:${TASK}`],
  ["SkyWalking's id in a document", `{"tid":"${TRACE}","level":"INFO"}`, `trace:${TRACE}`],
  // Columns.
  [
    "Sleuth with the parent",
    `INFO [shop,${TRACE},${SPAN},${SPAN},true] 1 --- hello`,
    `trace:${TRACE} span:${SPAN} span:${SPAN}`,
  ],
  ["Spring without a trace", `INFO [shop,,${SPAN}] 1 --- hello`, `span:${SPAN}`],
  [
    "columns of a log",
    `2026-05-04 08:00:01 INFO Shop ${TRACE} ${SPAN} - packed`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["columns of a test's vectors", `${TRACE} ${SPAN}`, `any?:${TRACE}`],
  ["Application Insights", `Request-Id: |${TRACE}.${SPAN}.`, `trace:${TRACE} span:${SPAN}`],
  ["Temporal", "2026-05-04 08:00:01 INFO started WorkflowID pack-42 RunID x", "task:pack-42"],
  ["prose with an ID", "2026-05-04 08:00:01 INFO the task ID must be pack-42", ""],
  ["a counter of a log", "2026-05-04 08:00:01 INFO job 3 of 5, finished task 2.0 in stage 1", ""],
  // Programs.
  ["types", "    job_id: str, taskId: String, trace_id: [u8; 16], span_id: uint64", ""],
  ["members", "return Parcel(job_id=job.id, taskId: a.JobID, spanId = ctx.SpanID())", ""],
  ["numbers of a protocol", "  string job_id = 1;", ""],
  ["variables", "const taskId = task1; jobId: id2,", ""],
  ["names without digits", `expect(row).toEqual({ taskId: "task", traceId: 'trace' });`, ""],
  [
    "a literal in a program is no more than offered",
    `queue.add("pack", {}, { jobId: "custom1" });`,
    "task?:custom1",
  ],
  ["HTML", `<span id="${SPAN}">`, ""],
  ["a UUID alone may be anything", `order ${TASK} is late`, `any?:${TASK}`],
  ["32 hex digits alone may be anything", `md5 ${TRACE}`, `any?:${TRACE}`],
  ["longer hex is a hash", `sha256 ${TRACE}${TRACE}`, ""],
  ["prose after a key", "The trace id: missing. A task id is a word", ""],
  ["a colour between key and value", `trace_id=\u001b[31m${TRACE}\u001b[0m`, `trace:${TRACE}`],
])("%s", (_what, text, expected) => {
  expect(describeMatches(text)).toBe(expected);
});

test("offsets point at the id, colours and all", () => {
  const text = `\u001b[2mtrace_id=\u001b[31m${TRACE}\u001b[0m and \u001b[1m${TASK}`;
  expect(recogniseIds(text).map(({ start, end }) => text.slice(start, end))).toEqual([TRACE, TASK]);
});

test("several lines are several log lines", () => {
  const text = `${LINE}${TASK} - a\n${LINE}mine - b`;
  expect(describeMatches(text)).toBe(`task:${TASK} task:mine`);
});

describe("ids to look for in what was typed", () => {
  test.each([
    ["an id", TASK, [TASK]],
    ["with space around it", `  ${TASK}\n`, [TASK]],
    ["a traceparent: the trace, then the span", `00-${TRACE}-${SPAN}-01`, [TRACE, SPAN]],
    ["a log line: its task", `${LINE}${TASK} - 向队列推送`, [TASK]],
    ["a span id", SPAN, [SPAN.padStart(32, "0"), SPAN]],
    ["an id of the user's own", "order-42", ["order-42"]],
    ["an integer", "100005", ["100005"]],
    ["a sentence without an id", "what happened here", []],
    ["nothing", "  ", []],
    ["no id", "no_task_id", []],
  ])("%s", (_what, text, expected) => {
    expect(listIds(text)).toEqual(expected);
  });
});

test("hostile lines are read in bounded time", () => {
  for (const text of [
    "trace_id=".repeat(20_000),
    "a".repeat(200_000),
    "[".repeat(200_000),
    LINE.repeat(1_000),
  ]) {
    expect(recogniseIds(text)).toBeDefined();
  }
});

const logs = join(import.meta.dirname, "../../fixtures/funboost/logs");
test("every task column of the recorded logs is found", () => {
  const lines = readdirSync(logs).flatMap(file =>
    readFileSync(join(logs, file), "utf8").split("\n"),
  );
  const columns = lines.flatMap(
    line => / - (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) - (\S+) - /.exec(line)?.[1] ?? [],
  );
  expect(columns.length).toBeGreaterThan(20);
  for (const line of lines) {
    const column = / - (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) - (\S+) - /.exec(line)?.[1];
    if (column === undefined) continue;
    const ids = recogniseIds(line)
      .filter(match => match.role === "task")
      .map(match => match.id);
    if (column === "no_task_id") expect(ids).not.toContain(column);
    else expect(ids, line).toContain(column);
  }
});
