/** A small answer of each tool whose rows are plain spans under other names, by its name. */

const start = Date.UTC(2026, 2, 1, 10);
const at = (ms: number): string => new Date(start + ms).toISOString();
const seconds = (ms: number): number => (start + ms) / 1_000;
/** A call of 0.9 s, and one of 0.3 s in it that failed. */
const [outer, inner] = [
  [0, 900],
  [100, 400],
] as const;

export function listRenamedSamples(): ReadonlyMap<string, object> {
  const weave = (id: string, parent: string | null, [from, to]: readonly [number, number]) => ({
    ...{ id, project_id: "team/shop", trace_id: "t-1", parent_id: parent, display_name: null },
    ...{ started_at: at(from), ended_at: at(to), inputs: { q: 1 }, output: "done" },
  });
  const braintrust = (
    id: string,
    parent: string | null,
    [from, to]: readonly [number, number],
  ) => ({
    ...{ id: `row-${id}`, span_id: id, root_span_id: "s1", span_parents: parent && [parent] },
    ...{ created: at(from), metrics: { start: seconds(from), end: seconds(to), tokens: 5 } },
  });
  const airflow = (id: string, index: number, [from, to]: readonly [number, number]) => ({
    ...{ task_id: id, dag_id: "etl", dag_run_id: "run-1", map_index: index },
    ...{ start_date: at(from), end_date: at(to), duration: (to - from) / 1_000, try_number: 1 },
  });
  const prefect = (name: string, type: string, [from, to]: readonly [number, number]) => ({
    ...{ id: `run-${name}`, name, flow_run_id: "flow-1", state_type: type },
    ...{
      start_time: at(from),
      end_time: at(to),
      state: { type, message: type === "FAILED" ? "quota" : "" },
    },
  });
  const flower = (id: string, parent: string | null, [from]: readonly [number, number]) => ({
    ...{
      uuid: id,
      root_id: "u1",
      parent_id: parent,
      received: seconds(from) - 1,
      started: seconds(from),
    },
    ...{ succeeded: null, failed: null, args: "(1,)", routing_key: "tills", retries: 0 },
  });
  const lightstep = (id: string, parent: object, [from, to]: readonly [number, number]) => ({
    ...{ "span-id": id, "trace-id": "7e57", ...parent, "reporter-id": "r1" },
    ...{ "start-time-micros": (start + from) * 1_000, "end-time-micros": (start + to) * 1_000 },
  });
  return new Map<string, object>([
    [
      "Weave",
      [
        {
          ...weave("c1", null, outer),
          op_name: "weave:///team/shop/op/plan:0a1b",
          exception: null,
        },
        { ...weave("c2", "c1", inner), op_name: "openai.chat", exception: "quota" },
      ],
    ],
    [
      "Braintrust",
      {
        events: [
          { ...braintrust("s1", null, outer), span_attributes: { name: "plan", type: "task" } },
          { ...braintrust("s2", "s1", inner), span_attributes: { name: "ask" }, error: "quota" },
        ],
      },
    ],
    [
      "Helicone",
      [
        {
          ...{ request_id: "r1", request_path: "/v1/chat", response_status: 429 },
          ...{ request_created_at: at(0), response_created_at: at(900) },
          request_properties: { "Helicone-Session-Id": "session-1" },
        },
      ],
    ],
    [
      "Airflow",
      {
        task_instances: [
          { ...airflow("extract", -1, outer), state: "success" },
          { ...airflow("load", 2, inner), state: "failed" },
        ],
      },
    ],
    ["Prefect", [prefect("extract", "COMPLETED", outer), prefect("load", "FAILED", inner)]],
    [
      "RQ",
      [
        {
          ...{ id: "j1", origin: "tills", func_name: "till.pay", description: "till.pay(1)" },
          ...{ enqueued_at: at(-50), started_at: at(0), ended_at: at(900), args: [1] },
          ...{
            status: "failed",
            exc_info:
              'Traceback (most recent call last):\n  File "till.py", line 3, in pay\nValueError: quota\n',
          },
        },
      ],
    ],
    [
      "BullMQ",
      [
        {
          ...{ id: "j1", name: "pay", queueName: "tills", data: { to: "x" }, opts: {} },
          ...{ timestamp: start - 50, processedOn: start, finishedOn: start + 900 },
          ...{ failedReason: "quota", stacktrace: ["Error: quota\n    at pay (/till.js:1:1)"] },
        },
      ],
    ],
    [
      "Flower",
      {
        u1: {
          ...flower("u1", null, outer),
          name: "till.pay",
          state: "SUCCESS",
          succeeded: seconds(900),
        },
        u2: {
          ...{ ...flower("u2", "u1", inner), name: "till.ask", state: "FAILURE" },
          ...{ failed: seconds(400), exception: "quota" },
        },
      },
    ],
    [
      "Lightstep",
      {
        data: [
          {
            attributes: {
              spans: [
                {
                  ...{ ...lightstep("a1", {}, outer), "span-name": "pay", "is-error": true },
                  tags: { "span.kind": "server" },
                },
                { ...lightstep("b2", { "parent-id": "a1" }, inner), "span-name": "ask" },
              ],
            },
            relationships: {
              reporters: [
                { "reporter-id": "r1", attributes: { "lightstep.component_name": "till" } },
              ],
            },
          },
        ],
      },
    ],
    [
      "Next.js",
      [[0, ...outer, "hot-reloader"] as const, [1, ...inner, "compile"] as const].map(
        ([id, from, to, name]) => ({
          ...{ name, id: id + 1, ...(id > 0 && { parentId: id }), traceId: "n1", tags: { k: "v" } },
          ...{ timestamp: 35_112_235_123, startTime: start + from, duration: (to - from) * 1_000 },
        }),
      ),
    ],
    [
      "Instana",
      [
        {
          ...{ t: "a1", s: "a1", n: "node.http.server", ts: start, d: 900, k: 1, ec: 0 },
          ...{ data: { service: "till", http: { method: "GET" } }, f: { e: "12", h: "host" } },
        },
        {
          ...{ t: "a1", s: "b2", p: "a1", n: "redis", ts: start + 100, d: 300, k: 2, ec: 1 },
          data: { service: "till" },
        },
      ],
    ],
    [
      "Serilog",
      {
        ...{ "@t": at(900), "@st": at(0), "@tr": "4bf92f3577b34da6a3ce929d0e0e4736" },
        ...{ "@sp": "00f067aa0ba902b7", "@mt": "HTTP {Method}", "@m": "HTTP GET", "@l": "Error" },
        ...{ "@sk": "Server", "@ra": { service: { name: "till" } }, Method: "GET" },
      },
    ],
    [
      ".NET activities",
      [outer, inner].map(([from, to], index) => ({
        ...{ TraceId: "4bf92f3577b34da6a3ce929d0e0e4736", SpanId: `00f067aa0ba902b${index}` },
        ParentSpanId: ["0000000000000000", "00f067aa0ba902b0"][index],
        ...{ OperationName: "HttpRequestIn", DisplayName: ["GET /till", "ask"][index] },
        ...{ Kind: index + 1, Status: index + 1, StatusDescription: ["", "quota"][index] },
        StartTimeUtc: at(from).replace("Z", "0000Z"),
        Duration: `00:00:0${(to - from) / 1_000}`,
        TagObjects: [{ Key: "http.method", Value: "GET" }],
      })),
    ],
    [
      "GitLab",
      [outer, inner].map(([from, to], index) => ({
        ...{ id: index + 1, name: ["build", "test"][index], stage: "check", tag: false },
        ...{ status: ["success", "failed"][index], failure_reason: ["", "quota"][index] },
        ...{ created_at: at(-500), started_at: at(from), finished_at: at(to), duration: 0.9 },
        pipeline: { id: 7, ref: "main" },
      })),
    ],
    [
      "PostHog",
      [outer, inner].map(([from, to], index) => ({
        ...{ uuid: `u${index}`, event: "$ai_generation", timestamp: at(to), distinct_id: "d" },
        // Exports of its tables have the properties as JSON.
        properties: JSON.stringify({
          ...{ $ai_trace_id: "t-1", $ai_span_id: `s${index}`, $ai_latency: (to - from) / 1_000 },
          ...{ $ai_parent_id: index === 0 ? "t-1" : "s0", $ai_span_name: ["plan", "ask"][index] },
          ...(index === 1 && { $ai_is_error: true, $ai_error: "quota" }),
        }),
      })),
    ],
    [
      "Playwright",
      [
        ...[outer, inner].map(([from], index) => ({
          ...{ type: "before", callId: `call@${index}`, startTime: 1_000 + from, params: {} },
          ...{ ...(index === 1 && { parentId: "call@0" }), class: "Page" },
          ...(index === 0 ? { method: "goto" } : { method: "click", apiName: "page.click" }),
        })),
        { type: "after", callId: "call@1", endTime: 1_400, error: { message: "quota" } },
        { type: "after", callId: "call@0", endTime: 1_900 },
      ],
    ],
  ]);
}
