import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { expect, it } from "vitest";
import { OpenedFile } from "../../../src/stores/file/openedFile.ts";
import { openPortChannel } from "../../../src/threads/portChannel.ts";
import { makeJaegerFile } from "../../perf/makeJaegerFile.ts";

it("hands the columns of a trace over, and copies none", async () => {
  const bytes = Buffer.from([...makeJaegerFile({ spans: 50 })].join(""));
  const file = new OpenedFile({ bytes, name: "j", path: "j" });
  const value = file.readTrace(file.describe().traceId ?? "")!;
  const listArrays = (object: object): ArrayBufferView[] =>
    Object.values(object).filter(each => ArrayBuffer.isView(each));
  const { columns, cellOf } = value.plain!;
  const arrays = [...listArrays(value), ...listArrays(columns), cellOf];
  const lengths = arrays.map(each => each.byteLength);
  expect(arrays.length).toBeGreaterThan(25);
  const { port1, port2 } = new MessageChannel();
  openPortChannel(port1).post({ kind: "value", id: 1, value });
  expect(arrays.filter(each => each.buffer.byteLength > 0)).toEqual([]);
  const [received] = (await once(port2, "message")) as [{ value: typeof value }];
  port2.close();
  const { plain } = received.value;
  const others = [...listArrays(received.value), ...listArrays(plain!.columns), plain!.cellOf];
  expect(others.map(each => each.byteLength)).toEqual(lengths);
});
