/** A window on a copy of the sample shop, with Traceside in it. */

import type { SessionOptions } from "../driver/session.ts";
import { openSession } from "../driver/session.ts";
import type { Session } from "../driver/session.ts";
import { shopFolder } from "./recordedOrder.ts";

export function openShop(options: Omit<SessionOptions, "workspaceFolder"> = {}): Promise<Session> {
  return openSession({ workspaceFolder: shopFolder, ...options });
}

const otherReceivers =
  "otlpGrpc zipkin jaegerCompact jaegerBinary jaegerHttp skywalking xray".split(" ");

/** The value of `traceside.collector.ports` for a window that hears OTLP over HTTP and nothing else. */
export function onlyOtlpHttp(port: number): Readonly<Record<string, number>> {
  return { ...Object.fromEntries(otherReceivers.map(name => [name, 0])), otlpHttp: port };
}
