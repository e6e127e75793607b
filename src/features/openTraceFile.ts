/**
 * Open Trace File: the trace of a file, of whatever format, is shown as soon as it is read, and its spans go into the
 * embedded store behind the picture; where the file has many traces, the user is asked for one.
 */

import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import { Owner, toDisposable, type Disposable } from "../base/disposables.ts";
import { MAX_FILE_BYTES, type DroppedFile } from "../model/droppedFile.ts";
import { getFailure, TraceError } from "../model/failure.ts";
import type { LogPage } from "../model/logRecord.ts";
import { commands, type UriParts } from "../manifest.ts";
import { registerCommands, runCommand } from "../platform/commands.ts";
import { withProgress } from "../platform/progress.ts";
import type { Log } from "../platform/log.ts";
import { reportError, showReport } from "../platform/report.ts";
import { getStoreTimeoutMs } from "../platform/settings.ts";
import { createTraceItem } from "../services/traceItem.ts";
import type { OpenedFacts } from "../stores/file/fileApi.ts";
import { openFileLink } from "../stores/file/fileStore.ts";
import type { LocalStore } from "../stores/local/localStore.ts";
import { listNotes, type Problem } from "../model/problem.ts";
import type { TraceBrief } from "../model/traceStore.ts";

export interface TraceFileServices {
  readonly log: Log;
  readonly local: LocalStore;
  /** Where the bundles are that read trace files, and write to the embedded store, in threads of their own. */
  readonly inDist: (file: string) => string;
  /** The embedded store's file. */
  readonly storeFile: string;
  /** Shows the logs of a file that has no spans. */
  showLogs(name: string, page: LogPage): Promise<void>;
}

/** Wherever it is. */
interface TraceFile {
  readonly name: string;
  /** For failures. */
  readonly path: string;
  /** Rejects with `unreadableFile`. */
  readBytes(): Promise<Uint8Array>;
}

/** So many are on disk before anybody could look at a picture of them. */
const KEPT_AT_ONCE = 5_000;
/** A file is kept for as long as it takes: its progress is seen, and can be cancelled. */
const DEADLINE_MS = 3_600_000;
const NOTE_MS = 8_000;
/** The picture comes before the disk, for both take the same threads; where it does not come, the file is kept anyhow. */
const PICTURE_MS = 30_000;

type FileLink = ReturnType<typeof openFileLink>;

/** An opened file, its worker, and what is told while it is kept. */
interface Opened {
  readonly name: string;
  readonly link: FileLink;
  readonly facts: OpenedFacts;
  stored: number;
  onStored: () => void;
}

export class TraceFileOpener extends Owner {
  readonly #services: TraceFileServices;
  readonly #links = new Set<FileLink>();
  /** The file that was not kept whole, and is shown from memory until the next one is opened. */
  #shownFromMemory: Disposable | undefined;

  constructor(services: TraceFileServices) {
    super();
    this.#services = services;
    this.own(
      registerCommands(services.log, {
        [commands.openTraceFile]: file =>
          this.#open(file, traceId => runCommand(commands.openTrace, { traceId })),
      }),
    );
  }

  /**
   * Settles with the id of the trace to open, which the embedded store then tells. Without an id when the user gives up.
   * Rejects with `unreadableFile`.
   */
  async open(asked: UriParts | DroppedFile): Promise<string | undefined> {
    let chosen: string | undefined;
    await this.#open(asked, traceId => {
      chosen = traceId;
      return Promise.resolve();
    });
    return chosen;
  }

  /** Shows the trace that the user chooses of a file; what is large is kept on disk behind its picture. */
  async #open(
    asked: UriParts | DroppedFile | undefined,
    show: (traceId: string) => PromiseLike<unknown>,
  ): Promise<unknown> {
    const file = asked === undefined ? await askForFile() : findFile(asked);
    if (file === undefined) return undefined;
    const opened = await this.#read(file);
    const { name, facts } = opened;
    showNotes(name, facts.problems);
    if (facts.spanCount <= KEPT_AT_ONCE) {
      const isKept = await this.#keep(opened);
      this.#close(opened.link);
      if (!isKept) return undefined;
      if (facts.logs !== undefined) return this.#services.showLogs(name, facts.logs);
      const keptId = facts.traceId ?? (await chooseTrace(facts.traces, name));
      return keptId === undefined ? undefined : show(keptId);
    }
    const traceId = facts.traceId ?? (await chooseTrace(facts.traces, name));
    const arriving = traceId === undefined ? undefined : await this.#showArriving(opened, traceId);
    const shown = traceId === undefined ? undefined : Promise.resolve(show(traceId));
    this.#keepBehind(opened, arriving, shown).catch((error: unknown) =>
      reportError(error, "trace file", this.#services.log),
    );
    return shown;
  }

  async #read(file: TraceFile): Promise<Opened> {
    const { name, path } = file;
    const workerPath = this.#services.inDist("fileWorker.cjs");
    return withProgress(vscode.l10n.t("Reading {0}…", name), async signal => {
      const bytes = await file.readBytes();
      const onStored = (spans: number): void => {
        opened.stored = spans;
        opened.onStored();
      };
      const link = openFileLink({
        store: name,
        path,
        workerPath,
        deadlineMs: DEADLINE_MS,
        onStored,
      });
      this.#links.add(link);
      let facts: OpenedFacts;
      try {
        const buffers = listWhole(bytes);
        facts = await link.ask(signal, remote => remote.openFile({ bytes, name, path }, buffers));
      } catch (error) {
        this.#links.delete(link);
        // Reading goes on for as long as the thread does.
        link.terminate();
        const failure = getFailure(error);
        throw failure?.code === "storeUnreachable" ? refuse(path, failure.reason, error) : error;
      }
      const opened: Opened = { name, link, facts, stored: 0, onStored: () => undefined };
      return opened;
    });
  }

  /** The store tells the trace from the file, unless it has some of it already: then it grows as it is kept. */
  async #showArriving({ link }: Opened, traceId: string): Promise<Disposable | undefined> {
    const { local } = this.#services;
    const found = await local.findId(traceId, AbortSignal.timeout(getStoreTimeoutMs()));
    if (found.some(each => each.traceId === traceId)) return undefined;
    return local.answerFrom({
      traceIds: new Set([traceId]),
      readTrace: (id, signal) => link.ask(signal, remote => remote.readOpened(id)),
      readDetail: (id, key, store, signal) =>
        link.ask(signal, remote => remote.readOpenedDetail(id, key, store)),
      findText: async (id, text, _from, signal) => {
        const keys = await link.ask(signal, remote => remote.findOpenedText(id, text));
        return { keys, next: undefined };
      },
    });
  }

  async #keepBehind(
    opened: Opened,
    arriving: Disposable | undefined,
    shown: Promise<unknown> | undefined,
  ): Promise<void> {
    // Whoever asked for the picture hears why there is none.
    await Promise.race([shown?.catch(() => undefined), delay(PICTURE_MS)]);
    const release = toDisposable(() => {
      arriving?.dispose();
      this.#close(opened.link);
    });
    let isKept = false;
    try {
      isKept = await this.#keep(opened);
    } finally {
      if (isKept) {
        release.dispose();
      } else {
        this.#shownFromMemory?.dispose();
        this.#shownFromMemory = release;
      }
    }
    if (!isKept) return;
    const { name, stored } = opened;
    vscode.window.setStatusBarMessage(
      vscode.l10n.t("{0} is kept: {1} spans", name, stored.toLocaleString()),
      NOTE_MS,
    );
  }

  /** Whether all is kept; false where the user did not want it, which is said. */
  async #keep(opened: Opened): Promise<boolean> {
    const { name, link, facts } = opened;
    const { storeFile: into, inDist } = this.#services;
    const isLarge = facts.spanCount > KEPT_AT_ONCE;
    const total = facts.spanCount.toLocaleString();
    try {
      const { problems } = await withProgress(
        vscode.l10n.t("Keeping {0}…", name),
        async (signal, say) => {
          opened.onStored = () =>
            say(
              vscode.l10n.t("{0} of {1} spans", opened.stored.toLocaleString(), total),
              opened.stored / facts.spanCount,
            );
          const file = { into, ...(isLarge && { workerPath: inDist("localWorker.cjs") }) };
          return link.ask(signal, (remote, ticket) => remote.keepOpened(file, ticket));
        },
      );
      showNotes(name, problems);
      return true;
    } catch (error) {
      if (!(error instanceof Error && error.name === "AbortError")) throw error;
      const stored = opened.stored.toLocaleString();
      const text = vscode.l10n.t("{0} of {1} spans of {2} are kept.", stored, total, name);
      const rest = isLarge
        ? [vscode.l10n.t("The others are shown until another file is opened.")]
        : [];
      void showReport({ text, lines: rest, actions: [] }, "info");
      return false;
    }
  }

  #close(link: FileLink): void {
    this.#links.delete(link);
    link.dispose();
  }

  override dispose(): void {
    for (const link of [...this.#links]) this.#close(link);
    super.dispose();
  }
}

/** Lists the buffers that can be handed over: those that hold nothing else. */
function listWhole({ buffer, byteLength }: Uint8Array): readonly ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}

/** Nobody waits for them to be read: what could be read is there. */
function showNotes(name: string, problems: readonly Problem[]): void {
  const lines = listNotes(problems);
  if (lines.length === 0) return;
  void showReport(
    {
      text: vscode.l10n.t("{0}: {1}", name, lines[0] ?? ""),
      lines: lines.length > 1 ? [vscode.l10n.t("Other notes: {0}", lines.length - 1)] : [],
      actions: [],
    },
    "info",
  );
}

function findFile(asked: UriParts | DroppedFile): TraceFile {
  return "name" in asked ? toTraceFile(asked) : openUri(vscode.Uri.from(asked));
}

async function askForFile(): Promise<TraceFile | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Open Trace File"),
    openLabel: vscode.l10n.t("Open Trace"),
    filters: {
      [vscode.l10n.t("Traces")]: [
        ...["json", "ndjson", "jsonl", "yaml", "yml", "csv", "txt", "log"],
        ...["pb", "bin", "bson", "gz", "zst", "zip", "tar", "tgz"],
      ],
      [vscode.l10n.t("All files")]: ["*"],
    },
  });
  return chosen?.[0] && openUri(chosen[0]);
}

function openUri(uri: vscode.Uri): TraceFile {
  const path = vscode.workspace.asRelativePath(uri);
  return {
    name: uri.path.slice(uri.path.lastIndexOf("/") + 1),
    path,
    async readBytes() {
      try {
        const { size } = await vscode.workspace.fs.stat(uri);
        checkSize(path, size);
        return await vscode.workspace.fs.readFile(uri);
      } catch (error) {
        if (!(error instanceof vscode.FileSystemError)) throw error;
        throw refuse(path, error.message, error);
      }
    },
  };
}

function toTraceFile(file: DroppedFile): TraceFile {
  const { name } = file;
  if ("refused" in file) throw refuse(name, file.refused);
  checkSize(name, file.bytes.length);
  return { name, path: name, readBytes: () => Promise.resolve(file.bytes) };
}

function checkSize(path: string, bytes: number): void {
  if (bytes <= MAX_FILE_BYTES) return;
  throw refuse(path, vscode.l10n.t("it is larger than {0} MB", MAX_FILE_BYTES / 1024 / 1024));
}

function refuse(path: string, reason: string, cause?: unknown): TraceError {
  return new TraceError({ code: "unreadableFile", path, reason }, { cause });
}

async function chooseTrace(
  traces: readonly TraceBrief[],
  file: string,
): Promise<string | undefined> {
  if (traces.length < 2) return traces[0]?.traceId;
  const chosen = await vscode.window.showQuickPick(
    traces.map(trace => createTraceItem(trace)),
    {
      title: vscode.l10n.t("{0} traces in {1}", traces.length, file),
      placeHolder: vscode.l10n.t("Which trace? Newest first"),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  return chosen?.trace.traceId;
}
