/**
 * Every file of the folder of real traces: it opens with the counts that the folder's index has for it, or it is
 * refused with a reason that names what it is. Passed over where the folder is absent.
 */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { getFailure } from "../../../src/model/failure.ts";
import { dataFolder, describeData, listData, readData } from "../../publicTraces.ts";
import { countRecords } from "./outline.ts";

/** Files that are no traces, or none that we read, and what each is called. */
const refused: Readonly<Record<string, string>> = {
  "jaeger-ui/dependencies-large.json": "dependency links",
  "jaeger-ui/dependencies-small.json": "dependency links",
  "jaeger/anonymizer-trace_empty.json": "an empty file",
  "jaeger/apiv3-GetOperations.json": "a list of operations",
  "jaeger/apiv3-GetServices.json": "a list of services",
  "jaeger/collector-zipkin_proto_01.json": "Zipkin's protobuf",
  "jaeger/collector-zipkin_proto_02.json": "Zipkin's protobuf",
  "jaeger/es-index-template-jaeger-span.json": "not JSON",
  "opentelemetry-proto/events.json": "OTLP logs",
  "opentelemetry-proto/logs.json": "OTLP logs",
  "opentelemetry-proto/metrics.json": "OTLP metrics",
};

/** Whole families that are refused. */
const refusedFamilies: readonly (readonly [RegExp, RegExp])[] = [
  [/^captured\/.*\.meta\.json$/, /JSON of no known trace format/],
  [/^captured\/skywalking-nodejs-(?:keepAlive|report)/, /binary of no known/],
  [/(?<!actualData)\.ya?ml$/, /conditions of a test, not values|template|text of no known/],
];

/** Where we read a file otherwise than the index counted it, and why we are right. */
const shared = "a client and a server that share an id are two levels, the server below the client";
const differences: Readonly<Record<string, readonly [counts: string, because: string]>> = {
  "jaeger/anonymizer-trace_scan_error.json": [
    "1/1/1/1",
    "a list that a comma ends has its spans nonetheless",
  ],
  "jaeger/uimodel-domain_01.json": [
    "5/1/5/3",
    "its first reference leads to another trace; the second, within the trace, is the parent",
  ],
  "jaeger/uimodel-ui_01.json": ["5/1/5/3", "the same spans as uimodel-domain_01.json"],
  "jaeger/zipkinthrift-domain_01.json": [
    "3/1/3/2",
    "two spans have the lower half of the trace id of the third, as in zipkinthrift-zipkin_01.json",
  ],
  "otel-collector/jaegerproto_batch_02.json": [
    "3/1/3/2",
    "the index could not read ids in base64, so it saw no parents",
  ],
  "otel-collector/sample1.json": ["1/1/1/1", "it holds one span nine times over"],
  "otel-collector/zipkin_v1_single_batch.json": ["5/1/5/4", shared],
  "otel-collector/zipkin_v1_thrift_single_batch.json": ["5/1/5/4", shared],
  "zipkin/ascend.json": ["8/1/8/4", shared],
  "zipkin/skew.json": ["4/1/4/4", shared],
  "zipkin/yelp.json": ["16/1/16/5", shared],
};

/** Payloads of real SDKs, which the index describes in words. */
const captured: Readonly<Record<string, string>> = {
  "captured/otel-js-otlp-http-json-1.json": "5/1/5/3",
  "captured/otel-js-otlp-http-json-gzip-1.json.gz": "5/1/5/3",
  "captured/otel-js-otlp-http-protobuf-1.pb": "5/1/5/3",
  "captured/otel-js-otlp-http-protobuf-gzip-1.pb.gz": "5/1/5/3",
  "captured/otel-js-otlp-grpc-Export-1.bin": "5/1/5/3",
  "captured/otel-js-zipkin-1.json": "5/1/5/3",
  "captured/py-zipkin-v1-json-2.json": "4/1/4/3",
  "captured/py-zipkin-v2-json-1.json": "3/1/3/2",
  "captured/zipkin-js-v2-1.json": "2/1/2/2",
  "captured/skywalking-nodejs-TraceSegmentReportService.collect-1.bin": "1/1/1/1",
  "captured/skywalking-nodejs-TraceSegmentReportService.collect-2.bin": "2/1/2/2",
  // The index counts its spans alone.
  "skywalking-agent-test-tool/actualData.yaml": "4/2/3/3",
  "captured/jaeger-client-node-thrift-http-1.thrift": "3/1/3/3",
  "captured/jaeger-client-node-udp6832-binary-1.bin": "3/1/3/3",
  "captured/jaeger-client-ruby-udp6831-compact-1.bin": "3/1/3/2",
  "captured/otel-js-jaeger-thrift-http-1.thrift": "5/1/5/3",
  "captured/otel-js-jaeger-udp6832-binary-1.bin": "5/1/5/3",
  "captured/py-zipkin-v1-thrift-1.thrift": "4/1/4/3",
};

/** `spans/traces/largest/depth` by file; `undefined` for a file that the index says has none. */
function readIndex(): ReadonlyMap<string, string | undefined> {
  const rows = new Map<string, string | undefined>();
  let family = "";
  for (const line of readData("INDEX.md").split("\n")) {
    family = /^## (\S+)/.exec(line)?.[1] ?? family;
    const cells = line.split("|").map(cell => cell.trim());
    const file = /^([\w.-]+\.\w+)/.exec(cells[1] ?? "")?.[1];
    if (file === undefined || family === "captured" || cells.length < 7) continue;
    const counts = cells.find(cell => /^\d+\/\d+\/\d+\/\d+$/.test(cell));
    rows.set(`${family}/${file}`, counts);
  }
  return rows;
}

function read(file: string): { readonly counts: string } | { readonly reason: string } {
  const bytes = readFileSync(join(dataFolder, file));
  const options = { store: basename(file), path: file, nowUnixMs: 1_795_000_000_000 };
  try {
    return { counts: countRecords(readTraceFile(bytes, options).records) };
  } catch (error) {
    const failure = getFailure(error);
    if (failure?.code !== "unreadableFile") throw error;
    return { reason: failure.reason };
  }
}

describeData("the folder of real traces", () => {
  const rows = readIndex();
  const files = listData();

  it("is the folder that we know", () => {
    expect(rows.size).toBeGreaterThan(150);
    expect([...rows.keys()].filter(file => !files.includes(file))).toEqual([]);
  });

  it.each(files)("%s", file => {
    const answer = read(file);
    const reason = "reason" in answer ? answer.reason : "";
    const family = refusedFamilies.find(([pattern]) => pattern.test(file));
    if (family !== undefined) {
      expect(reason).toMatch(family[1]);
    } else if (file in refused) {
      expect(reason).toContain(refused[file]);
    } else {
      const expected = differences[file]?.[0] ?? captured[file] ?? rows.get(file);
      expect(answer).toEqual({ counts: expected });
    }
  });

  it("differs from the index only where that is said", () => {
    const needless = Object.entries(differences).filter(
      ([file, [counts]]) => rows.get(file) === counts,
    );
    expect(needless).toEqual([]);
  });
});
