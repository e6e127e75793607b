/** Files that lie beside traces and are none: what to call them when they are refused. Pure. */

import { readCsvRows } from "./encodings/csvText.ts";
import type { FileReading } from "./fileReadings.ts";
import { takeBeginning } from "./formatScore.ts";
import { isLogLine } from "./plain/plainSpans.ts";
import { isObject, listObjects, type JsonObject } from "./values/jsonObject.ts";

interface Stranger {
  readonly name: string;
  readonly matches: (item: JsonObject) => boolean;
}

const has =
  (...keys: readonly string[]) =>
  (item: JsonObject): boolean =>
    keys.every(key => key in item);
const hasAny =
  (...keys: readonly string[]) =>
  (item: JsonObject): boolean =>
    keys.some(key => key in item);
const hasList =
  (key: string) =>
  (item: JsonObject): boolean =>
    Array.isArray(item[key]);
/** In the object under a key, or in those of the list there. */
const inside =
  (key: string, matches: (item: JsonObject) => boolean) =>
  (item: JsonObject): boolean => {
    const inner = item[key];
    return isObject(inner) ? matches(inner) : listObjects(inner).some(matches);
  };
const either =
  (...tests: readonly ((item: JsonObject) => boolean)[]) =>
  (item: JsonObject): boolean =>
    tests.some(test => test(item));

/** The answers of APIs have few fields beside the error; documents have errors among many others. */
const isShort = (item: JsonObject): boolean => Object.keys(item).length <= 6;

const SEND = "send OTLP to port 4318";

/** Names a thing that is no trace, and the way that is open to every program. */
const noSpans = (name: string, matches: Stranger["matches"]): Stranger => ({
  name: `${name}, no spans: ${SEND}`,
  matches,
});

const isLogs = hasAny("resourceLogs", "resource_logs", "scopeLogs");
const isMetrics = hasAny("resourceMetrics", "resource_metrics", "scopeMetrics");

const strangers: readonly Stranger[] = [
  { name: "OTLP logs, no traces", matches: either(isLogs, inside("data", isLogs)) },
  { name: "OTLP metrics, no traces", matches: either(isMetrics, inside("data", isMetrics)) },
  {
    name: "dependency links between services, no spans",
    matches: has("parent", "child", "callCount"),
  },
  { name: "results of a search in Tempo, no spans", matches: inside("traces", has("traceID")) },
  {
    name: "Zipkin's protobuf written as JSON, with ids in base64",
    matches: inside("spans", has("trace_id", "local_endpoint")),
  },
  {
    name: "a history of Temporal, whose activities are no spans yet: set the OpenTelemetry interceptor, and send OTLP to port 4318",
    matches: item => listObjects(item["events"]).some(has("eventId", "eventTime", "eventType")),
  },
  {
    name: "an execution of Step Functions, whose states are no spans: save its trace of X-Ray, or send OTLP to port 4318",
    matches: item => listObjects(item["events"]).some(has("id", "previousEventId", "type")),
  },
  {
    name: "a summary of Turborepo, no spans: let `turbo run --profile` write a trace, or send OTLP to port 4318",
    matches: has("turboVersion", "tasks"),
  },
  noSpans("results of dbt", inside("metadata", has("dbt_schema_version"))),
  {
    name: "a report of pytest, no spans: run the tests from VS Code with Traceside's switch, or send OTLP to port 4318",
    matches: hasAny("$report_type"),
  },
  noSpans("the tasks of Dask", has("key", "worker", "startstops")),
  {
    name: "what Ansible did, no spans: enable its OpenTelemetry callback, and send OTLP to port 4318",
    matches: has("plays", "stats"),
  },
  {
    name: "messages of Terraform, no spans: set OTEL_TRACES_EXPORTER=otlp, and send OTLP to port 4318",
    matches: item => item["@module"] === "terraform.ui",
  },
  noSpans("what Laravel's Debugbar measured", inside("time", has("measures", "duration_str"))),
  noSpans("a request that Clockwork recorded", has("databaseQueries", "timelineData")),
  {
    name: "events of Rust's tracing, whose spans have no ids: send OTLP to port 4318",
    matches: either(
      has("level", "target", "fields", "span"),
      has("level", "target", "fields", "spans"),
    ),
  },
  {
    name: "a session of Claude Code, whose messages are no spans: set CLAUDE_CODE_ENABLE_TELEMETRY=1, and send OTLP to port 4318",
    matches: either(has("sessionId", "uuid", "parentUuid"), has("leafUuid", "summary")),
  },
  {
    name: "a session of Codex, whose messages are no spans: set [otel] in its config.toml, and send OTLP to port 4318",
    matches: item =>
      has("timestamp", "payload")(item) &&
      /^(?:session_meta|response_item|event_msg|turn_context)$/.test(String(item["type"])),
  },
  noSpans("the event log of Spark", item =>
    /^SparkListener|^org\.apache\.spark\./.test(String(item["Event"])),
  ),
  noSpans("the event log of Dagster", inside("dagsterEvent", has("eventTypeValue"))),
  noSpans("the plan of a query of PostgreSQL", inside("Plan", has("Node Type"))),
  {
    name: "an execution of n8n, whose nodes are no spans: switch its OpenTelemetry on, and send OTLP to port 4318",
    matches: inside("data", inside("resultData", has("runData"))),
  },
  {
    name: "what Apollo tells of its resolvers, no spans: set its OpenTelemetry, and send OTLP to port 4318",
    matches: inside("extensions", inside("tracing", has("execution"))),
  },
  {
    name: "the progress of BuildKit, no spans: `docker buildx history export` writes its trace",
    matches: hasList("vertexes"),
  },
  {
    name: "a transaction of Pinpoint's page, which is not read: send OTLP to port 4318",
    matches: has("callStack", "callStackIndex"),
  },
  noSpans("messages of Cargo", has("reason", "package_id", "target")),
  noSpans("results of tests by Jest or Vitest", has("numTotalTests", "testResults")),
  noSpans("a recording of HTTP requests (HAR)", inside("log", hasList("entries"))),
  noSpans("a workflow of Kubernetes", has("apiVersion", "kind", "status")),
  {
    name: "messages of Dramatiq, which tell no results: send OTLP to port 4318",
    matches: has("queue_name", "actor_name", "message_id"),
  },
  { name: "summaries of traces, no spans", matches: hasList("summaries") },
  { name: "a list of services, no spans", matches: hasList("services") },
  { name: "a list of operations, no spans", matches: hasList("operations") },
  {
    name: "what an agent of Elastic APM sends, without transactions and spans",
    matches: either(
      inside("metadata", has("service")),
      inside("metricset", has("samples")),
      inside("error", has("id", "trace_id")),
    ),
  },
  {
    name: "documents of Elastic APM, without transactions and spans",
    matches: either(has("@timestamp", "processor.event"), has("@timestamp", "trace.id")),
  },
  {
    name: "an envelope of Sentry, without transactions and spans",
    matches: either(
      ...["sdk", "sent_at", "trace"].map(key => has("event_id", key)),
      has("sent_at", "trace"),
    ),
  },
  {
    name: "summaries of AWS X-Ray, no segments: `aws xray batch-get-traces` answers with those",
    matches: either(hasList("TraceSummaries"), hasList("Traces")),
  },
  { name: "OpenCensus without spans", matches: hasList("Spans") },
  {
    name: "a CPU profile, no trace: record a performance trace, or send OTLP to port 4318",
    matches: either(
      has("nodes", "timeDeltas"),
      item => Object.keys(item).some(key => key.includes("==>")),
      item => has("shared", "profiles")(item) && inside("shared", hasList("frames"))(item),
      item => has("threads")(item) && inside("meta", has("interval"))(item),
      has("sample_count", "frame_records"),
      item => has("frame_tree")(item) && inside("session", has("sample_count"))(item),
    ),
  },
  {
    name: "a heap snapshot, no trace: record a performance trace, or send OTLP to port 4318",
    matches: inside("snapshot", has("meta", "node_count")),
  },
  noSpans("metrics of Prometheus", inside("data", has("resultType", "result"))),
  noSpans("the access log of a proxy", hasAny("response_flags", "upstream_cluster")),
  {
    name: "what Celery's workers tell while they run, not the results of tasks",
    matches: item => /^task-/.test(String(item["type"])) && "uuid" in item,
  },
  {
    name: "a message of Funboost, not the result of its task",
    matches: inside("extra", has("task_id", "publish_time")),
  },
  {
    name: "an error that a server answered, no spans",
    matches: either(
      item => isShort(item) && inside("error", hasAny("httpCode", "code", "message", "msg"))(item),
      item => isShort(item) && Array.isArray(item["errors"]) && item["errors"].length > 0,
    ),
  },
  { name: "an answer without traces", matches: item => has("data")(item) && isEmpty(item["data"]) },
  {
    name: "lines of a log, no spans",
    matches: either(
      isLogLine,
      has("severity_number", "body"),
      has("SeverityText", "Body"),
      has("Severity", "Body"),
    ),
  },
  {
    name: "spans without times, which cannot be drawn",
    matches: either(has("name", "spanId"), has("name", "span_id"), has("name", "spanContext")),
  },
];

/** By all the ways in which the file may be read: by what its JSON is, wherever that stands, or by how it begins. */
export function describeStranger(readings: readonly FileReading[]): string {
  const items = readings.flatMap(({ content }) => (content.kind === "json" ? content.items : []));
  for (const { content } of readings) {
    const beginning = takeBeginning(content);
    if (beginning === content || beginning.kind !== "json" || content.kind !== "json") continue;
    return `no span among the first ${beginning.items.length} of ${content.items.length} values`;
  }
  const objects = items.filter(isObject);
  const known = strangers.find(stranger => objects.some(stranger.matches));
  const [first] = readings;
  if (known !== undefined) return known.name;
  switch (first?.content.kind) {
    case "bytes":
      return describeBytes(first.content.bytes);
    case "text": {
      // Of a text that is JSON in some of its lines, both have the same errors.
      const isJson = readings.some(each => each !== first && each.errors === first.errors);
      return isJson ? UNKNOWN_JSON : describeText(first.content.text.trimStart(), first.errors[0]);
    }
    case "json":
      return (first.content.items.length === 0 ? first.errors.at(-1) : undefined) ?? UNKNOWN_JSON;
    case undefined:
      return "an empty file";
  }
}

const UNKNOWN_JSON = "JSON of no known trace format";

/** By what stands near the beginning; the first that fits. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/^<(?:!doctype|html)/i, "an HTML page"],
  [/\{\{-? ?(?:range|with|\$|contains|index)/, "a template, no trace"],
  [/^resourceLogs:/m, "OTLP logs, no traces"],
  [/^resourceMetrics:/m, "OTLP metrics, no traces"],
  [
    /^(?:.*\t)?(?:ResourceSpans #0|ResourceTraces #0.*|Traces(?:Exporter)?\t\{.*"spans": ?\d+.*)$/m,
    "what the Collector's debug exporter prints without times: set its verbosity to detailed, or use its file exporter",
  ],
  [
    /\[tracer: [^\]\n]{0,200}\] (?:AttributesMap)?\{/m,
    "what OpenTelemetry's LoggingSpanExporter prints in Java, without times: set OTEL_TRACES_EXPORTER=otlp, or logging-otlp, which is read",
  ],
  [
    /^\*SPANS FOR DEBUG\*/m,
    "what OpenTelemetry prints in Erlang, with times that count from the start of the machine: send OTLP to port 4318",
  ],
  [
    /\bSpanData \{ span_context: /,
    "spans as Rust prints them for debugging, without dates: send OTLP to port 4318",
  ],
  [
    /^<\?xml[^>]{0,200}>\s*<testsuites?\b|^<testsuites?\b/,
    "results of tests in JUnit's XML, no spans: send OTLP to port 4318",
  ],
  [/^# ninja log v\d/, "a log of Ninja, no spans: make a trace of it by ninjatracing"],
  [/^# (?:HELP|TYPE) \w/m, "metrics of Prometheus, no spans: send OTLP to port 4318"],
  [
    // Folded stacks, what perf prints, and Callgrind's files.
    /^(?:[^\s;,][^;,\n]{0,300};[^,\n]{0,4000} \d+$|\S.{0,200}\s\d+\.\d+: {1,20}(?:\d+ )?[\w:.-]+: *\n\s+[\da-f]{4,16} |creator: |events: \w)/m,
    "the samples of a profiler, no trace: record a performance trace, or send OTLP to port 4318",
  ],
  [
    /^LogRecord\.Timestamp:/m,
    "logs that OpenTelemetry prints in .NET, no spans: print the tracing there too, or send OTLP to port 4318",
  ],
];
const JSON_START = /^(?:\{|\[\s*(?:["{}[\]\d]|-\d|true|false|null))/;
/** A time or a level at the head of the first line. */
const LOG_LINE = /^\W{0,3}(?:\d{4}-\d\d-\d\d[T ]\d\d:|(?:TRACE|DEBUG|INFO|WARN|ERROR)\b)/i;
const MOST_HEAD = 16_384;

function describeText(text: string, error: string | undefined): string {
  if (text === "") return "an empty file";
  const head = text.slice(0, MOST_HEAD);
  const known = texts.find(([sign]) => sign.test(head));
  if (known !== undefined) return known[1];
  if (LOG_LINE.test(head)) return "lines of a log, no spans";
  if (JSON_START.test(head)) {
    return error === undefined ? "JSON without any span" : `not JSON: ${error}`;
  }
  const [columns = [], row = []] = readCsvRows(head);
  return columns.length > 2 && row.length === columns.length
    ? `a table without columns of spans: ${columns.slice(0, 20).join(", ")}`
    : "text of no known trace format";
}

/** The bytes that files of other kinds begin with, and where. */
const magics: readonly (readonly [number, string, string])[] = [
  [0, "BZh", "zipped by bzip2, not by gzip: unpack it first"],
  [0, "\u00fd7zXZ", "zipped by xz, not by gzip: unpack it first"],
  [0, '\u0004"M\u0018', "zipped by LZ4, not by gzip: unpack it first"],
  [0, "\u00ff\u0006\u0000\u0000sNaPpY", "zipped by Snappy, not by gzip: unpack it first"],
  [0, "7z\u00bc\u00af", "an archive of 7-Zip: pack it as zip or tar"],
  [0, "Rar!", "an archive of RAR: pack it as zip or tar"],
  [0, "\u001f\u008b", "zipped again and again: unpack it"],
  [
    0,
    "PAR1",
    "a table of Parquet, which is not read: write it as JSON or CSV, in pandas with to_json or to_csv",
  ],
  [0, "ARROW1", "a table of Arrow, which is not read: write it as JSON or CSV"],
  [0, "ORC", "a table of ORC, which is not read: write it as JSON or CSV"],
  [0, "Obj\u0001", "a table of Avro, which is not read: write it as JSON, by avro-tools tojson"],
  [0, "SQLite format 3", "a database of SQLite: write its table as JSON or CSV, by sqlite3 -json"],
  [0, "FLR\u0000", `a recording of Java's Flight Recorder, no spans: ${SEND}`],
  [0, "PERFILE2", `what perf recorded, no spans: ${SEND}`],
  [
    0,
    "Nettrace",
    `a trace of .NET's runtime, no spans: convert it by dotnet-trace to Chromium, or ${SEND}`,
  ],
  [0, "\u00d4\u00c3\u00b2\u00a1", `packets of a network, no spans: ${SEND}`],
  [0, "\n\r\r\n", `packets of a network, no spans: ${SEND}`],
  [0, "%PDF", "a document in PDF"],
  [0, "\u0089PNG", "a picture"],
];

/** By what stands near the beginning or the end. */
const insides: readonly (readonly [RegExp, string])[] = [
  [/^go 1\.\d+ trace\W/, `a trace of Go's runtime, no spans: ${SEND}`],
  [
    // Texts in a table, each behind its mark and its length.
    /2[^](?:nanoseconds|samples|alloc_objects|inuse_space|contentions)2/,
    `a profile of pprof, no spans: record a trace, or ${SEND}`,
  ],
  [
    /trace_id[^]*span_id/,
    `spans in MessagePack of another shape than Datadog's libraries send: write them as JSON, or ${SEND}`,
  ],
  [
    /perfetto|track_event|ftrace|linux\.process_stats/,
    "a trace of Perfetto in protobuf, which is not read: write it as JSON by traceconv, or open it on ui.perfetto.dev",
  ],
];

function describeBytes(bytes: Uint8Array): string {
  const found = magics.find(([at, magic]) =>
    Buffer.from(magic, "latin1").equals(bytes.subarray(at, at + magic.length)),
  );
  if (found !== undefined) return found[2];
  const parts = [bytes.subarray(0, MOST_HEAD), bytes.subarray(-MOST_HEAD)];
  const text = Buffer.concat(parts).toString("latin1");
  return insides.find(([sign]) => sign.test(text))?.[1] ?? "binary of no known trace format";
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
