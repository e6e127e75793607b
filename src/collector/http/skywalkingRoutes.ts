/**
 * SkyWalking's agents over HTTP, on which they send what they send over gRPC as protobuf's JSON: segments, one or a list,
 * and logs. What else they report is answered, so that they stay quiet.
 */

import { readSentSegments, toLogRecord } from "../../formats/skywalking/skywalkingProto.ts";
import { isObject, type JsonObject } from "../../formats/values/jsonObject.ts";
import type { IngestResult } from "../../model/spanSink.ts";
import { keepDated, nothing, type IngestTarget } from "../ingestTarget.ts";
import { parseJsonDocument } from "../jsonBody.ts";
import { HttpRefusal, textAnswer, type IngestRoute } from "./route.ts";

export function skywalkingRoutes(target: IngestTarget): readonly IngestRoute[] {
  const keepSegments = (body: Uint8Array): Promise<IngestResult> => {
    const { readable, lost } = listOwn(body, each => Array.isArray(each["spans"]));
    const spans = readSentSegments(readable, target);
    return keepDated(target, { ...spans, lost: (spans.lost ?? 0) + lost });
  };
  const keepLogs = async (body: Uint8Array): Promise<IngestResult> => {
    const { readable, lost } = listOwn(body, each => isObject(each["body"]));
    const result = await target.sink.ingestLogs(readable.map(toLogRecord));
    if (lost === 0) return result;
    return { ...result, rejected: result.rejected + lost, reason: `${lost} without a body` };
  };
  const ignore = (): Promise<IngestResult> => Promise.resolve(nothing);
  return [
    route("/v3/segment", "spans", keepSegments),
    route("/v3/segments", "spans", keepSegments),
    route("/v3/logs", "logs", keepLogs),
    route("/v3/management/reportProperties", "nothing", ignore),
    route("/v3/management/keepAlive", "nothing", ignore),
  ];
}

function route(
  path: string,
  carries: IngestRoute["carries"],
  keep: IngestRoute["keep"],
): IngestRoute {
  return {
    ...{ kind: "ingest", path, carries, keep },
    accept: ({ stored, rejected, reason = "" }) =>
      stored === 0 && rejected > 0
        ? textAnswer(new HttpRefusal(400, reason || "nothing that can be kept"))
        : { status: 200, headers: { "Content-Type": "application/json" }, body: "{}" },
    refuse: textAnswer,
  };
}

/** The objects that can be read, and how many of all cannot. */
function listOwn(
  body: Uint8Array,
  isOwn: (each: JsonObject) => boolean,
): { readonly readable: readonly JsonObject[]; readonly lost: number } {
  const items = [parseJsonDocument(body)].flat();
  const readable = items.filter(isObject).filter(isOwn);
  return { readable, lost: items.length - readable.length };
}
