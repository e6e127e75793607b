/** What is drawn of a large trace is kept apart from its bytes: read without them, and the same as with them. */

import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { SpanFlag, type SpanInput } from "../../../src/model/span.ts";
import { BatchBytes } from "../../../src/stores/local/log/batchBytes.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { DrawnPieces } from "../../../src/stores/local/file/drawnPieces.ts";
import { SpanBytes } from "../../../src/stores/local/read/spanBytes.ts";
import { CellSpans } from "../../../src/stores/local/read/traceCells.ts";
import { TraceReader } from "../../../src/stores/local/read/traceReader.ts";
import { makeRandom } from "../../perf/makeTrace.ts";
import { otlpBytes } from "./otlpBytes.ts";
import { never, record, start, traceId, useStores } from "./records.ts";

const stores = useStores();
const { newFile } = stores;
const idOf = (i: number): string => `7${i.toString(16).padStart(15, "0")}`;
const COUNT = 900;

/** Read anew each time, as by a window that opens. */
async function read(file: string) {
  const sql = new DatabaseSync(file);
  const spans = new SpanBytes(new BatchBytes(sql), "local");
  const reader = new TraceReader(sql, spans, new DrawnPieces(sql));
  const cells = await reader.readTrace(traceId, () => Promise.resolve());
  sql.close();
  return cells && { plain: cells.plain, spans: [...new CellSpans(cells)] };
}

function change(file: string, statement: string): void {
  const sql = new DatabaseSync(file);
  sql.exec(statement);
  sql.close();
}

function countDrawn(file: string): number {
  const sql = new DatabaseSync(file);
  const { count } = sql.prepare("SELECT count(*) AS count FROM drawn").get() as { count: number };
  sql.close();
  return count;
}

function draw(i: number, random: () => number): SpanInput {
  const pick = (most: number): number => Math.floor(random() * most);
  const startUnixNs = start + BigInt(i * 1_000 + pick(3));
  return {
    spanId: idOf(i),
    parentSpanId: i === 0 ? undefined : pick(40) === 0 ? "00000000000000ab" : idOf(pick(i)),
    name: ["", "work", "订单 \u0002 €"][pick(3)] ?? "",
    service: ["", "shop", "Größe"][pick(3)],
    queue: pick(4) === 0 ? "orders" : undefined,
    host: pick(4) === 0 ? "host-1" : undefined,
    kind: pick(6) as SpanInput["kind"],
    status: pick(3) as SpanInput["status"],
    startUnixNs,
    endUnixNs: pick(9) === 0 ? undefined : startUnixNs + BigInt(pick(5) * 500_000),
    queuedUnixNs: pick(5) === 0 ? startUnixNs - BigInt(pick(3) * 700_000) : undefined,
    attempts: pick(4) === 0 ? pick(400) : undefined,
    flags: pick(6) === 0 ? SpanFlag.untimed : 0,
    messageId: pick(9) === 0 ? `message-${i}` : undefined,
    refs: pick(30) === 0 ? [{ kind: 1, spanId: idOf(pick(i + 1)) }] : undefined,
  };
}

async function writeRecords(file: string, change = (span: SpanInput): SpanInput => span) {
  const log = openSpanLog({ file, capBytes: Infinity });
  const random = makeRandom(12);
  const spans = Array.from({ length: COUNT }, (_, i) => change(draw(i, random)));
  for (let at = 0; at < COUNT; at += COUNT / 3) {
    await log.ingestSpans(spans.slice(at, at + COUNT / 3).map(span => record(span)));
  }
  await log.close();
}

async function writeOtlp(file: string): Promise<void> {
  const log = openSpanLog({ file, capBytes: Infinity });
  const random = makeRandom(13);
  const groups = ["shop", "stock"].map(service => ({
    resource: { "service.name": service, "host.name": `${service}-1` },
    spans: Array.from({ length: COUNT / 2 }, (_, i) => {
      const own = service === "shop" ? i : i + COUNT / 2;
      const { name, kind = 0, status = 0, startUnixNs, endUnixNs } = draw(own, random);
      return {
        ...{
          traceId,
          spanId: idOf(own),
          name,
          kind,
          status,
          startNs: startUnixNs,
          endNs: endUnixNs,
        },
        ...(own > 0 && { parentId: idOf(Math.floor(random() * own)) }),
        attributes: { "http.route": "/a" },
      };
    }),
  }));
  await log.ingestOtlp(otlpBytes(groups));
  await log.close();
}

it.each([
  ["records", (file: string) => writeRecords(file)],
  ["OTLP", writeOtlp],
] as const)("is what the bytes of %s tell, and needs none of them", async (_what, write) => {
  const file = newFile();
  await write(file);
  const told = await read(file);
  expect(told?.spans).toHaveLength(COUNT);
  change(file, "CREATE TABLE kept AS SELECT * FROM block; DELETE FROM block");
  expect(await read(file)).toEqual(told);
  change(file, "INSERT INTO block SELECT * FROM kept; UPDATE drawn SET rows = substr(rows, 1, 40)");
  expect(await read(file)).toEqual(told);
  change(file, "DELETE FROM drawn");
  expect(await read(file)).toEqual(told);
});

it("is not kept where ids are no 64 bits, or a start is not known", async () => {
  for (const odd of [{ spanId: "task-7" }, { startUnixNs: undefined }]) {
    const file = newFile();
    await writeRecords(file, span => (span.spanId === idOf(7) ? { ...span, ...odd } : span));
    expect(countDrawn(file)).toBe(2);
    expect((await read(file))?.spans).toHaveLength(COUNT);
  }
});

it("goes with its trace", async () => {
  const { open } = stores;
  for (const remove of ["delete", "clear"] as const) {
    const file = newFile();
    await writeRecords(file);
    expect(countDrawn(file)).toBe(3);
    const store = open(file);
    if (remove === "delete") await store.deleteTraces([traceId], never);
    else await store.clear(never);
    expect(countDrawn(file)).toBe(0);
  }
});
