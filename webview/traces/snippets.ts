/** The line for each language that sends its telemetry to the collector on this machine. Pure. */

export interface Snippet {
  readonly id: string;
  /** A product's name: the same in every language. */
  readonly name: string;
  /** One line for a shell, made when it is wanted. */
  readonly command: () => string;
  /** Without code of its own such a program sends nothing. */
  readonly needsModule?: true;
}

export function listSnippets(port: number): readonly Snippet[] {
  const endpoint = `http://127.0.0.1:${port}`;
  const env = [
    `OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`,
    "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
    "OTEL_TRACES_EXPORTER=otlp",
    "OTEL_LOGS_EXPORTER=otlp",
    "OTEL_METRICS_EXPORTER=none",
  ].join(" ");
  // Else the program would be listed as `unknown_service`.
  const named = `OTEL_SERVICE_NAME=app ${env}`;
  return [
    {
      id: "python",
      name: "Python",
      command: () =>
        `pip install opentelemetry-distro opentelemetry-exporter-otlp && opentelemetry-bootstrap -a install && ${named} opentelemetry-instrument python app.py`,
    },
    {
      id: "node",
      name: "Node",
      command: () =>
        `npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node && ${named} node --require @opentelemetry/auto-instrumentations-node/register app.js`,
    },
    {
      id: "go",
      name: "Go",
      command: () =>
        `go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp && ${env} go run .`,
      needsModule: true,
    },
    {
      id: "java",
      name: "Java",
      command: () =>
        `curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar && ${named} java -javaagent:opentelemetry-javaagent.jar -jar app.jar`,
    },
    { id: "env", name: "env", command: () => `export ${env}` },
    { id: "curl", name: "curl", command: () => createCurl(endpoint) },
  ];
}

/** A span of its own each time, so that one who sends it twice sees two traces. */
function createCurl(endpoint: string): string {
  const span = {
    trace_id: createId(16),
    span_id: createId(8),
    name: "hello",
    service: "shell",
    start_time: Date.now(),
    duration_ms: 42,
  };
  return `curl -H 'Content-Type: application/json' -d '[${JSON.stringify(span)}]' ${endpoint}/spans`;
}

function createId(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map(byte => byte.toString(16).padStart(2, "0"))
    .join("");
}
