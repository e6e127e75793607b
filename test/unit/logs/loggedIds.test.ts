/** Ids in the lines of loggers, queues, proxies and dashboards, a row a form: `role:id`, with `?` for an uncertain one. */

import { expect, test } from "vitest";
import { loggedForms } from "../../../src/logs/loggedForms.ts";
import { recogniseIds } from "../../../src/logs/recogniseIds.ts";

const TASK = "019b4ed4-1a6d-7be3-8516-192449685f6d";
const TRACE = "f50f7a80f0b8f88b97788093157c4ae2";
const SPAN = "c1a5e958ffd61344";
const DECIMAL = 13946872642478707524n;
const decimalTrace = DECIMAL.toString(16).padStart(32, "0");

test.each([
  // Columns of a logger.
  ["a bracket of a filter", `INFO ... [${TRACE}] shop.views placed`, `trace:${TRACE}`],
  ["a request's bracket", `2026-11-30 10:00:01 [${TASK}] [INFO] placed`, `any:${TASK}`],
  ["braces", `2026-11-30 10:00:01.123 [DEBU] {${TRACE}} placed`, `trace:${TRACE}`],
  ["bars", `2026-11-30 10:00:01.123|INFO|main|c.e.A|${TRACE}|placed`, `trace:${TRACE}`],
  [
    "bars around both",
    `2026-11-30 10:00:01,123 | INFO | A | ${TRACE} | ${SPAN} | placed`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  [
    "a slash without brackets",
    `2026-11-30 10:00:01,123 INFO [c.e.A] (main) ${TRACE}/${SPAN} placed`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  [
    "Jaeger's clients",
    `2026-11-30 10:00:01 INFO Reporting span ${TRACE}:${SPAN}:${SPAN}:1`,
    `trace:${TRACE} span:${SPAN} span:${SPAN}`,
  ],
  ["a correlation in words", `Correlation ID: ${TASK}`, `task:${TASK}`],
  ["hyphens", `2026-11-30 10:00:01 - dagster - DEBUG - job - ${TASK} - 42`, `any:${TASK}`],
  [
    "a bracket in a sentence",
    `2026-11-30 10:00:01 INFO saved the file [${TRACE}]`,
    `any?:${TRACE}`,
  ],
  ["a checksum in a log", `2026-11-30 10:00:01 INFO checksum ${TRACE} ok`, `any?:${TRACE}`],
  [
    "an access log's last column",
    `10.0.0.1 - - [30/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 200 12 "-" "curl" 0.003 ${TRACE}`,
    `any:${TRACE}`,
  ],
  ["Rails' tag without a head", `[${TASK}] Completed 200 OK in 12ms`, `any:${TASK}`],
  ["Lambda's time and request", `2026-11-30T10:00:01.123Z ${TASK} Task timed out`, `any:${TASK}`],
  ["API Gateway", `(${TASK}) Method request path: {}`, `any:${TASK}`],
  ["OpenStack's requests", `INFO nova.compute [req-${TASK} - - - - -] x`, `any:req-${TASK}`],
  // Lines that are known as a log's.
  [
    "a console's clock",
    "10:00AM ERR refused req_id=csnv3q2l0g4k1e8r7abc",
    "any:csnv3q2l0g4k1e8r7abc",
  ],
  [
    "Nest",
    "[Nest] 42  - 11/30/2026, 10:00:01 AM     LOG [Orders] Processing job 77 of type charge",
    "task:77",
  ],
  ["Graphile Worker", "[worker(a1, charge)] INFO: Completed task 77 (charge, 12.34ms)", "task:77"],
  ["a mail's date", `Mon, 30 Nov 2026 10:00:01 GMT shop:worker processing job 77`, "task:77"],
  ["LTSV", `time:2026-11-30T10:00:01\treqid:${TRACE}\tstatus:200`, `any:${TRACE}`],
  ["a request in JSON", `{"method":"GET","status":200,"request_id":"${TASK}"}`, `any:${TASK}`],
  [
    "Rails' times",
    `SolidQueue-1.1.0 Perform Job (12.3ms)  job_id: 77, active_job_id: "${TASK}"`,
    `task:77 task:${TASK}`,
  ],
  // Keys.
  ["hex", `hex_trace_id: ${TRACE}, trace_id_hex=${TRACE}`, `trace:${TRACE} trace:${TRACE}`],
  ["the root of .NET's activity", `Activity.RootId: ${TRACE}`, `trace:${TRACE}`],
  ["the root of a task", `'root_id': '${TASK}'`, `task:${TASK}`],
  ["runs", `INFO workflowId: 'order-42', runId: '${TASK}'`, `task:order-42 any:${TASK}`],
  ["a message of systemd's journal", `MESSAGE_ID=${TRACE}`, `any?:${TRACE}`],
  ["TraceQL", `{ trace:id = "${TRACE}" }`, `trace:${TRACE}`],
  ["a comparison", `traces | where operation_Id == "${TRACE}"`, `trace:${TRACE}`],
  ["an element of XML", `<trace id="${TRACE}">`, `trace:${TRACE}`],
  ["a property of XML", `<Property name="TraceId">${TRACE}</Property>`, `trace:${TRACE}`],
  ["Log4j's data", `<log4j:data name="traceId" value="${TRACE}"/>`, `trace:${TRACE}`],
  ["gRPC's metadata", `_Metadatum(key='x-trace-id', value='${TRACE}')`, `trace:${TRACE}`],
  ["a list with blanks", `Metadata { 'x-trace-id': [ '${TRACE}' ] }`, `trace:${TRACE}`],
  ["Kong's spellings", `{"trace_id":{"w3c":"${TRACE}"}}`, `trace:${TRACE}`],
  ["a record of Kotlin", `traceId=TraceId(value=${TRACE}), x=1`, `trace:${TRACE}`],
  ["PHP's var_dump", `["span_id"]=> string(16) "${SPAN}"`, `span:${SPAN}`],
  ["Go's spew", `SpanID: (string) (len=16) "${SPAN}"`, `span:${SPAN}`],
  ["a struct of Go", `&asynq.TaskInfo{ID:"${TASK}", Queue:"default"}`, `task:${TASK}`],
  ["a table", `│ trace_id │ ${TRACE} │`, `trace:${TRACE}`],
  ["Markdown", `**Trace ID:** \`${TRACE}\``, `trace:${TRACE}`],
  ["an address", `?q=trace_id%3D%27${TRACE}%27`, `trace:${TRACE}`],
  // Prose.
  ["is", `trace_id is ${TRACE} and span_id is ${SPAN}`, `trace:${TRACE} span:${SPAN}`],
  ["a trace that is missing", `No trace found for id ${TRACE}`, `trace:${TRACE}`],
  ["Sentry's spans", `Finishing "http.server" root span "GET /" with ID ${SPAN}`, `span:${SPAN}`],
  ["letters", `[T:${TRACE}] [S:${SPAN}] placed`, `trace:${TRACE} span:${SPAN}`],
  // Queues.
  ["Procrastinate", "INFO Job shop.charge[77](order_id=42) ended with status: Success", "task:77"],
  ["Delayed Job", "[Worker(host:web01 pid:42)] Job ChargeJob (id=77) RUNNING", "task:77"],
  [
    "BullMQ without a clock",
    "Job repeat:5cf0f1c1:1764496800000 has completed!",
    "task:repeat:5cf0f1c1:1764496800000",
  ],
  ["Oban", `%Oban.Job{id: 77, state: "executing"}`, "task:77"],
  [
    "Laravel's numbers",
    String.raw`  2026-11-30 10:00:01 App\Jobs\Charge 77 ..... 12.34ms DONE`,
    "task:77",
  ],
  [
    "Funboost without a process",
    `2026-11-30 10:00:01 - q - "/app/shop.py:12" - f - INFO - ${TASK} - x`,
    `task:${TASK}`,
  ],
  ["Celery's requests", `<Task: shop.charge() ${TASK} clock:12>`, `task:${TASK}`],
  ["MassTransit", `SEND rabbitmq://localhost/orders ${TASK} Shop.Place`, `task:${TASK}`],
  [
    "Azure's functions",
    `Executed 'Functions.Charge' (Succeeded, Id=${TASK}, Duration=12ms)`,
    `any:${TASK}`,
  ],
  ["Flower", `http://localhost:5555/task/${TASK}`, `task:${TASK}`],
  // Tracing servers.
  [
    "Zipkin's spans",
    `{"traceId":"${TRACE}","parentId":"${SPAN}","id":"${SPAN}"}`,
    `trace:${TRACE} span:${SPAN} span:${SPAN}`,
  ],
  [
    "a segment of AWS",
    String.raw`{\"id\":\"${SPAN}\",\"trace_id\":\"${TRACE}\"}`,
    `span:${SPAN} trace:${TRACE}`,
  ],
  ["Datadog's page", `https://app.datadoghq.eu/apm/trace/${DECIMAL}`, `trace:${decimalTrace}`],
  [
    "Datadog's agent of Java",
    `DDSpan [ t_id=${DECIMAL}, s_id=7, p_id=0 ]`,
    `trace:${decimalTrace} span:0000000000000007`,
  ],
  ["Grafana", `queries%22%3A%5B%7B%22query%22%3A%22${TRACE}%22%7D`, `trace:${TRACE}`],
  ["Aspire", `/traces/detail/${TRACE}?spanId=${SPAN}`, `trace:${TRACE} span:${SPAN}`],
  ["Sentry's page", `/trace/${TRACE}/?node=span-${SPAN}`, `trace:${TRACE} span:${SPAN}`],
  ["Kestrel", `{"status":404,"traceId":"0HN4J2L6Q8A1B:00000003"}`, "any:0HN4J2L6Q8A1B:00000003"],
  [
    "Echo",
    `{"id":"rY2bKkQ0yN5tR8vW1xZ3aB6cD9eF4gHj","remote_ip":"127.0.0.1"}`,
    "any:rY2bKkQ0yN5tR8vW1xZ3aB6cD9eF4gHj",
  ],
  // Lists: each of them behind a key in the plural.
  ["numbers in a list", "2026-05-04 08:00:01 INFO queued job_ids: [41, 42]", "task:41 task:42"],
  ["a list of a program", `{ job_ids: ["job-1"], queued: 1 }`, "task?:job-1"],
  ["a list of objects", `{"jobs":[{"id":"${TASK}"}]}`, `task:${TASK}`],
  ["a list of spans", `level=info spanIds=[${SPAN}, ${SPAN}]`, `span:${SPAN} span:${SPAN}`],
  // The head of a line: the key is no host's program.
  ["a level before a key", `2026-05-04 08:00:01 INFO trace: ${TRACE}`, `trace:${TRACE}`],
  ["syslog", `<30>1 2026-05-04T08:00:01+02:00 host shop 42 - - job_id=42`, "task:42"],
  ["a date of names", "04-May-2026 08:00:01.123 client job_id=42", "task:42"],
  ["what was thrown", "Error: Missing lock for job 42. moveToFinished", "task:42"],
  ["a first column", `08:00:01 worker INFO: ${TASK}: resumed`, `any:${TASK}`],
  // Prose that says whose it is, and prose of others.
  ["a message", `Retrying message '${TASK}' because`, `task:${TASK}`],
  ["a job's state", `[08:00:01 DBG] Job Completed: ${TASK} (0)`, `task:${TASK}`],
  ["a workflow's execution", `Workflow execution ${TASK} completed`, `task:${TASK}`],
  ["Python's UUID", `no token for task run: UUID('${TASK}')`, `task:${TASK}`],
  ["a run", `2026-05-04 08:00:01 INFO run ID ${TASK} ended`, `any:${TASK}`],
  ["a job of a worker's", `job for worker ${TASK}`, `any?:${TASK}`],
  ["a session", `2026-05-04 08:00:01 INFO session ${TASK} opened`, `any?:${TASK}`],
  ["a job with its id's colon", `08:00:01 Job ${TASK}: sending`, `task:${TASK}`],
  ["an instance", `Starting new 'pack' instance with ID = '${TRACE}'.`, `task:${TRACE}`],
  // Tools' own names.
  [
    "Airflow",
    "<TaskInstance: shop.load manual__2026-05-04T08:00:00.1+00:00 [queued]>",
    "task:manual__2026-05-04T08:00:00.1+00:00",
  ],
  [
    "Temporal's page",
    `http://x/namespaces/default/workflows/order-42/${TASK}/history`,
    `task:order-42 any:${TASK}`,
  ],
  ["Ray", "Job 'raysubmit_Ac8bFzKkr3UuXkYH' submitted", "task:raysubmit_Ac8bFzKkr3UuXkYH"],
  ["OpenAI", "request ID req_8f3a1c77de0b4ab1", "any:req_8f3a1c77de0b4ab1"],
  [
    "Pinpoint",
    "[TxId : cart^1536207280000^12 , SpanId : -5372864712345678901]",
    "trace:cart^1536207280000^12 span:b56fc002c2678bcb",
  ],
  ["asynq in Redis", `hgetall "asynq:{default}:t:${TASK}"`, `task:${TASK}`],
  [
    "the Collector's short lines",
    `  GET / ${TRACE} ${SPAN} http.request.method=GET`,
    `trace:${TRACE} span:${SPAN}`,
  ],
  ["a trace in brackets of prose", `note the traceId (\`${TRACE}\`)`, `trace:${TRACE}`],
  [
    "behind an escape",
    String.raw`"denied.\r\nTrace ID: ${TASK}\r\nCorrelation ID: ${TASK}"`,
    `trace:${TASK} task:${TASK}`,
  ],
  ["Dapr's prefix", `== APP - cart == 08:00:01 worker INFO: ${TASK}: resumed`, `any:${TASK}`],
  ["OpenAI's agents", `Setting current trace: trace_${TRACE}`, `trace:trace_${TRACE}`],
  ["a run that is counted", "2026-05-04 08:00:01 INFO done workflow_run_id=8123", "any:8123"],
  ["a counted run of a test", `json={"run_id": 11223344}`, "any?:11223344"],
  ["an execution", "2026-05-04 08:00:01 INFO Execution 4812 finished", "task:4812"],
  ["a variable", "job_id = job1", ""],
  // Ids that are cut or made up, where a log's line says that they are some.
  [
    "Spring's columns with short ids",
    "08:00:01.123 INFO  [cart,a3f7c2d1,0002b9c1] c.e.Orders - placed",
    `trace:${"a3f7c2d1".padStart(32, "0")} span:${"0002b9c1".padStart(16, "0")}`,
  ],
  [
    "short ids in one bracket",
    "08:00:01 [INFO] [trace:a1b2c3d4 user:7] x",
    `trace:${"a1b2c3d4".padStart(32, "0")}`,
  ],
  ["a request's own name", "08:00:01 [INFO] [req:req-7f] x", "any:req-7f"],
  [
    "a word behind the same key",
    "08:00:01 INFO req=GET2 trace=level1 span=12ms job=node-exporter",
    "",
  ],
  ["the same outside of a log", "{ trace: a1b2c3d4, span: deadbeef1 }", ""],
  ["a bracket that names a request", "08:00:01 ERROR [req-def-456] no user 7", "any:req-def-456"],
  ["a requirement", "Never fail on a broken branch [REQ-6]", ""],
  ["a bracket with a few digits", "08:00:01.123 [55a1241cd680] [INFO] x", "any:55a1241cd680"],
  ["a bracket in a sentence, of a few digits", "08:00:01 INFO built [55a1241c] at once", ""],
  ["a job's short id", "08:00:01 INFO worker: job 1eb487 started", "task:1eb487"],
  ["a job that failed", "08:00:01 ERROR worker: job 60 FAILED", "task:60"],
  ["a job behind what happened to it", "08:00:01 INFO Job started: job_7", "task:job_7"],
  ["a job and its key", "08:00:01 INFO Processing job job_id=job_7", "task:job_7"],
  ["a word with a number that is no id", "08:00:01 INFO made job worktree_path=/w/7", ""],
  ["a request's first digits", "08:00:01 INFO request 8d3fa91c started", "any:8d3fa91c"],
  [
    "a message's id",
    "08:00:01 INFO message 5623a069ca1e8fb6b41a76df sent",
    "task:5623a069ca1e8fb6b41a76df",
  ],
  ["a task in a bracket", "INFO [Task 42] accepted (job 7)", "task:42 task:7"],
  ["a numbered job and its key", "08:00:01 INFO job=42 jobs=3 task=4/7", "task:42"],
  ["a job that says more", "08:00:01 ERROR Job 42: connection refused", "task:42"],
  ["a job's id behind its end", "08:00:01 INFO Job started (id: 42)", "task:42"],
  ["somebody else's id behind a job", "08:00:01 INFO job started for user id=42", ""],
  ["an instance", `08:00:01 INFO nova [instance: ${TASK}] started`, `any?:${TASK}`],
  ["a logger's name before a column", `08:00:01 INFO Orders [${TASK}] - placed`, `any:${TASK}`],
  ["a number in an address", "08:00:01 INFO GET /tasks/42 200", "task?:42"],
  ["a task's step", "08:00:01 INFO task step-2 of 3, request http-2", ""],
  ["a request outside of a log", "the request 8d3fa91c is slow", ""],
  ["a job behind its worker", "[Worker] Job #8121 failed: no", "task:8121"],
  ["a job in prose", "this job 2 failed, see task 7", ""],
  ["an arrow", `08:00:01 INFO placed trace_id -> ${TRACE}`, `trace:${TRACE}`],
  ["Chinese", `08:00:01 INFO 任务ID：${TASK} 开始执行`, `task:${TASK}`],
  ["a job's address", `"GET /api/jobs/${TASK}/status HTTP/1.1"`, `task:${TASK}`],
  ["a user's address", `"GET /api/users/${TASK}/status HTTP/1.1"`, `any?:${TASK}`],
  ["a request before its method", `${TASK} GET /orders 200 2.4 ms`, `any:${TASK}`],
  ["a column without a bracket", `08:00:01,123 INFO ${TASK} placed`, `any:${TASK}`],
  ["a user in a log", `08:00:01,123 INFO user ${TASK} logged in`, `any?:${TASK}`],
  [
    "Temporal's threads",
    `[workflow-method-order-42-${TASK}] INFO placed`,
    `task:order-42 any:${TASK}`,
  ],
  [
    "a bracket behind a logger's place",
    "08:00:01 ERROR tasks:run:88 - [dfd8fd7c] no",
    "any:dfd8fd7c",
  ],
  ["round brackets", `2026-11-30 10:15:03 [INF] (${TRACE}) placed`, `trace:${TRACE}`],
  ["angles", `2026-11-30 10:15:03 [INF] (Shop) <${TASK}> placed`, `any:${TASK}`],
  ["two in a bracket", `08:00:01 INFO [${TASK} ${TASK}] placed`, `any:${TASK} any:${TASK}`],
  ["a span of Rust", `08:00:01 INFO request{id=${TASK} method=GET}: x`, `any:${TASK}`],
  ["a job's span of Rust", `08:00:01 WARN job{id=4411 kind="a"}: slow`, "task:4411"],
  ["RQ behind any head", "08:00:01 rq INFO default: shop.charge(1) (order-42)", "task:order-42"],
  ["a call that ends with a word", "08:00:01 INFO a: shop.charge(1) (twice)", ""],
  [
    "Hangfire's second line",
    "      Failed to process the job '42': an exception occurred.",
    "task:42",
  ],
  [
    "a job with a key",
    "08:00:01 WARN c.job : failed job with key 2251799813685261",
    "task:2251799813685261",
  ],
  ["a job that was asked for", "GET /jobs/8121 200 3.112 ms - 411", "task:8121"],
  ["a job in a guide", "GET /jobs/8121 answers with the job", ""],
  ["Oban", `{"args":{"id":7},"event":"job:stop","id":4411,"worker":"Shop.Charge"}`, "task:4411"],
  ["pg-boss", `{"id":"${TASK}","state":"completed","msg":"done"}`, `task:${TASK}`],
  ["a state of the Union", `{"id":"${TASK}","state":"CA","msg":"moved"}`, `any?:${TASK}`],
  ["another name of a request", `08:00:01 INFO cid=${TASK} placed`, `any:${TASK}`],
  ["that name in a program", `const cid = "${TASK}";`, `any?:${TASK}`],
  ["what a model was asked", `INFO Added request chatcmpl-${TRACE}.`, `any:chatcmpl-${TRACE}`],
  [
    "what a model called",
    "08:00:01 INFO ran call_4rGeBsSebRFrEhlsNJ27k",
    "any:call_4rGeBsSebRFrEhlsNJ27k",
  ],
  ["a function that is called", "call_sha256CompressBlocks(state)", ""],
  [
    "a message behind what became of it",
    `08:00:01 INFO message acked: id=${TASK} x=1`,
    `task:${TASK}`,
  ],
  ["an id beside its key", `x '${TASK}' {"traceId":"${TASK}"}`, `any:${TASK} trace:${TASK}`],
  ["a user beside a key", `x '${TASK}' {"traceId":"${TRACE}"}`, `any?:${TASK} trace:${TRACE}`],
  ["chi", `08:00:01 [api/hXk2pQ9vAb-000042] "GET /"`, "any:api/hXk2pQ9vAb-000042"],
  [
    "Apache",
    "AH00128: no file [unique_id aSwaJwoAAAkAAB1mYk0AAAAC]",
    "any:aSwaJwoAAAkAAB1mYk0AAAAC",
  ],
  [
    "CloudFront",
    "x-amz-cf-id: MgZ3kXQ0bE1y2zV9nKqU8sT4wR6pA7dF5hJ1lC3vB0oGiYtNxEmWQg==",
    "any:MgZ3kXQ0bE1y2zV9nKqU8sT4wR6pA7dF5hJ1lC3vB0oGiYtNxEmWQg==",
  ],
  [
    "HAProxy with a process",
    "fe {0A000009:113B_0A010004:01BB_692C1A27_0007:019B}",
    "any:0A000009:113B_0A010004:01BB_692C1A27_0007:019B",
  ],
  [
    "Laravel's UUIDs",
    String.raw`  2026-11-30 10:15:03 App\Jobs\Charge ${TASK} ... RUNNING`,
    `task:${TASK}`,
  ],
  ["a longer word outside of a log", "[trace_id: abc123]", `trace?:${"abc123".padStart(32, "0")}`],
])("%s", (_form, text, expected) => {
  const found = recogniseIds(text).map(
    ({ id, role, isCertain }) => `${role}${isCertain ? "" : "?"}:${id}`,
  );
  expect(found.join(" ")).toBe(expected);
});

test("no expression names a group twice, which Node 22 refuses", () => {
  for (const { pattern } of loggedForms) {
    const names = pattern.source.match(/\(\?<\w+>/g) ?? [];
    expect(new Set(names).size, pattern.source).toBe(names.length);
  }
});
