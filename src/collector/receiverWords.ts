/** The collector's receivers in words. Pure; `t` speaks the display language. */

import { assertNever } from "../base/assert.ts";
import type { Translate } from "../model/failureWords.ts";
import type { ReceiverName, ReceiverStatus } from "./collectorState.ts";

/** Protocols are called the same in every language. */
export const receiverLabels: Readonly<Record<ReceiverName, string>> = {
  otlpGrpc: "OTLP/gRPC",
  otlpHttp: "OTLP/HTTP",
  zipkin: "Zipkin",
  jaegerCompact: "Jaeger UDP compact",
  jaegerBinary: "Jaeger UDP binary",
  jaegerHttp: "Jaeger HTTP",
  skywalking: "SkyWalking gRPC",
  xray: "X-Ray UDP",
};

/** How it is with a port, in short. */
export function describeReceiver(status: ReceiverStatus, t: Translate): string {
  switch (status.kind) {
    case "off":
      return t("off");
    case "listening":
      return t("listening");
    case "portTaken":
      if (status.by === undefined) return t("held by another program");
      return status.by.program === undefined
        ? t("held by process {0}", status.by.pid)
        : t("held by {0} (process {1})", status.by.program, status.by.pid);
    case "failed":
      return status.reason;
    default:
      return assertNever(status);
  }
}
