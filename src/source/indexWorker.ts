/**
 * The worker that reads the workspace's files into the symbol index and answers from it. Built as
 * dist/indexWorker.cjs; runs from source where Node strips types. Knows no editor.
 *
 * One file at a time, and between files it answers whoever asks: a click never waits for the whole build.
 */

import { readFile, stat } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { connectPeer, type Api } from "../threads/rpc.ts";
import { FactsCache, readBuildVersion, type FileStamp } from "./factsCache.ts";
import type { FileFacts } from "./fileFacts.ts";
import { Grammars } from "./grammars.ts";
import { getLanguage } from "./languages.ts";
import { getOwnPath } from "./ownPath.ts";
import { openIndexChannel, type IndexApi, type IndexWorkerData } from "./indexApi.ts";
import { readFileFacts } from "./readFileFacts.ts";
import { searchText } from "./search/textSearch.ts";
import { isManifest, readServiceNames } from "./serviceFolders.ts";
import { SymbolIndex } from "./symbolIndex.ts";

/** Generated and minified files are bigger; nobody's function is in there. */
const MAX_FILE_BYTES = 1_000_000;
/** About 1 kB of facts a file and 100 bytes a symbol: this keeps the worker well under 300 MB. */
const MAX_FILES = 50_000;

assert(parentPort !== null, "the index runs in a worker");
const port = parentPort;
const index = new SymbolIndex();
const { grammarsPath, workerPath, cachePath, folders } = workerData as IndexWorkerData;
const grammars = new Grammars(grammarsPath);
const cache =
  cachePath === undefined
    ? undefined
    : readBuildVersion(workerPath, grammarsPath).then(
        version => new FactsCache(cachePath, [version, ...folders.map(encodeURI)].join(" ")),
      );
/** Stamps of the files whose facts are those of the disk. */
const stamps = new Map<string, FileStamp>();
let cached = 0;
let hasNews = false;
const passedOver = new Set<string>();
/** The texts that editors hold and that are not on the disk. */
const texts = new Map<string, string>();
let queue: Promise<void> = Promise.resolve();

/** Changes are made in the order in which they were asked for. */
function enqueue(work: () => Promise<void>): Promise<void> {
  queue = queue.then(work, work);
  return queue;
}

async function readIntoIndex(path: string): Promise<void> {
  try {
    const { size, mtimeMs } = await stat(path);
    if (size > MAX_FILE_BYTES || index.fileCount >= MAX_FILES) {
      passOver(path);
      return;
    }
    texts.delete(path);
    const facts = isManifest(path) ? undefined : await (await cache)?.take(path, { size, mtimeMs });
    if (facts === undefined) {
      await setText(path, await readFile(path, "utf8"));
      hasNews = true;
    } else {
      cached += 1;
      setFacts(path, facts);
    }
    stamps.set(path, { size, mtimeMs });
  } catch (error) {
    // Gone again, or not ours to read: both are answered by leaving the file out.
    if (!(error instanceof Error && "code" in error)) throw error;
    passOver(path);
  }
}

function passOver(path: string): void {
  index.removeFile(path);
  stamps.delete(path);
  passedOver.add(path);
}

/** Reads a file; the text that an editor holds comes before what is on the disk. */
async function readText(path: string): Promise<string | undefined> {
  const held = texts.get(path);
  if (held !== undefined) return held;
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    // Gone since it was indexed.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

async function setText(path: string, text: string): Promise<void> {
  if (isManifest(path)) index.setServices(path, readServiceNames(path, text));
  if (getLanguage(path) === undefined) return;
  const facts =
    text.length > MAX_FILE_BYTES
      ? undefined
      : await readFileFacts(grammars, getOwnPath(path, folders), text);
  if (facts === undefined) {
    passOver(path);
    return;
  }
  setFacts(path, facts);
}

function setFacts(path: string, facts: FileFacts): void {
  passedOver.delete(path);
  index.setFile(path, facts);
}

async function keepFacts(): Promise<void> {
  if (cache === undefined || !hasNews) return;
  hasNews = false;
  const files = [...index.listFiles()].flatMap(({ path, facts }) => {
    const stamp = stamps.get(path);
    return stamp === undefined ? [] : [{ path, facts, ...stamp }];
  });
  await (await cache).write(files);
}

const api: IndexApi = {
  readFiles: paths =>
    enqueue(async () => {
      for (const path of paths) await readIntoIndex(path);
    }),
  keepFacts: () => enqueue(keepFacts),
  setText: (path, text) =>
    enqueue(() => {
      texts.set(path, text);
      stamps.delete(path);
      return setText(path, text);
    }),
  removeFiles: paths =>
    enqueue(() => {
      for (const path of paths) {
        index.removeFile(path);
        passedOver.delete(path);
        texts.delete(path);
        stamps.delete(path);
      }
      return Promise.resolve();
    }),
  readSymbols: path => Promise.resolve(index.readSymbols(path)),
  findSymbols: name => Promise.resolve(index.findSymbols(name)),
  findTasksByQueue: name => Promise.resolve(index.findTasksByQueue(name)),
  findTasksByName: name => Promise.resolve(index.findTasksByName(name)),
  findSpanStarts: name => Promise.resolve(index.findSpanStarts(name)),
  findRoutes: query => Promise.resolve(index.findRoutes(query)),
  searchText: query => searchText(query, index.listSearched(), readText),
  findServiceFolders: service => Promise.resolve(index.findServiceFolders(service)),
  readStatistics: () =>
    Promise.resolve({
      files: index.fileCount,
      symbols: index.symbolCount,
      tasks: index.listTasks().length,
      passedOver: passedOver.size,
      cached,
      heapBytes: process.memoryUsage().heapUsed,
    }),
};

connectPeer<Api>(openIndexChannel(port), api, error => {
  // The caller is told as well; this is for the log of whoever owns the worker.
  console.error(error);
});
