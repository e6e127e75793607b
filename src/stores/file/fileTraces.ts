/**
 * The traces of one file, or of every trace file below a folder, as they are on disk now: looked at again at each
 * question, read again where they changed. Knows files and formats, no threads and no editor.
 *
 * Of every file its traces in short and its ids are kept; the spans themselves only of those files that were asked for
 * last, within a bound.
 */

import { readFile, stat } from "node:fs/promises";
import { relative } from "node:path";
import { LogsOfSpans } from "../../formats/otlp/otlpLogs.ts";
import { readTraceFile, type TraceFile } from "../../formats/traceFile.ts";
import { note } from "../../formats/traceFormat.ts";
import { MAX_FILE_BYTES } from "../../model/droppedFile.ts";
import { getFailure, TraceError } from "../../model/failure.ts";
import { canonicalSpanId, isSameTraceId, isShortTraceId } from "../../model/ids.ts";
import { listPossibleSpanIds, listPossibleTraceIds } from "../../model/idSpellings.ts";
import { createTraceIdUniter, describeJoined, listJoinedIds } from "../../model/traceIdHalves.ts";
import type { Problem } from "../../model/problem.ts";
import type { SpanInput } from "../../model/span.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { findTaskId, toSpanBrief, uniteTraceBriefs } from "../briefs.ts";
import { matchTrace, mayMatch } from "../matchTrace.ts";
import type {
  Found,
  SpanBrief,
  TraceBrief,
  TracePage,
  TraceQuery,
} from "../../model/traceStore.ts";
import { emptyIndex, indexFile, mayHaveId, type FileIndex } from "./fileIndex.ts";
import { listFiles } from "./listFiles.ts";

export interface FileTracesOptions {
  /** A file or a folder. */
  readonly path: string;
  /** The store's name, for failures and details. */
  readonly store: string;
  /** Bytes of the files whose spans are kept in memory together; a larger one is kept alone. */
  readonly keepBytes?: number;
  readonly maxFiles?: number;
  readonly maxFileBytes?: number;
  readonly full?: readonly FullFile[];
  /** Called before a file is read. */
  readonly onRead?: (path: string, size: number) => void;
}

/** A file that filled the memory of a worker. */
export interface FullFile {
  readonly path: string;
  readonly size: number;
  readonly reason: string;
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

/** The spans of one trace, with the keys of its details. */
export interface FileTrace {
  readonly spans: readonly SpanInput[];
  readonly problems: readonly Problem[];
}

type YieldAndCheckCancelled = () => Promise<void>;

/** Bytes of files, which as spans take some eight times as much. */
const KEEP_BYTES = 16 * 1024 * 1024;
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
  readonly index: FileIndex;
  readonly problems: readonly Problem[];
  readonly refused?: string;
}

interface CachedFile extends Pick<TraceFile, "records" | "logs"> {
  readonly size: number;
}

/** The traces of all files together, made anew when one of them changed. */
interface Catalogue {
  readonly files: ReadonlyMap<string, readonly KnownFile[]>;
  /** The ids under which each trace lies that is listed. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Newest first. */
  readonly traces: readonly TraceBrief[];
}

export class FileTraces {
  readonly #options: FileTracesOptions;
  #files = new Map<string, KnownFile>();
  #catalogue: Catalogue | undefined;
  /** The spans of the files asked for last, the oldest first. */
  readonly #spans = new Map<string, CachedFile>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #isCut = false;

  constructor(options: FileTracesOptions) {
    this.#options = options;
  }

  async readTrace(
    traceId: string,
    yieldAndCheckCancelled: YieldAndCheckCancelled,
  ): Promise<FileTrace | undefined> {
    await this.#look(yieldAndCheckCancelled);
    const names = this.#namesOf(traceId);
    const spans: SpanInput[] = [];
    const problems: Problem[] = [];
    let joined = 0;
    for (const file of new Set(names.flatMap(name => this.#filesOf(name)))) {
      const records = await this.#readSpans(file);
      records.forEach((record, index) => {
        if (!names.includes(record.traceId)) return;
        if (names.length > 1 && isShortTraceId(record.traceId)) joined += 1;
        spans.push({ ...record.span, detailKey: `${index}:${file.path}` });
      });
      problems.push(...file.problems);
      await yieldAndCheckCancelled();
    }
    if (joined > 0) problems.push(note(this.#options, describeJoined(joined, spans.length)));
    return spans.length === 0 ? undefined : { spans, problems };
  }

  /** `key` as `readTrace` gave it. Rejects with a `TraceError` where the file has changed so that it is gone. */
  async readDetail(key: string): Promise<SpanDetail> {
    const at = key.indexOf(":");
    const file = this.#files.get(key.slice(at + 1));
    const read = file && (await this.#readFileAgain(file));
    const record = read?.records[Number(key.slice(0, at))];
    if (read === undefined || record === undefined) {
      throw this.#refuse(`${key.slice(at + 1)} has changed`);
    }
    const { records, logs } = read;
    const listSpans = (id: string): readonly SpanRecord[] =>
      records.filter(({ traceId }) => traceId === id);
    return { ...new LogsOfSpans(logs, listSpans).join(record), stores: [this.#options.store] };
  }

  async findId(id: string, yieldAndCheckCancelled: YieldAndCheckCancelled): Promise<Found[]> {
    await this.#look(yieldAndCheckCancelled);
    for (const spanId of listPossibleSpanIds(id)) {
      const found = await this.#findSpans(spanId, yieldAndCheckCancelled);
      if (found.length > 0) return found;
    }
    const whole = this.#briefOf(this.#nameOf(id));
    return whole === undefined ? [] : [{ traceId: whole.traceId, brief: whole.root }];
  }

  async #findSpans(
    spanId: string,
    yieldAndCheckCancelled: YieldAndCheckCancelled,
  ): Promise<Found[]> {
    const found: Found[] = [];
    for (const file of this.#files.values()) {
      if (found.length >= MAX_FOUND) break;
      if (!mayHaveId(file.index.ids, spanId)) continue;
      const records = await this.#readSpans(file);
      const isTask = (taskId = ""): boolean =>
        taskId === spanId || canonicalSpanId(taskId) === spanId;
      const record =
        records.find(each => each.span.spanId === spanId) ??
        records.find(each => isTask(findTaskId(each.detail)));
      await yieldAndCheckCancelled();
      if (record === undefined) continue;
      const brief = toSpanBrief(record);
      const childCount = await this.#countChildren(brief);
      found.push({ traceId: brief.traceId, spanId: brief.spanId, brief: { ...brief, childCount } });
    }
    return found;
  }

  async readChildren(
    spanId: string,
    yieldAndCheckCancelled: YieldAndCheckCancelled,
  ): Promise<SpanBrief[]> {
    await this.#look(yieldAndCheckCancelled);
    const spellings = listPossibleSpanIds(spanId);
    const isWanted = ({ span }: SpanRecord): boolean => spellings.includes(span.parentSpanId ?? "");
    const children: SpanBrief[] = [];
    for (const file of this.#files.values()) {
      if (!spellings.some(id => mayHaveId(file.index.parentIds, id))) continue;
      const records = await this.#readSpans(file);
      children.push(...records.filter(isWanted).map(toSpanBrief));
      await yieldAndCheckCancelled();
    }
    return children
      .sort((a, b) => (a.startUnixMs ?? Infinity) - (b.startUnixMs ?? Infinity))
      .slice(0, MAX_CHILDREN);
  }

  /** Newest first; the cursor is the last trace of the page before. */
  async searchTraces(
    query: TraceQuery,
    yieldAndCheckCancelled: YieldAndCheckCancelled,
  ): Promise<TracePage> {
    await this.#look(yieldAndCheckCancelled);
    const traces: TraceBrief[] = [];
    const verdicts = new Map<string, boolean>();
    for (const brief of this.#listAfter(query.cursor)) {
      if (!mayMatch(brief, query)) continue;
      const isMatch = needsSpans(query)
        ? (verdicts.get(brief.traceId) ??
          (await this.#judge(brief, query, verdicts, yieldAndCheckCancelled)))
        : matchTrace(brief, [], query);
      if (!isMatch) continue;
      if (traces.length === query.limit) return { traces, cursor: toCursor(traces.at(-1)) };
      traces.push(brief);
    }
    return { traces };
  }

  async listServices(yieldAndCheckCancelled: YieldAndCheckCancelled): Promise<string[]> {
    await this.#look(yieldAndCheckCancelled);
    const services = [...this.#files.values()].flatMap(file => [...file.index.operations.keys()]);
    return [...new Set(services)].sort();
  }

  async listOperations(
    service: string,
    yieldAndCheckCancelled: YieldAndCheckCancelled,
  ): Promise<string[]> {
    await this.#look(yieldAndCheckCancelled);
    const names = [...this.#files.values()].flatMap(file => [
      ...(file.index.operations.get(service) ?? []),
    ]);
    return [...new Set(names)].filter(name => name !== "").sort();
  }

  async readFacts(yieldAndCheckCancelled: YieldAndCheckCancelled): Promise<FileFacts> {
    await this.#look(yieldAndCheckCancelled);
    const files = [...this.#files.values()];
    const { path, maxFiles = MAX_FILES } = this.#options;
    return {
      path,
      fileCount: files.filter(file => file.refused === undefined).length,
      traceCount: this.#getCatalogue().traces.length,
      spanCount: files.reduce((count, file) => count + file.index.spanCount, 0),
      refused: [
        ...(this.#isCut ? [{ path, reason: `only the first ${maxFiles} files are read` }] : []),
        ...files.flatMap(file =>
          file.refused === undefined ? [] : [{ path: file.path, reason: file.refused }],
        ),
      ],
    };
  }

  /** Looks at the disk and reads what is new or changed; questions that come meanwhile wait for the same look. */
  async #look(yieldAndCheckCancelled: YieldAndCheckCancelled): Promise<void> {
    if (performance.now() - this.#lookedAtMs < FRESH_MS) return;
    this.#looking ??= this.#lookAtDisk().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
    await yieldAndCheckCancelled();
  }

  async #lookAtDisk(): Promise<void> {
    const files = new Map<string, KnownFile>();
    let hasChanged = false;
    for (const path of await this.#listPaths()) {
      const facts = await stat(path).catch(toMissing);
      if (facts === undefined) continue;
      const known = this.#files.get(path);
      const isSame = known?.size === facts.size && known.mtimeMs === facts.mtimeMs;
      files.set(path, isSame ? known : await this.#readFile(path, facts));
      hasChanged ||= !isSame;
    }
    if (hasChanged || files.size !== this.#files.size) this.#catalogue = undefined;
    this.#files = files;
    this.#lookedAtMs = performance.now();
  }

  async #listPaths(): Promise<readonly string[]> {
    const { path, store, maxFiles = MAX_FILES } = this.#options;
    const paths = await listFiles(path).catch((error: unknown) => {
      const reason = (error as Error).message;
      throw new TraceError(
        { code: "storeUnreachable", store, address: path, reason },
        { cause: error },
      );
    });
    this.#isCut = paths.length > maxFiles;
    return paths.slice(0, maxFiles);
  }

  /** Never rejects for what is wrong with the file: that is a fact about it. */
  async #readFile(
    path: string,
    { size, mtimeMs }: { size: number; mtimeMs: number },
  ): Promise<KnownFile> {
    const known = { path, size, mtimeMs };
    try {
      const parsed = await this.#parse(path, size);
      this.#keep(path, size, parsed);
      return { ...known, index: indexFile(parsed.records), problems: parsed.problems };
    } catch (error) {
      const failure = getFailure(error);
      if (failure?.code !== "unreadableFile" && !isFileError(error)) throw error;
      const refused =
        failure?.code === "unreadableFile" ? failure.reason : (error as Error).message;
      return { ...known, index: emptyIndex, problems: [], refused };
    }
  }

  async #parse(path: string, size: number) {
    const { store, maxFileBytes = MAX_FILE_BYTES, full = [], onRead } = this.#options;
    const name = relative(this.#options.path, path) || path;
    const reason =
      size > maxFileBytes
        ? `larger than ${Math.floor(maxFileBytes / 1024 / 1024)} MB`
        : full.find(each => each.path === path && each.size <= size)?.reason;
    if (reason !== undefined) throw new TraceError({ code: "unreadableFile", path: name, reason });
    onRead?.(path, size);
    return readTraceFile(await readFile(path), { store, path: name, nowUnixMs: Date.now() });
  }

  async #readSpans(file: KnownFile): Promise<readonly SpanRecord[]> {
    return (await this.#readFileAgain(file)).records;
  }

  async #readFileAgain({ path, size }: KnownFile): Promise<Pick<TraceFile, "records" | "logs">> {
    const file = this.#spans.get(path) ?? (await this.#parse(path, size));
    this.#keep(path, size, file);
    return file;
  }

  /** The newest stay; what is over the bound goes, the one just used never. */
  #keep(path: string, size: number, { records, logs }: Pick<TraceFile, "records" | "logs">): void {
    const { keepBytes = KEEP_BYTES } = this.#options;
    this.#spans.delete(path);
    this.#spans.set(path, { size, records, logs });
    let bytes = 0;
    for (const each of this.#spans.values()) bytes += each.size;
    for (const [oldest, each] of this.#spans) {
      if (bytes <= keepBytes || oldest === path) break;
      bytes -= each.size;
      this.#spans.delete(oldest);
    }
  }

  #getCatalogue(): Catalogue {
    if (this.#catalogue !== undefined) return this.#catalogue;
    const files = new Map<string, readonly KnownFile[]>();
    for (const file of this.#files.values()) {
      for (const traceId of file.index.traces.keys()) {
        files.set(traceId, [...(files.get(traceId) ?? []), file]);
      }
    }
    const unite = createTraceIdUniter(files.keys());
    const names = Map.groupBy(files.keys(), unite);
    const traces = [...names]
      .map(([traceId, ids]) => ({
        ...uniteTraceBriefs(
          ids.flatMap(id =>
            (files.get(id) ?? []).flatMap(({ index }) => index.traces.get(id) ?? []),
          ),
        ),
        traceId,
      }))
      .sort((a, b) => b.startUnixMs - a.startUnixMs || (a.traceId < b.traceId ? -1 : 1));
    this.#catalogue = { files, names, traces };
    return this.#catalogue;
  }

  /** The trace that a text names: the likeliest of its readings that some file has, or a long id that ends so. */
  #nameOf(id: string): string {
    const { files } = this.#getCatalogue();
    const forms = listPossibleTraceIds(id);
    const [first = ""] = forms;
    const named = forms.find(form => files.has(form));
    if (named !== undefined || !isShortTraceId(first)) return named ?? id;
    return [...files.keys()].find(each => isSameTraceId(each, first)) ?? id;
  }

  /** The names under which the spans of that trace lie. */
  #namesOf(id: string): readonly string[] {
    const name = this.#nameOf(id);
    return listJoinedIds(name, this.#getCatalogue().files.keys());
  }

  #filesOf(traceId: string): readonly KnownFile[] {
    return this.#getCatalogue().files.get(traceId) ?? [];
  }

  #briefOf(traceId: string): TraceBrief | undefined {
    const parts = this.#filesOf(traceId).flatMap(({ index }) => index.traces.get(traceId) ?? []);
    return parts.length === 0 ? undefined : uniteTraceBriefs(parts);
  }

  async #countChildren({ traceId, spanId }: SpanBrief): Promise<number> {
    const children = new Set<string>();
    for (const file of this.#filesOf(traceId)) {
      if (!mayHaveId(file.index.parentIds, spanId)) continue;
      for (const { span, traceId: of } of await this.#readSpans(file)) {
        if (of === traceId && span.parentSpanId === spanId) children.add(span.spanId);
      }
    }
    return children.size;
  }

  /** Reads the trace's spans, and judges the other traces of their file too, so that no file is read twice for a query. */
  async #judge(
    brief: TraceBrief,
    query: TraceQuery,
    verdicts: Map<string, boolean>,
    yieldAndCheckCancelled: YieldAndCheckCancelled,
  ): Promise<boolean> {
    const { names } = this.#getCatalogue();
    const spellings = names.get(brief.traceId) ?? [];
    const parts: SpanRecord[] = [];
    for (const file of new Set(spellings.flatMap(id => this.#filesOf(id)))) {
      const byTrace = Map.groupBy(await this.#readSpans(file), record => record.traceId);
      for (const id of spellings) parts.push(...(byTrace.get(id) ?? []));
      for (const [traceId, records] of byTrace) {
        const other = file.index.traces.get(traceId);
        const isElsewhere = this.#filesOf(traceId).length > 1 || names.get(traceId)?.length !== 1;
        if (other === undefined || isElsewhere) continue;
        verdicts.set(traceId, matchTrace(other, records, query));
      }
      await yieldAndCheckCancelled();
    }
    return matchTrace(brief, parts, query);
  }

  #listAfter(cursor: string | undefined): readonly TraceBrief[] {
    const { traces } = this.#getCatalogue();
    if (cursor === undefined) return traces;
    const at = traces.findIndex(brief => toCursor(brief) === cursor);
    return at < 0 ? [] : traces.slice(at + 1);
  }

  #refuse(reason: string): TraceError {
    return new TraceError({ code: "storeRefused", store: this.#options.store, reason });
  }
}

/** Whether a trace's brief alone does not tell if it matches. */
function needsSpans({ service, operation, status, tags, text }: TraceQuery): boolean {
  const isOfSpan = service !== undefined || operation !== undefined;
  const isOfTimes = status === "ok" || status === "running";
  return isOfSpan || isOfTimes || tags !== undefined || (text?.trim() ?? "") !== "";
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
