/**
 * The traces of one file, or of every trace file below a folder, as they are on disk now: looked at again at each
 * question, read again where they changed. Knows files and formats, no threads and no editor.
 *
 * Of every file its traces in short and its ids are kept; the spans themselves only of those files that were asked for
 * last, within a bound.
 */

import { readFile, readdir, stat } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { readTraceFile } from "../../formats/traceFile.ts";
import { MAX_FILE_BYTES } from "../../model/droppedFile.ts";
import { getFailure, TraceError } from "../../model/failure.ts";
import { canonicalSpanId, canonicalTraceId } from "../../model/ids.ts";
import type { Problem } from "../../model/problem.ts";
import type { SpanInput } from "../../model/span.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { findRoot, findTaskId, toSpanBrief, toTraceBrief } from "../briefs.ts";
import { matchTrace } from "../matchTrace.ts";
import type { Found, SpanBrief, TraceBrief, TracePage, TraceQuery } from "../traceStore.ts";

export interface FileTracesOptions {
  /** A file or a folder. */
  readonly path: string;
  /** The store's name, for failures and details. */
  readonly store: string;
  /** Of files whose spans are kept in memory together; a larger one is kept alone. */
  readonly keepBytes?: number;
  readonly maxFiles?: number;
  readonly maxFileBytes?: number;
}

/** A file that was passed over, and why. */
export interface RefusedFile {
  readonly path: string;
  readonly reason: string;
}

export interface FileFacts {
  readonly path: string;
  readonly fileCount: number;
  readonly traceCount: number;
  readonly spanCount: number;
  readonly refused: readonly RefusedFile[];
}

/** What one trace holds, with the keys of its details. */
export interface FileTrace {
  readonly spans: readonly SpanInput[];
  readonly problems: readonly Problem[];
}

type Breathe = () => Promise<void>;

/** In a folder only these are looked into: others would be read to be refused. */
const EXTENSIONS: ReadonlySet<string> = new Set(
  [
    ".json",
    ".ndjson",
    ".jsonl",
    ".pb",
    ".bin",
    ".csv",
    ".gz",
    ".txt",
    ".log",
    ".yaml",
    ".yml",
  ].concat([".bson"]),
);
/** Where tools put what is not the user's own. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  "node_modules",
  ".git",
  ".venv",
  "__pycache__",
]);
const KEEP_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 5_000;
/** A burst of questions looks at the disk once. */
const FRESH_MS = 500;
const MAX_FOUND = 20;
const MAX_CHILDREN = 1_000;

/** One file on disk, as it was when it was last read. */
interface KnownFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly traces: ReadonlyMap<string, readonly SpanBrief[]>;
  /** Ids of spans and tasks to their traces. */
  readonly ids: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  readonly refused?: string;
}

export class FileTraces {
  readonly #options: FileTracesOptions;
  #files = new Map<string, KnownFile>();
  /** The spans of the files asked for last, the oldest first. */
  readonly #spans = new Map<string, readonly SpanRecord[]>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #isCut = false;

  constructor(options: FileTracesOptions) {
    this.#options = options;
  }

  async readTrace(traceId: string, breathe: Breathe): Promise<FileTrace | undefined> {
    await this.#look(breathe);
    const wanted = canonicalTraceId(traceId);
    const spans: SpanInput[] = [];
    const problems: Problem[] = [];
    for (const file of this.#filesOf(wanted)) {
      const records = await this.#readSpans(file);
      records.forEach((record, index) => {
        if (record.traceId !== wanted) return;
        spans.push({ ...record.span, detailKey: `${index}:${file.path}` });
      });
      problems.push(...file.problems);
      await breathe();
    }
    return spans.length === 0 ? undefined : { spans, problems };
  }

  /** `key` as `readTrace` gave it. Rejects with a `TraceError` where the file has changed so that it is gone. */
  async readDetail(key: string): Promise<SpanDetail> {
    const at = key.indexOf(":");
    const file = this.#files.get(key.slice(at + 1));
    const record = file && (await this.#readSpans(file))[Number(key.slice(0, at))];
    if (record === undefined) throw this.#refuse(`${key.slice(at + 1)} has changed`);
    return { ...record.detail, stores: [this.#options.store] };
  }

  async findId(id: string, breathe: Breathe): Promise<Found[]> {
    await this.#look(breathe);
    const spanId = canonicalSpanId(id);
    const found: Found[] = [];
    for (const file of this.#files.values()) {
      const home = file.ids.get(spanId);
      if (home === undefined || found.length === MAX_FOUND) continue;
      const briefs = file.traces.get(home) ?? [];
      const own = briefs.find(each => each.spanId === spanId);
      const brief = own ?? (await this.#findTask(file, home, spanId));
      if (brief === undefined) continue;
      const childCount = this.#briefsOf(home).filter(
        each => each.parentSpanId === brief.spanId,
      ).length;
      found.push({ traceId: home, spanId: brief.spanId, brief: { ...brief, childCount } });
    }
    if (found.length > 0) return found;
    const traceId = canonicalTraceId(id);
    const whole = this.#briefsOf(traceId);
    return whole.length === 0 ? [] : [{ traceId, brief: findRoot(whole) }];
  }

  async readChildren(spanId: string, breathe: Breathe): Promise<SpanBrief[]> {
    await this.#look(breathe);
    const wanted = canonicalSpanId(spanId);
    return [...this.#files.values()]
      .flatMap(file => [...file.traces.values()].flat())
      .filter(brief => brief.parentSpanId === wanted)
      .sort((a, b) => (a.startUnixMs ?? Infinity) - (b.startUnixMs ?? Infinity))
      .slice(0, MAX_CHILDREN);
  }

  /** Newest first; the cursor is the last trace of the page before. */
  async searchTraces(query: TraceQuery, breathe: Breathe): Promise<TracePage> {
    await this.#look(breathe);
    const traces: TraceBrief[] = [];
    const needsSpans =
      query.tags !== undefined || (query.text?.trim() ?? "") !== "" || isOfSpan(query);
    for (const brief of this.#listAfter(query.cursor)) {
      const records =
        needsSpans || query.status !== undefined ? await this.#recordsOf(brief.traceId) : [];
      if (!matchTrace(brief, records, query)) continue;
      if (traces.length === query.limit) return { traces, cursor: toCursor(traces.at(-1)) };
      traces.push(brief);
      if (needsSpans) await breathe();
    }
    return { traces };
  }

  async listServices(breathe: Breathe): Promise<string[]> {
    await this.#look(breathe);
    const services = this.#listBriefs().flatMap(({ service, queue }) =>
      [service ?? [], queue ?? []].flat(),
    );
    return [...new Set(services)].sort();
  }

  async listOperations(service: string, breathe: Breathe): Promise<string[]> {
    await this.#look(breathe);
    const own = this.#listBriefs().filter(
      each => each.service === service || each.queue === service,
    );
    return [...new Set(own.map(each => each.name))].filter(name => name !== "").sort();
  }

  async readFacts(breathe: Breathe): Promise<FileFacts> {
    await this.#look(breathe);
    const files = [...this.#files.values()];
    const { path, maxFiles = MAX_FILES } = this.#options;
    return {
      path,
      fileCount: files.filter(file => file.refused === undefined).length,
      traceCount: new Set(files.flatMap(file => [...file.traces.keys()])).size,
      spanCount: this.#listBriefs().length,
      refused: [
        ...(this.#isCut ? [{ path, reason: `only the first ${maxFiles} files are read` }] : []),
        ...files.flatMap(file =>
          file.refused === undefined ? [] : [{ path: file.path, reason: file.refused }],
        ),
      ],
    };
  }

  /** Looks at the disk and reads what is new or changed; questions that come meanwhile wait for the same look. */
  async #look(breathe: Breathe): Promise<void> {
    if (performance.now() - this.#lookedAtMs < FRESH_MS) return;
    this.#looking ??= this.#lookAtDisk().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
    await breathe();
  }

  async #lookAtDisk(): Promise<void> {
    const files = new Map<string, KnownFile>();
    for (const path of await this.#listPaths()) {
      const facts = await stat(path).catch(toMissing);
      if (facts === undefined) continue;
      const known = this.#files.get(path);
      const isSame = known?.size === facts.size && known.mtimeMs === facts.mtimeMs;
      files.set(path, isSame ? known : await this.#readFile(path, facts));
    }
    this.#files = files;
    this.#lookedAtMs = performance.now();
  }

  async #listPaths(): Promise<readonly string[]> {
    const { path, store, maxFiles = MAX_FILES } = this.#options;
    const facts = await stat(path).catch((error: unknown) => {
      const reason = (error as Error).message;
      throw new TraceError(
        { code: "storeUnreachable", store, address: path, reason },
        { cause: error },
      );
    });
    if (!facts.isDirectory()) return [path];
    const paths: string[] = [];
    const folders = [path];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        const inside = join(folder, entry.name);
        if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) folders.push(inside);
        else if (entry.isFile() && EXTENSIONS.has(extname(entry.name))) paths.push(inside);
      }
    }
    this.#isCut = paths.length > maxFiles;
    return paths.sort().slice(0, maxFiles);
  }

  /** Never rejects for what is wrong with the file: that is a fact about it. */
  async #readFile(
    path: string,
    { size, mtimeMs }: { size: number; mtimeMs: number },
  ): Promise<KnownFile> {
    const known = { path, size, mtimeMs };
    try {
      const { records, problems } = await this.#parse(path, size);
      this.#keep(path, records);
      const traces = new Map<string, SpanBrief[]>();
      const ids = new Map<string, string>();
      for (const record of records) {
        const briefs = traces.get(record.traceId) ?? [];
        traces.set(record.traceId, briefs);
        briefs.push(toSpanBrief(record));
        ids.set(record.span.spanId, record.traceId);
        const taskId = findTaskId(record.detail);
        if (taskId !== undefined && !ids.has(taskId)) ids.set(taskId, record.traceId);
      }
      return { ...known, traces, ids, problems };
    } catch (error) {
      const failure = getFailure(error);
      if (failure?.code !== "unreadableFile" && !isFileError(error)) throw error;
      const refused =
        failure?.code === "unreadableFile" ? failure.reason : (error as Error).message;
      return { ...known, traces: new Map(), ids: new Map(), problems: [], refused };
    }
  }

  async #parse(path: string, size: number) {
    const { store, maxFileBytes = MAX_FILE_BYTES } = this.#options;
    const name = relative(this.#options.path, path) || path;
    if (size > maxFileBytes) {
      const reason = `larger than ${Math.floor(maxFileBytes / 1024 / 1024)} MB`;
      throw new TraceError({ code: "unreadableFile", path: name, reason });
    }
    return readTraceFile(await readFile(path), { store, path: name, nowUnixMs: Date.now() });
  }

  async #readSpans(file: KnownFile): Promise<readonly SpanRecord[]> {
    const kept = this.#spans.get(file.path);
    const records = kept ?? (await this.#parse(file.path, file.size)).records;
    this.#keep(file.path, records);
    return records;
  }

  /** The newest stay; what is over the bound goes, the one just used never. */
  #keep(path: string, records: readonly SpanRecord[]): void {
    const { keepBytes = KEEP_BYTES } = this.#options;
    this.#spans.delete(path);
    this.#spans.set(path, records);
    const sizeOf = (each: string): number => this.#files.get(each)?.size ?? 0;
    let bytes = [...this.#spans.keys()].reduce((sum, each) => sum + sizeOf(each), 0);
    for (const oldest of [...this.#spans.keys()]) {
      if (bytes <= keepBytes || oldest === path) break;
      bytes -= sizeOf(oldest);
      this.#spans.delete(oldest);
    }
  }

  #filesOf(traceId: string): readonly KnownFile[] {
    return [...this.#files.values()].filter(file => file.traces.has(traceId));
  }

  #briefsOf(traceId: string): readonly SpanBrief[] {
    return this.#filesOf(traceId).flatMap(file => file.traces.get(traceId) ?? []);
  }

  #listBriefs(): readonly SpanBrief[] {
    return [...this.#files.values()].flatMap(file => [...file.traces.values()].flat());
  }

  async #recordsOf(traceId: string): Promise<readonly SpanRecord[]> {
    const parts: SpanRecord[][] = [];
    for (const file of this.#filesOf(traceId)) {
      parts.push((await this.#readSpans(file)).filter(record => record.traceId === traceId));
    }
    return parts.flat();
  }

  /** The span that carries a task's id among its attributes. */
  async #findTask(
    file: KnownFile,
    traceId: string,
    taskId: string,
  ): Promise<SpanBrief | undefined> {
    const records = await this.#readSpans(file);
    const record = records.find(
      each => each.traceId === traceId && findTaskId(each.detail) === taskId,
    );
    return record && toSpanBrief(record);
  }

  #listAfter(cursor: string | undefined): readonly TraceBrief[] {
    const ids = new Set([...this.#files.values()].flatMap(file => [...file.traces.keys()]));
    const sorted = [...ids]
      .map(traceId => toTraceBrief(traceId, this.#briefsOf(traceId)))
      .sort((a, b) => b.startUnixMs - a.startUnixMs || (a.traceId < b.traceId ? -1 : 1));
    if (cursor === undefined) return sorted;
    const at = sorted.findIndex(brief => toCursor(brief) === cursor);
    return at < 0 ? [] : sorted.slice(at + 1);
  }

  #refuse(reason: string): TraceError {
    return new TraceError({ code: "storeRefused", store: this.#options.store, reason });
  }
}

function isOfSpan(query: TraceQuery): boolean {
  return query.service !== undefined || query.operation !== undefined;
}

function toCursor(brief: TraceBrief | undefined): string | undefined {
  return brief && `${brief.startUnixMs} ${brief.traceId}`;
}

/** It went between the listing and the look. */
function toMissing(error: unknown): undefined {
  if (!isFileError(error)) throw error;
  return undefined;
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && "code" in error && "syscall" in error;
}
