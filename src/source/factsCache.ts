/**
 * The declarations of files, kept on the disk between windows: by path, time of change and size, for one build of the
 * reader. One file, written whole and renamed into place, with a checksum: what does not fit is read anew, never an
 * error.
 *
 *     <version>\n<sha1 of the rest>\n<serialised entries>
 */

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import type { FileFacts } from "./fileFacts.ts";

/** The marks by which a file is known to be the one that was read. */
export interface FileStamp {
  readonly mtimeMs: number;
  readonly size: number;
}

export type CachedFile = FileStamp & { readonly path: string; readonly facts: FileFacts };

/** About 10 kB a file: this is a workspace of 30,000. */
const MAX_BYTES = 300_000_000;
const HASH_LENGTH = 40;

export class FactsCache {
  readonly #file: string;
  readonly #version: string;
  #opened: Promise<Map<string, CachedFile>> | undefined;

  /** `version`: any text without line ends; facts of another are not read. */
  constructor(file: string, version: string) {
    this.#file = file;
    this.#version = version;
  }

  /** `undefined` where the file is new, has changed, or nothing is kept of it. A kept file is given once. */
  async take(filePath: string, stamp: FileStamp): Promise<FileFacts | undefined> {
    this.#opened ??= this.#read();
    const files = await this.#opened;
    const cached = files.get(filePath);
    // Given once, so that the index alone holds it.
    files.delete(filePath);
    const isSame = cached?.mtimeMs === stamp.mtimeMs && cached.size === stamp.size;
    return isSame ? cached.facts : undefined;
  }

  async write(files: readonly CachedFile[]): Promise<void> {
    const body = serialize(files);
    if (body.length > MAX_BYTES) return;
    const head = Buffer.from(`${this.#version}\n${hash(body)}\n`);
    const temporary = `${this.#file}.${process.pid}.tmp`;
    try {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await writeFile(temporary, Buffer.concat([head, body]));
      await rename(temporary, this.#file);
    } catch (error) {
      // A full or read-only disk: the next start reads the files again.
      if (!isSystemError(error)) throw error;
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async #read(): Promise<Map<string, CachedFile>> {
    try {
      const { size } = await stat(this.#file);
      if (size > MAX_BYTES) return new Map();
      const bytes = await readFile(this.#file);
      const head = `${this.#version}\n`;
      const start = head.length + HASH_LENGTH + 1;
      const body = bytes.subarray(start);
      if (bytes.toString("latin1", 0, start) !== `${head}${hash(body)}\n`) return new Map();
      const files = deserialize(body) as readonly CachedFile[];
      return new Map(files.map(file => [file.path, file]));
    } catch (error) {
      // There is none yet, or another version of Node serialised it.
      if (error instanceof Error) return new Map();
      throw error;
    }
  }
}

/** Names the build that reads: the worker's own file, and the grammars beside it. */
export async function readBuildVersion(workerPath: string, grammarsPath: string): Promise<string> {
  const names = (await readdir(grammarsPath)).sort();
  const sizes = await Promise.all(
    names.map(async name => (await stat(path.join(grammarsPath, name))).size),
  );
  const grammars = names.map((name, index) => `${name}:${sizes[index]}`).join();
  return hash(Buffer.concat([await readFile(workerPath), Buffer.from(grammars)]));
}

function hash(bytes: Buffer): string {
  return createHash("sha1").update(bytes).digest("hex");
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}
