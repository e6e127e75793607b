/**
 * Gathers the log lines of a trace: from the log files of the workspace, from open documents and output views, from what
 * terminals and debug consoles printed, and from what was received as OpenTelemetry's logs.
 */

import * as vscode from "vscode";
import { readMore, sortLogs, TraceIds, type TraceLog } from "../../analysis/traceLogs.ts";
import { settings } from "../../manifest.ts";
import { toLevel } from "../../model/logLevel.ts";
import type { LogRecord } from "../../model/logRecord.ts";
import { FIRST_SPAN, SpanFlag } from "../../model/span.ts";
import type { Trace } from "../../model/trace.ts";
import { NS_PER_MS } from "../../model/units.ts";
import type { Log } from "../../platform/log.ts";
import { getSetting } from "../../platform/settings.ts";
import { IdScan, type ScannedLine } from "../../logs/idScan.ts";
import { readLogFields, readZone } from "../../logs/logFields.ts";
import type { LocalStore } from "../../stores/local/localStore.ts";
import type { PrintedLines } from "./printedLines.ts";
import { scanFile } from "./scanFile.ts";

/** A trace with more lines is read in its files. */
const MAX_LINES = 5_000;
const MAX_FILES = 500;
/** Logs without a trace are shown from so long before it began until so long after it ended. */
const AROUND_MS = 1_000;
const excluded = "**/{node_modules,.git,.venv,venv,site-packages,dist,target}/**";

export interface GatheredLogs {
  readonly logs: readonly TraceLog[];
  /** Files and bytes that were read. */
  readonly files: number;
  readonly bytes: number;
  /** Files that were not read, because there was more than was asked for, or they could not be. */
  readonly unread: readonly string[];
  readonly isCut: boolean;
}

export interface GatherOptions {
  readonly log: Log;
  readonly local: LocalStore;
  readonly printed: PrintedLines;
  /** So much is read, the newest files first. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly say?: (message: string) => void;
}

interface LogFile {
  readonly uri: vscode.Uri;
  readonly size: number;
  readonly mtime: number;
}

export async function gatherLogs(trace: Trace, options: GatherOptions): Promise<GatheredLogs> {
  const ids = new TraceIds(trace);
  const lines: TraceLog[] = [];
  const zoneMinutes = getZoneMinutes();
  const cut = { isCut: false };
  const take = (uri: vscode.Uri, line: ScannedLine): void => {
    const span = ids.find(line.ids);
    if (span === undefined) return;
    if (lines.length >= MAX_LINES) {
      cut.isCut = true;
      return;
    }
    const text = line.readText();
    const place = { kind: "line", uri: uri.toString(), line0: line.line0 } as const;
    const fields = readLogFields(text, zoneMinutes, Date.now());
    lines.push({ text: text.trim(), place, ...fields, ...(span >= 0 && { span }) });
  };
  const open = listOpenDocuments();
  for (const document of open) {
    const scan = new IdScan(line => take(document.uri, line));
    scan.push(Buffer.from(document.getText()));
    scan.end();
  }
  const isOpen = new Set(open.map(({ uri }) => uri.toString()));
  const files = (await listLogFiles()).filter(({ uri }) => !isOpen.has(uri.toString()));
  const unread: string[] = [];
  let [bytes, count] = [0, 0];
  for (const { uri, size } of files) {
    const name = vscode.workspace.asRelativePath(uri);
    if (bytes + size > options.maxBytes) {
      unread.push(name);
      continue;
    }
    options.say?.(name);
    try {
      const { signal } = options;
      const maxBytes = options.maxBytes - bytes;
      const onLine = (line: ScannedLine): void => take(uri, line);
      const { isCut } = await scanFile(uri.fsPath, { onLine, maxBytes, signal });
      if (isCut) unread.push(name);
      else count += 1;
      bytes += size;
    } catch (error) {
      options.signal.throwIfAborted();
      // What is broken or may not be read is named, and the others are read.
      options.log.warn(`logs: ${name}: ${String(error)}`);
      unread.push(name);
    }
  }
  // What a program prints it often writes to a file too.
  const written = new Set(lines.map(({ text }) => text));
  for (const { ids: found, text, unixMs, source } of options.printed.list()) {
    const span = ids.find(found);
    if (span === undefined || written.has(text)) continue;
    if (lines.length >= MAX_LINES) {
      cut.isCut = true;
      break;
    }
    const place = { kind: "printed", source: source.name, show: () => source.show() } as const;
    const fields = { unixMs, ...readLogFields(text, zoneMinutes, Date.now()) };
    lines.push({ text, place, ...fields, ...(span >= 0 && { span }) });
  }
  const received = await readReceived(trace, ids, options);
  const logs = sortLogs([...lines, ...received.logs]);
  return { logs, files: count + open.length, bytes, unread, isCut: cut.isCut || received.isCut };
}

/** The log files that the settings name, newest first. */
export async function listLogFiles(): Promise<readonly LogFile[]> {
  const patterns = getSetting(settings.logFiles).filter(each => typeof each === "string");
  const found = await Promise.all(
    patterns.map(pattern => vscode.workspace.findFiles(pattern, excluded, MAX_FILES)),
  );
  const uris = new Map(found.flat().map(uri => [uri.toString(), uri]));
  const files = await Promise.all(
    [...uris.values()].filter(({ scheme }) => scheme === "file").map(readLogFile),
  );
  return files.filter(file => file !== undefined).sort((a, b) => b.mtime - a.mtime);
}

/** `undefined` where the file has gone since it was found, as rotated ones do. */
async function readLogFile(uri: vscode.Uri): Promise<LogFile | undefined> {
  try {
    const { size, mtime } = await vscode.workspace.fs.stat(uri);
    return { uri, size, mtime };
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return undefined;
    throw error;
  }
}

/** Documents that a program wrote, not its source: what is unsaved, logs, and output views. */
function listOpenDocuments(): readonly vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(
    ({ uri, languageId, isClosed }) =>
      !isClosed && (uri.scheme === "output" || uri.scheme === "untitled" || languageId === "log"),
  );
}

async function readReceived(
  { columns }: Trace,
  ids: TraceIds,
  { local, signal }: GatherOptions,
): Promise<{ logs: readonly TraceLog[]; isCut: boolean }> {
  const { traceId } = columns;
  const labelled = await local.readLogs({ traceId, limit: MAX_LINES }, signal);
  const range = getRange(columns);
  const services = [...new Set(columns.service)].map(each => columns.strings[each] ?? "");
  const loose =
    range === undefined
      ? { logs: [], isCut: false }
      : await local.readLogs({ ...range, services, limit: MAX_LINES }, signal);
  const toLog = (record: LogRecord, isLoose: boolean): TraceLog => {
    const span = record.spanId === undefined ? undefined : ids.find([record.spanId]);
    return { ...toTraceLog(record, isLoose), ...(span !== undefined && span >= 0 && { span }) };
  };
  return {
    logs: [
      ...labelled.logs.map(each => toLog(each, false)),
      ...loose.logs.map(each => toLog(each, true)),
    ],
    isCut: labelled.isCut || loose.isCut,
  };
}

/** A record of the store as a line, which is of no span yet. */
export function toTraceLog({ event }: LogRecord, isLoose: boolean): TraceLog {
  const unixMs = Number(BigInt(event.timeUnixNs)) / NS_PER_MS;
  const read = (key: string): string => {
    const value = event.attributes.find(each => each.key === key)?.value;
    return typeof value === "string" ? value : "";
  };
  const level = toLevel(read("log.severity"));
  const more = readMore(event);
  return {
    text: event.name,
    ...(more !== "" && { more }),
    place: { kind: "store", service: read("resource.service.name"), isLoose },
    ...(unixMs > 0 && { unixMs }),
    ...(level !== undefined && { level }),
  };
}

/** `undefined` where no span of the trace has a time. */
function getRange({ count, originUnixMs, startNs, endNs, flags }: Trace["columns"]) {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let span = FIRST_SPAN; span < count; span++) {
    if (((flags[span] ?? 0) & SpanFlag.untimed) !== 0) continue;
    const start = startNs[span] ?? Number.NaN;
    const end = endNs[span] ?? Number.NaN;
    if (start < from) from = start;
    if ((Number.isNaN(end) ? start : end) > to) to = Number.isNaN(end) ? start : end;
  }
  if (from > to) return undefined;
  return {
    fromUnixMs: originUnixMs + from / NS_PER_MS - AROUND_MS,
    toUnixMs: originUnixMs + to / NS_PER_MS + AROUND_MS,
  };
}

/** The zone of times that name none: the machine's own, unless the setting says otherwise. */
export function getZoneMinutes(): number {
  const zone = getSetting(settings.logTimeZone);
  if (zone === "UTC") return 0;
  return readZone(zone) ?? -new Date().getTimezoneOffset();
}
