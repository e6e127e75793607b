/** Stores that are damaged at random, and what is left of them. Shared by a test and a bench. */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOtlpProto } from "../../../src/formats/otlp/otlpProto.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { listNotes } from "../../../src/stores/local/recovery/notes.ts";
import { StoreHandle } from "../../../src/stores/local/recovery/storeHandle.ts";
import { createRandom, type Random } from "../formats/fuzzing.ts";
import { otlpBytes } from "./otlpBytes.ts";

export const SPANS_PER_TRACE = 10;
const PAGE_BYTES = 4_096;
const hex = (value: number, length: number): string => value.toString(16).padStart(length, "0");

/** The bytes of a file and of its write-ahead log. */
interface StoreBytes {
  readonly file: Buffer;
  readonly wal: Buffer;
}

export interface Sound {
  readonly traceIds: readonly string[];
  /** All in the file, as after it was closed; and as much in the log as may be. */
  readonly closed: StoreBytes;
  readonly open: StoreBytes;
}

/** Spans of all kinds in a commit each, so that every table has some. */
export async function makeSound(folder: string, traces: number): Promise<Sound> {
  const path = join(folder, "sound", "traces.db");
  const log = openSpanLog({ file: path, capBytes: Infinity });
  const random = createRandom(9);
  const traceIds: string[] = [];
  for (let i = 0; i < traces; i += 1) {
    const traceId = hex(random(), 8).repeat(4);
    traceIds.push(traceId);
    const spans = Array.from({ length: SPANS_PER_TRACE }, (_, k) => ({
      traceId,
      spanId: hex(random(), 8) + hex(random(), 8),
      name: `step ${k} ${random()}`,
      startNs: BigInt(1e18) + BigInt(i * 1_000 + k),
      endNs: BigInt(1e18) + BigInt(i * 1_000 + k + 5),
      attributes: { "order.id": i, noise: `${random()} ${random()} ${random()}` },
    }));
    const request = otlpBytes([{ resource: { "service.name": "shop" }, spans }]);
    if (i % 4 < 3) await log.ingestOtlp(request);
    else await log.ingestSpans(readOtlpProto(request, { store: "" }).records);
    if (i % 10 > 0) continue;
    const event = { name: `log ${random()}`, timeUnixNs: "1", attributes: [] };
    await log.ingestLogs([{ traceId, event }]);
  }
  const read = (end: string): Buffer => readFileSync(path + end);
  const open = { file: read(""), wal: read("-wal") };
  await log.close();
  return { traceIds, open, closed: { file: read(""), wal: Buffer.alloc(0) } };
}

/** One of all the ways: cut, bits turned over, a page of zeros or of noise, in the file or in its log. */
export function damage({ closed, open }: Sound, random: Random): StoreBytes {
  const { file, wal } = random() % 3 === 0 ? open : closed;
  const isInWal = wal.length > 0 && random() % 2 === 0;
  const bytes = Buffer.from(isInWal ? wal : file);
  const at = random() % bytes.length;
  const flip = (place: number): void => {
    bytes[place] = (bytes[place] as number) ^ (1 << (random() % 8));
  };
  let end = bytes.length;
  const page = at - (at % PAGE_BYTES);
  switch (random() % 5) {
    case 0:
      end = at;
      break;
    case 1:
      flip(at);
      break;
    case 2:
      for (let i = 0; i < 20; i += 1) flip(random() % bytes.length);
      break;
    case 3:
      bytes.fill(0, page, page + PAGE_BYTES);
      break;
    default:
      for (let i = page; i < Math.min(end, page + PAGE_BYTES); i += 1) bytes[i] = random() & 0xff;
  }
  const damaged = bytes.subarray(0, end);
  return isInWal ? { file, wal: damaged } : { file: damaged, wal };
}

export interface Outcome {
  /** Whether a span that was sent to the damaged store is in it. */
  readonly receives: boolean;
  /** Spans of the old store that are read from the new one. */
  readonly readable: number;
  /** What reading threw once the store had recovered. */
  readonly faults: readonly string[];
  readonly notes: readonly string[];
  /** What recovery left behind, beside the files that it keeps for their user. */
  readonly leftovers: readonly string[];
}

/** As when a window opens, a program sends, and someone reads all traces. */
export async function recover(
  folder: string,
  { file, wal }: StoreBytes,
  traceIds: readonly string[],
): Promise<Outcome> {
  mkdirSync(folder);
  const path = join(folder, "traces.db");
  writeFileSync(path, file);
  if (wal.length > 0) writeFileSync(`${path}-wal`, wal);
  const traceId = "5e".repeat(16);
  const span = { traceId, spanId: "5e".repeat(8), startNs: 5n, endNs: 6n };
  const log = openSpanLog({ file: path, capBytes: Infinity, isOwner: true });
  const { stored: kept } = await log.ingestOtlp(otlpBytes([{ resource: {}, spans: [span] }]));
  await log.close();

  const handle = new StoreHandle({
    ...{ file: path, store: "local" },
    capBytes: Infinity,
    isOwner: true,
  });
  const maintain = (): Promise<void> =>
    handle.use(({ maintenance }) => {
      while (maintenance.work(performance.now() + 1_000));
    });
  const readTrace = async (id: string): Promise<number> => {
    const read = await handle.use(({ reader }) => reader.readTrace(id, () => Promise.resolve()));
    return read?.count ?? 0;
  };
  await maintain();
  // What is met while it is read is recovered as well; the second time nothing may be left.
  let readable = 0;
  let faults: string[] = [];
  for (let pass = 0; pass < 2; pass += 1) {
    readable = 0;
    faults = [];
    for (const id of traceIds) {
      try {
        readable += await readTrace(id);
      } catch (error) {
        faults.push((error as Error).message);
      }
    }
    await maintain();
  }
  const receives = kept === 1 && (await readTrace(traceId)) === 1;
  const notes = await handle.use(({ sql }) => listNotes(sql));
  handle.dispose();
  const leftovers = readdirSync(folder).filter(name => /-(unread|copy|new|suspect)/.test(name));
  rmSync(folder, { recursive: true });
  return { receives, readable, faults, notes, leftovers };
}
