/**
 * Jaeger's query API over the embedded store: the classic one and version 3, so that Jaeger's page, Grafana and scripts
 * read it. Parameters are Jaeger's, in both spellings where it has two. Knows no socket and no SQL.
 */

import { JaegerJsonWriter } from "../../formats/jaeger/jaegerJsonWriter.ts";
import { OtlpJsonWriter } from "../../formats/otlp/otlpJsonWriter.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import type { TraceQuery, TraceStore } from "../../model/traceStore.ts";
import { HttpRefusal, type HttpAnswer, type HttpRequest, type ReadRoute } from "../http/route.ts";
import {
  checkFlag,
  checkName,
  MAX_TRACES,
  readClassicQuery,
  readTraceId,
  readV3Query,
  requireParameter,
} from "./readQuery.ts";
import { readRecords } from "./storedRecords.ts";

/** Spans of one answer: some 100 MB of JSON, more than any viewer draws. */
const MAX_SPANS = 100_000;

export function jaegerReadRoutes(store: () => TraceStore): readonly ReadRoute[] {
  const classic = (path: string, read: Reader): ReadRoute => route(path, read, refuseClassic);
  const v3 = (path: string, read: Reader): ReadRoute => route(path, read, refuseV3);
  return [
    classic("/api/services", async (_request, signal) => {
      return classicAnswer(await store().listServices(signal));
    }),
    classic("/api/services/{service}/operations", async ({ parameters }, signal) => {
      return classicAnswer(
        await store().listOperations(checkName(parameters["service"] ?? ""), signal),
      );
    }),
    classic("/api/operations", async ({ query }, signal) => {
      const names = await store().listOperations(requireParameter(query, "service"), signal);
      return classicAnswer(names.map(name => ({ name, spanKind: "" })));
    }),
    classic("/api/traces", async ({ query }, signal) => {
      const ids = query.getAll("traceID");
      const { traceIds, limit } =
        ids.length > 0
          ? { traceIds: ids.slice(0, MAX_TRACES).map(readTraceId), limit: ids.length }
          : await findTraces(store(), readClassicQuery(query), signal);
      const { writer, missing } = await readJaeger(store(), traceIds, signal);
      return classicTraces(writer, limit, ids.length > 0 ? missing : []);
    }),
    classic("/api/traces/{traceId}", async ({ parameters }, signal) => {
      const traceId = readTraceId(parameters["traceId"] ?? "");
      const { writer, missing } = await readJaeger(store(), [traceId], signal);
      if (missing.length > 0) throw new HttpRefusal(404, "trace not found");
      return classicTraces(writer, 0, []);
    }),
    v3("/api/v3/services", async (_request, signal) =>
      jsonAnswer(JSON.stringify({ services: await store().listServices(signal) })),
    ),
    v3("/api/v3/operations", async ({ query }, signal) => {
      const names = await store().listOperations(requireParameter(query, "service"), signal);
      return jsonAnswer(
        JSON.stringify({ operations: names.map(name => ({ name, spanKind: "" })) }),
      );
    }),
    v3("/api/v3/traces/{traceId}", async ({ parameters, query }, signal) => {
      // Times are never adjusted here, so it changes nothing; but clients try servers out by it.
      for (const key of ["rawTraces", "raw_traces"]) checkFlag(query, key);
      return v3Traces(store(), [readTraceId(parameters["traceId"] ?? "")], signal);
    }),
    v3("/api/v3/traces", async ({ query }, signal) => {
      const { traceIds } = await findTraces(store(), readV3Query(query), signal);
      return v3Traces(store(), traceIds, signal);
    }),
  ];
}

type Reader = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

/** Refusals have a body of their own in each version. */
function route(
  path: string,
  read: Reader,
  refuse: (refusal: HttpRefusal) => HttpAnswer,
): ReadRoute {
  return {
    kind: "read",
    path,
    async answer(request, signal) {
      try {
        return await read(request, signal);
      } catch (error) {
        if (error instanceof HttpRefusal) return refuse(error);
        throw error;
      }
    },
  };
}

async function findTraces(
  store: TraceStore,
  query: TraceQuery,
  signal: AbortSignal,
): Promise<{ traceIds: readonly string[]; limit: number }> {
  const traceIds: string[] = [];
  const { limit } = query;
  let cursor: string | undefined;
  do {
    const page = await store.searchTraces(
      { ...query, limit: limit - traceIds.length, ...(cursor !== undefined && { cursor }) },
      signal,
    );
    traceIds.push(...page.traces.map(trace => trace.traceId));
    ({ cursor } = page);
  } while (cursor !== undefined && traceIds.length < limit);
  return { traceIds: traceIds.slice(0, limit), limit };
}

/** Reads traces by their ids; those that the store does not have are left out. */
async function readTraces(
  store: TraceStore,
  traceIds: readonly string[],
  signal: AbortSignal,
  add: (record: SpanRecord) => void,
): Promise<readonly string[]> {
  const missing: string[] = [];
  let left = MAX_SPANS;
  for (const traceId of new Set(traceIds)) {
    // A trace that was cut says nothing of it in Jaeger's answers, so the first is whole up to the bound.
    if (left === 0) break;
    const stored = await store.readTrace(traceId, signal);
    if (stored === undefined) missing.push(traceId);
    else left -= await readRecords(traceId, stored, left, signal, add);
  }
  return missing;
}

async function readJaeger(
  store: TraceStore,
  traceIds: readonly string[],
  signal: AbortSignal,
): Promise<{ writer: JaegerJsonWriter; missing: readonly string[] }> {
  const writer = new JaegerJsonWriter();
  const missing = await readTraces(store, traceIds, signal, record => writer.add(record));
  return { writer, missing };
}

const headers = { "Content-Type": "application/json", "X-Content-Type-Options": "nosniff" };

function jsonAnswer(body: string, status = 200): HttpAnswer {
  return { status, headers, body };
}

function classicAnswer(data: readonly unknown[]): HttpAnswer {
  return jsonAnswer(
    JSON.stringify({ data, total: data.length, limit: 0, offset: 0, errors: null }),
  );
}

function classicTraces(
  writer: JaegerJsonWriter,
  limit: number,
  missing: readonly string[],
): HttpAnswer {
  const errors = missing.map(traceID => ({ code: 404, msg: "trace not found", traceID }));
  const rest = { total: 0, limit, offset: 0, errors: errors.length > 0 ? errors : null };
  const data = [...writer.listTraces()].join("");
  return jsonAnswer(`{"data":${data},${JSON.stringify(rest).slice(1)}`);
}

async function v3Traces(
  store: TraceStore,
  traceIds: readonly string[],
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const writer = new OtlpJsonWriter();
  const missing = await readTraces(store, traceIds, signal, record => writer.add(record));
  if (missing.length === traceIds.length) throw new HttpRefusal(404, "No traces found");
  return jsonAnswer(`{"result":${[...writer.listPieces()].join("")}}`);
}

/** As Jaeger has it: the envelope of every answer, with the error in it. */
function refuseClassic({ status, message }: HttpRefusal): HttpAnswer {
  const errors = [{ code: status, msg: message }];
  return jsonAnswer(JSON.stringify({ data: null, total: 0, limit: 0, offset: 0, errors }), status);
}

function refuseV3({ status, message }: HttpRefusal): HttpAnswer {
  return jsonAnswer(JSON.stringify({ error: { httpCode: status, message } }), status);
}
