/**
 * Services of a compose file, and the file that has them send their telemetry here. Pure; a bundle of its own, for a
 * parser of YAML is heavy and few ever need it.
 */

import { parse, stringify, YAMLError } from "yaml";
import { isHostileYaml } from "../../formats/encodings/yamlBounds.ts";
import { TOKEN_HEADER } from "../../collector/exposure.ts";

/** Compose files are written by hand, and this one is parsed on the thread of the extensions. */
const MAX_LENGTH = 200_000;

export interface ComposeService {
  readonly name: string;
  /** Its image's name, or the folder that it is built from. */
  readonly from?: string;
  readonly isBuilt: boolean;
  /** It names itself to OpenTelemetry. */
  readonly isNamed: boolean;
  /** It has the network of its machine: loopback is that of the collector. */
  readonly isOnHost: boolean;
}

export interface OverrideOptions {
  /** The collector's OTLP/HTTP port. */
  readonly port: number;
  /** Containers reach it beyond loopback, where it wants a token. */
  readonly needsToken: boolean;
  /** One line, at the top. */
  readonly comment: string;
}

/** The variable that holds the token: the file itself does not. */
export const TOKEN_VARIABLE = "TRACESIDE_TOKEN";

/** A compose file that is none, with the reason. */
export class UnreadableCompose extends Error {
  override readonly name = "UnreadableCompose";
}

/** Throws `UnreadableCompose`. */
export function readComposeServices(text: string): readonly ComposeService[] {
  const services = toObject(toObject(parseYaml(text))["services"]);
  return Object.entries(services).map(([name, value]) => {
    const service = toObject(value);
    const { image, build } = service;
    const context = typeof build === "string" ? build : toObject(build)["context"];
    const from = typeof context === "string" ? context : image;
    return {
      name,
      ...(typeof from === "string" && { from }),
      isBuilt: build !== undefined,
      isNamed: listVariables(service["environment"]).includes("OTEL_SERVICE_NAME"),
      isOnHost: service["network_mode"] === "host",
    };
  });
}

function parseYaml(text: string): unknown {
  if (text.length > MAX_LENGTH) throw new UnreadableCompose(`more than ${MAX_LENGTH} characters`);
  if (isHostileYaml(text)) throw new UnreadableCompose("nested deeper than anyone writes");
  try {
    return parse(text, { logLevel: "error", merge: true });
  } catch (error) {
    // Too many aliases are an error of reference, too deep nesting one of range.
    const isTheirs = [YAMLError, ReferenceError, RangeError].some(each => error instanceof each);
    if (!isTheirs || !(error instanceof Error)) throw error;
    throw new UnreadableCompose(error.message, { cause: error });
  }
}

/** Compose takes variables as a map, and as a list of `NAME=VALUE`. */
function listVariables(environment: unknown): readonly string[] {
  if (!Array.isArray(environment)) return Object.keys(toObject(environment));
  return environment.map(each => String(each).split("=", 1)[0] ?? "");
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The text that `docker compose -f FILE -f THIS up` adds to the services of the first file. */
export function writeOverride(
  services: readonly ComposeService[],
  options: OverrideOptions,
): string {
  const entries = services.map(service => [service.name, toOverride(service, options)] as const);
  const yaml = stringify({ services: Object.fromEntries(entries) }, { lineWidth: 0 });
  return `# ${options.comment}\n${yaml}`;
}

function toOverride(
  { name, isNamed, isOnHost }: ComposeService,
  { port, needsToken }: OverrideOptions,
): object {
  const host = isOnHost ? "127.0.0.1" : "host.docker.internal";
  const endpoint = `http://${host}:${port}`;
  return {
    environment: {
      ...(!isNamed && { OTEL_SERVICE_NAME: name }),
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      ...(needsToken &&
        !isOnHost && {
          OTEL_EXPORTER_OTLP_HEADERS: `${TOKEN_HEADER}=\${${TOKEN_VARIABLE}:?}`,
        }),
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_METRICS_EXPORTER: "none",
      // What each language's instrumentation waits for besides; others take no notice.
      OTEL_PHP_AUTOLOAD_ENABLED: "true",
      OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED: "true",
      MANAGEMENT_OTLP_TRACING_ENDPOINT: `${endpoint}/v1/traces`,
      MANAGEMENT_TRACING_SAMPLING_PROBABILITY: "1.0",
    },
    // Docker Desktop has this name by itself, Docker Engine when it is told.
    ...(!isOnHost && { extra_hosts: ["host.docker.internal:host-gateway"] }),
  };
}
