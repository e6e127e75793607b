/** The message that Jaeger's clients send to its collector: a thrift batch over HTTP. */

import { readJaegerBatch } from "../../formats/jaeger/jaegerThrift.ts";
import { keepDated, type IngestTarget } from "../ingestTarget.ts";
import { acceptAll, textAnswer, type IngestRoute } from "./route.ts";

export function jaegerRoute(target: IngestTarget): IngestRoute {
  return {
    kind: "ingest",
    path: "/api/traces",
    carries: "spans",
    contentTypes: ["application/x-thrift", "application/vnd.apache.thrift.binary"],
    keep: body => keepDated(target, readJaegerBatch(body, target)),
    accept: acceptAll,
    refuse: textAnswer,
  };
}
