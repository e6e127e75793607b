/** Logs that real SDKs and agents sent become events of their spans, and an exception that was logged their error. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Attribute, AttributeValue, SpanDetail } from "../../src/model/spanDetail.ts";
import { runSender, type MadeTrace } from "../peers/canonicalTrace.ts";
import { findPythonSenders } from "../peers/pythonSenders.ts";
import { never, openReceiving, type Receiving } from "./receiving.ts";

let receiving: Receiving;
beforeAll(async () => {
  receiving = await openReceiving();
});
afterAll(() => receiving.close());

const valueOf = (attributes: readonly Attribute[], key: string): AttributeValue =>
  attributes.find(each => each.key === key)?.value;

/** As the receivers handed it on, and as the store gives it back. */
async function readDetails(
  {
    traceId,
    spans,
  }: Pick<MadeTrace, "traceId"> & {
    readonly spans: readonly { readonly name: string; readonly spanId: string }[];
  },
  logs: number,
): Promise<readonly Readonly<Record<string, SpanDetail>>[]> {
  const expected = { spans: spans.length, logs };
  const traces = [
    await receiving.readMemory(traceId, expected),
    await receiving.readStore(traceId, expected),
  ];
  return Promise.all(
    traces.map(async trace =>
      Object.fromEntries(
        await Promise.all(
          spans.map(
            async ({ name, spanId }) =>
              [name, await trace.readDetail(trace.findSpan(spanId)!, never)] as const,
          ),
        ),
      ),
    ),
  );
}

describe("logs", () => {
  it.for(["logs-grpc", "logs-http"] as const)(
    "of OpenTelemetry Python by %s",
    async (tracer, context) => {
      const python = await findPythonSenders();
      if (python.kind === "unavailable") {
        context.skip(`${python.name}: ${python.reason}`);
        return;
      }
      const made = await runSender(python.send(tracer), receiving.ports);
      for (const { order, pay } of await readDetails(made, 2)) {
        expect(order!.error).toBeUndefined();
        expect(order!.events.map(({ name }) => name)).toEqual(["Order of 3 items"]);
        const facts = order!.events[0]!.attributes;
        expect(valueOf(facts, "log.severity")).toBe("INFO");
        expect(valueOf(facts, "log.logger")).toBe("shop.orders");
        expect(valueOf(facts, "order.id")).toBe("o-1");
        // The span knows its resource.
        expect(facts.filter(({ key }) => key.startsWith("resource."))).toEqual([]);

        expect(pay!.events.map(({ name }) => name)).toEqual(["Payment failed"]);
        expect(valueOf(pay!.events[0]!.attributes, "log.severity")).toBe("ERROR");
        expect(pay!.error).toMatchObject({ type: "ValueError", message: "no money" });
        expect(pay!.error?.stack).toMatch(
          /^Traceback[^]*send\.py", line \d+, in logs[^]*ValueError/,
        );
      }
      expect(receiving.bugs).toEqual([]);
    },
  );

  it.for(["skywalking", "skywalking-http"] as const)(
    "of SkyWalking's Python agent by %s",
    async (tracer, context) => {
      const python = await findPythonSenders();
      if (python.kind === "unavailable") {
        context.skip(`${python.name}: ${python.reason}`);
        return;
      }
      const made = await runSender(python.send(tracer), receiving.ports);
      for (const details of await readDetails(made, made.spans.length)) {
        for (const { name } of made.spans) {
          const said = details[name]!.events.filter(each => each.name.endsWith(`in ${name}`));
          expect(said, name).toHaveLength(1);
          expect(valueOf(said[0]!.attributes, "log.severity")).toBe("INFO");
          expect(valueOf(said[0]!.attributes, "log.logger")).toBe("shop");
        }
        expect(details["accept order"]!.error).toMatchObject({ type: "ValueError" });
      }
      expect(receiving.bugs).toEqual([]);
    },
  );
});
