/**
 * A write-ahead log that is damaged in its middle. SQLite ends the log at the first frame that is not as it was written,
 * without a word, and with it all commits behind. Knows the log's format (https://sqlite.org/fileformat2.html#walformat).
 *
 * Each frame's checksum goes on from that of the frame before, which stands in the log: whether a frame is as it was
 * written can be told behind a damage, too.
 */

import { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";

const PAGE_BYTES = 4_096;
const LOG_HEADER = 32;
const FRAME_HEADER = 24;
const FRAME_BYTES = FRAME_HEADER + PAGE_BYTES;
/** SQLite's mark of a log whose checksums read words of the lower byte first, as all machines of VS Code have them. */
const MAGIC = 0x377f0682;
const VERSION = 3_007_000;
/** Checkpoints come every 16 MB; what no reader let them do is kept up to here. */
const MOST_BYTES = 1024 * 1024 * 1024;

/**
 * Whether whole commits lie behind a frame that is not as it was written. Looked at twice: another thread may be writing
 * the frames that are being read.
 */
export function isBrokenLog(file: string): boolean {
  const broken = findBroken(file);
  return broken !== undefined && findBroken(file) === broken;
}

/** The first frame that is not as it was written, where a commit lies behind it. */
function findBroken(file: string): number | undefined {
  const log = readLog(file);
  const broken = log?.sound.indexOf(false) ?? -1;
  if (log === undefined) return undefined;
  if (!log.isHeaderSound && log.last >= 0) return 0;
  return broken >= 0 && log.last > broken ? broken : undefined;
}

/** Makes a log whole, beside a copy of its file: damaged frames hold their pages as they were before. */
export function repairLog(file: string): void {
  const log = readLog(file);
  if (log === undefined || log.last < 0) return;
  const { bytes, sound, last, salts } = log;
  const database = openSync(file, "r");
  const latest = new Map<number, number>();
  const most = Math.max(...sound.map((isSound, at) => (isSound ? pageOf(bytes, at) : 0)));
  let sums: Sums = [0, 0];
  bytes.writeUInt32BE(MAGIC, 0);
  bytes.writeUInt32BE(VERSION, 4);
  bytes.writeUInt32BE(PAGE_BYTES, 8);
  salts.copy(bytes, 16);
  sums = writeSums(bytes, 24, addSums(bytes, 0, 24, sums));
  for (let at = 0; at <= last; at += 1) {
    const start = startOf(at);
    if (sound[at] === true) {
      latest.set(pageOf(bytes, at), at);
    } else {
      const isKnown = hasSalts(bytes, at, salts) && pageOf(bytes, at) <= most;
      const page = isKnown ? pageOf(bytes, at) : at === 0 ? 1 : pageOf(bytes, at - 1);
      bytes.writeUInt32BE(page, start);
      // A commit whose last frame is lost ends with the one behind it.
      if (!isKnown) bytes.writeUInt32BE(0, start + 4);
      salts.copy(bytes, start + 8);
      const known = latest.get(page);
      const body = bytes.subarray(start + FRAME_HEADER, start + FRAME_BYTES).fill(0);
      if (known === undefined) readSync(database, body, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
      else bytes.copy(body, 0, startOf(known) + FRAME_HEADER, startOf(known) + FRAME_BYTES);
      latest.set(page, at);
    }
    sums = addSums(bytes, start, start + 8, sums);
    sums = addSums(bytes, start + FRAME_HEADER, start + FRAME_BYTES, sums);
    writeSums(bytes, start + 16, sums);
  }
  closeSync(database);
  writeFileSync(`${file}-wal`, bytes.subarray(0, startOf(last + 1)));
}

interface Log {
  readonly bytes: Buffer;
  /** Whether each frame is as it was written. */
  readonly sound: readonly boolean[];
  /** The last frame that ends a commit and is sound; -1 for none. */
  readonly last: number;
  /** By which frames of this log are told from those of an older one that it was written over. */
  readonly salts: Buffer;
  readonly isHeaderSound: boolean;
}

type Sums = readonly [number, number];

function readLog(file: string): Log | undefined {
  const size = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (size < LOG_HEADER + FRAME_BYTES || size > MOST_BYTES) return undefined;
  const bytes = readFileSync(`${file}-wal`);
  const count = Math.floor((bytes.length - LOG_HEADER) / FRAME_BYTES);
  const isHeaderSound =
    bytes.readUInt32BE(0) === MAGIC &&
    bytes.readUInt32BE(8) === PAGE_BYTES &&
    isEqual(addSums(bytes, 0, 24, [0, 0]), readSums(bytes, 24));
  const salts = isHeaderSound ? bytes.subarray(16, 24) : findSalts(bytes, count);
  const sound: boolean[] = [];
  let last = -1;
  for (let at = 0; at < count; at += 1) {
    const start = startOf(at);
    const before = readSums(bytes, at === 0 ? 24 : start - FRAME_BYTES + 16);
    const isSound =
      hasSalts(bytes, at, salts) &&
      pageOf(bytes, at) > 0 &&
      isEqual(
        addSums(
          bytes,
          start + FRAME_HEADER,
          start + FRAME_BYTES,
          addSums(bytes, start, start + 8, before),
        ),
        readSums(bytes, start + 16),
      );
    sound.push(isSound);
    if (isSound && bytes.readUInt32BE(start + 4) > 0) last = at;
  }
  return { bytes, sound, last, salts: Buffer.from(salts), isHeaderSound };
}

/** Where the header is lost: two frames in a row have them alike. */
function findSalts(bytes: Buffer, count: number): Buffer {
  for (let at = 0; at + 1 < count; at += 1) {
    const salts = bytes.subarray(startOf(at) + 8, startOf(at) + 16);
    if (hasSalts(bytes, at + 1, salts)) return salts;
  }
  return bytes.subarray(16, 24);
}

function startOf(frame: number): number {
  return LOG_HEADER + frame * FRAME_BYTES;
}

function pageOf(bytes: Buffer, frame: number): number {
  return bytes.readUInt32BE(startOf(frame));
}

function hasSalts(bytes: Buffer, frame: number, salts: Buffer): boolean {
  const start = startOf(frame) + 8;
  return bytes.compare(salts, 0, 8, start, start + 8) === 0;
}

function readSums(bytes: Buffer, at: number): Sums {
  return [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
}

function writeSums(bytes: Buffer, at: number, sums: Sums): Sums {
  bytes.writeUInt32BE(sums[0], at);
  bytes.writeUInt32BE(sums[1], at + 4);
  return sums;
}

function isEqual(a: Sums, b: Sums): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** Two words after the other, each added to both sums in turn. */
function addSums(bytes: Buffer, from: number, to: number, [first, second]: Sums): Sums {
  let [a, b] = [first | 0, second | 0];
  for (let at = from; at < to; at += 8) {
    a = (a + bytes.readInt32LE(at) + b) | 0;
    b = (b + bytes.readInt32LE(at + 4) + a) | 0;
  }
  return [a >>> 0, b >>> 0];
}
