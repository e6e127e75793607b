/** All receivers on free ports before a sink in memory, for tests that have real tracers send to them. */

import { afterAll, beforeAll, beforeEach, expect, type TestContext } from "vitest";
import { receiverNames, type CollectorPorts } from "../../src/collector/collectorState.ts";
import { createOpeners } from "../../src/collector/openers.ts";
import type { Receiver } from "../../src/collector/receiver.ts";
import type { Attribute, AttributeValue } from "../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { findJsSenders, type JsScript } from "../peers/jsSenders.ts";
import { createMemorySink, type MemorySink } from "../unit/collector/grpc/memorySink.ts";

/** What the test that runs now was sent. */
export let sink: MemorySink;
let receivers: readonly Receiver[];
export let ports: CollectorPorts;
const bugs: unknown[] = [];

beforeAll(async () => {
  const current = () => sink;
  const openers = createOpeners({
    target: {
      store: "local",
      sink: {
        ingestOtlp: request => current().ingestOtlp(request),
        ingestSpans: records => current().ingestSpans(records),
        ingestLogs: records => current().ingestLogs(records),
      },
    },
    readRoutes: [],
    onBug: bug => bugs.push(bug),
  });
  receivers = await Promise.all(receiverNames.map(name => openers[name].open(0)));
  const entries = receiverNames.map((name, index) => [name, receivers[index]?.port]);
  ports = Object.fromEntries(entries) as CollectorPorts;
});
beforeEach(() => {
  sink = createMemorySink();
});
afterAll(async () => {
  await Promise.all(receivers.map(receiver => receiver.close()));
  expect(bugs).toEqual([]);
});

export async function runJs(
  context: TestContext,
  script: JsScript,
  ...args: readonly string[]
): Promise<unknown> {
  const peer = await findJsSenders();
  return peer.kind === "unavailable"
    ? context.skip(`${peer.name}: ${peer.reason}`)
    : peer.run(script, ...args);
}

/** A datagram is not acknowledged, so we wait until all are there. */
export async function received(count: number): Promise<ReadonlyMap<string, SpanRecord>> {
  await expect.poll(() => sink.spans.length, { timeout: 40_000 }).toBeGreaterThanOrEqual(count);
  expect(sink.spans).toHaveLength(count);
  return new Map(sink.spans.map(record => [record.span.spanId, record]));
}

/** A flood of datagrams elsewhere on the machine loses those of others, too: what is lost is sent again. */
export async function deliver<T extends { readonly spans: readonly unknown[] }>(
  isDatagram: boolean,
  send: () => Promise<T>,
): Promise<readonly [made: T, records: ReadonlyMap<string, SpanRecord>]> {
  for (let left = isDatagram ? 2 : 0; ; left -= 1) {
    sink = createMemorySink();
    const made = await send();
    const receiving = received(made.spans.length);
    if (left === 0) return [made, await receiving];
    const isWhole = await receiving.then(
      () => true,
      () => sink.spans.length >= made.spans.length,
    );
    if (isWhole) return [made, await received(made.spans.length)];
  }
}

export type Values = Readonly<Record<string, AttributeValue>>;
export const toValues = (attributes: readonly Attribute[]): Values =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
