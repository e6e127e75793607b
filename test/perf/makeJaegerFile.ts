/**
 * Makes a trace as Jaeger's page saves it: 12 services, 60 operations, about 30 levels, ten tags a span, an attribute
 * `tenant` with a hundred values. The same options give the same text.
 */

import { makeRandom } from "./makeTrace.ts";

export interface JaegerFileOptions {
  readonly spans: number;
  readonly seed?: number;
}

const SERVICES = 12;
const OPERATIONS = 60;
const DEPTH = 30;
const TENANTS = 100;
const START_US = 1_767_225_600_123_456;

/** The text in pieces, so that a million spans are no one string. */
export function* makeJaegerFile({ spans, seed = 1 }: JaegerFileOptions): Generator<string> {
  const random = makeRandom(seed);
  const pick = (most: number): number => Math.floor(random() * most);
  const hex = (digits: number): string =>
    Array.from({ length: digits / 8 }, () =>
      pick(2 ** 32)
        .toString(16)
        .padStart(8, "0"),
    ).join("");
  const traceID = hex(32);
  const ids: string[] = [];
  const depths: number[] = [];
  const starts: number[] = [];
  const durations: number[] = [];
  yield `{"data":[{"traceID":"${traceID}","spans":[`;
  for (let i = 0; i < spans; i += 1) {
    // Mostly one of the last spans, so that the tree is deep; where it is deep enough, an earlier one.
    let parent = i === 0 ? -1 : Math.max(0, i - 1 - Math.floor(random() ** 3 * 200));
    while (parent > 0 && (depths[parent] as number) >= DEPTH - 1) parent = pick(parent);
    const operation = pick(OPERATIONS);
    const spanID = hex(16);
    const within = parent < 0 ? 60_000_000 : (durations[parent] as number);
    const offset = parent < 0 ? 0 : Math.floor(within * random() * 0.5);
    const duration = parent < 0 ? within : Math.max(1, Math.floor(within * (0.3 + random() * 0.2)));
    ids.push(spanID);
    depths.push(parent < 0 ? 0 : (depths[parent] as number) + 1);
    starts.push(parent < 0 ? START_US : (starts[parent] as number) + offset);
    durations.push(duration);
    const isError = random() < 0.01;
    const tag = (key: string, type: string, value: unknown) => ({ key, type, value });
    const span = {
      traceID,
      spanID,
      operationName: `operation-${operation}`,
      references: parent < 0 ? [] : [{ refType: "CHILD_OF", traceID, spanID: ids[parent] }],
      startTime: starts[i],
      duration,
      tags: [
        tag("span.kind", "string", operation % 3 === 0 ? "server" : "client"),
        tag("http.method", "string", ["GET", "POST", "PUT"][operation % 3]),
        tag("http.route", "string", `/api/v1/resource-${operation}/{id}`),
        tag("http.status_code", "int64", isError ? 500 : 200),
        tag("tenant", "string", `tenant-${String(pick(TENANTS)).padStart(3, "0")}`),
        tag("db.statement", "string", `SELECT * FROM table_${operation} WHERE id = ${pick(1e6)}`),
        tag("retry", "bool", isError),
        tag("bytes", "int64", pick(65_536)),
        tag("region", "string", `region-${operation % 5}`),
        tag("error", "bool", isError),
      ],
      logs: [],
      processID: `p${operation % SERVICES}`,
      warnings: null,
    };
    yield (i === 0 ? "" : ",") + JSON.stringify(span);
  }
  const processes = Array.from({ length: SERVICES }, (_, i) => [
    `p${i}`,
    {
      serviceName: `service-${i}`,
      tags: [
        { key: "hostname", type: "string", value: `host-${i}` },
        { key: "ip", type: "string", value: `10.0.0.${i}` },
      ],
    },
  ]);
  yield `],"processes":${JSON.stringify(Object.fromEntries(processes))},"warnings":null}],`;
  yield `"total":0,"limit":0,"offset":0,"errors":null}`;
}
