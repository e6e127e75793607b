/**
 * The bytes of batches: compressed stretch by stretch, so that one span is read without the others. Knows the tables
 * `batch` and `block`, and not what the bytes mean.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { assert } from "../../../base/assert.ts";
import { Lru } from "../../../base/lru.ts";

const BLOCK_BITS = 16;
const BLOCK_BYTES = 1 << BLOCK_BITS;
const BLOCKS_PER_BATCH = 4_096;
/** More does not fit the numbers of the blocks. */
export const MAX_BATCH_BYTES = BLOCK_BYTES * BLOCKS_PER_BATCH;

/**
 * 128 MB of blocks: a hundred thousand spans with their documents that have been read are searched without inflating them
 * again. And what is told of as many batches as a page of a list may touch.
 */
export const CACHED_BLOCKS = 2_048;
const CACHED_HEADS = 1_024;

/**
 * Fast before small: it must keep up with a hundred thousand spans a second. With a checksum of four bytes, so that damage
 * is met and not shown as if it had been sent.
 */
export const compression = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
};

/** Where the block ends that has the byte at this place of its batch: what is read up to there is no copy. */
export function endOfBlock(position: number): number {
  return ((position >>> BLOCK_BITS) + 1) * BLOCK_BYTES;
}

export interface BatchHead {
  readonly kind: number;
  readonly length: number;
  /** Five numbers each, as in the table. */
  readonly groups: Uint32Array;
}

export class BatchBytes {
  readonly #findBlock: StatementSync;
  readonly #addBlock: StatementSync;
  readonly #findHead: StatementSync;
  readonly #blocks = new Lru<number, Buffer>(CACHED_BLOCKS);
  readonly #heads = new Lru<number, BatchHead>(CACHED_HEADS);
  /** The last of each, because what is read next mostly stands beside what was read before. */
  #lastBlock: { readonly id: number; readonly bytes: Buffer } | undefined;
  #lastHead: { readonly id: number; readonly head: BatchHead } | undefined;

  constructor(sql: DatabaseSync) {
    this.#findBlock = sql.prepare("SELECT body FROM block WHERE id = ?");
    this.#addBlock = sql.prepare("INSERT INTO block (id, body) VALUES (?, ?)");
    this.#findHead = sql.prepare("SELECT kind, length, groups FROM batch WHERE id = ?");
  }

  /** Inside a transaction. */
  write(batch: number, bytes: Uint8Array): void {
    assert(bytes.length <= MAX_BATCH_BYTES, "a batch fits its blocks");
    let block = batch * BLOCKS_PER_BATCH;
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES, block += 1) {
      this.#addBlock.run(
        block,
        zstdCompressSync(bytes.subarray(at, at + BLOCK_BYTES), compression),
      );
    }
  }

  /** `undefined` where the batch has gone. */
  findHead(batch: number): BatchHead | undefined {
    if (this.#lastHead?.id === batch) return this.#lastHead.head;
    const head = this.#heads.get(batch) ?? this.#readHead(batch);
    if (head !== undefined) this.#lastHead = { id: batch, head };
    return head;
  }

  #readHead(batch: number): BatchHead | undefined {
    const row = this.#findHead.get(batch) as
      { kind: number; length: number; groups: Uint8Array } | undefined;
    if (row === undefined) return undefined;
    const { kind, length, groups } = row;
    const head = { kind, length, groups: new Uint32Array(groups.slice().buffer) };
    this.#heads.set(batch, head);
    return head;
  }

  /** `undefined` where the batch has gone. What is cached of a batch that went stays readable for a while. */
  read(batch: number, from: number, to: number): Buffer | undefined {
    const first = from >>> BLOCK_BITS;
    const last = (to - 1) >>> BLOCK_BITS;
    if (first >= last) {
      const block = this.#readBlock(batch, first);
      const start = first << BLOCK_BITS;
      return block?.subarray(from - start, to - start);
    }
    const parts: Buffer[] = [];
    for (let index = first; index <= last; index += 1) {
      const block = this.#readBlock(batch, index);
      if (block === undefined) return undefined;
      const start = index * BLOCK_BYTES;
      parts.push(block.subarray(Math.max(0, from - start), Math.min(block.length, to - start)));
    }
    return Buffer.concat(parts);
  }

  /** Gives the memory of the cached blocks back. */
  forget(): void {
    this.#blocks.clear();
    this.#lastBlock = undefined;
  }

  #readBlock(batch: number, index: number): Buffer | undefined {
    const id = batch * BLOCKS_PER_BATCH + index;
    if (this.#lastBlock?.id === id) return this.#lastBlock.bytes;
    const bytes = this.#blocks.get(id) ?? this.#inflate(id);
    if (bytes !== undefined) this.#lastBlock = { id, bytes };
    return bytes;
  }

  #inflate(id: number): Buffer | undefined {
    const body = this.#findBlock.get(id)?.["body"];
    if (!(body instanceof Uint8Array)) return undefined;
    const block = zstdDecompressSync(body, { chunkSize: BLOCK_BYTES + 1 });
    this.#blocks.set(id, block);
    return block;
  }
}

/** Conditions on `block.id` for all that a batch of that length has. */
export function blockRange(batch: number, length: number): readonly [number, number] {
  const first = batch * BLOCKS_PER_BATCH;
  return [first, first + Math.max(1, Math.ceil(length / BLOCK_BYTES)) - 1];
}
