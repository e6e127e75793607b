/**
 * The tools of coding agents in this window: run over its stores and its source, behind the editor's own door, the Model
 * Context Protocol, and the text routes of the collector.
 */

import * as vscode from "vscode";
import type { Cell } from "../../base/cell.ts";
import { Owner } from "../../base/disposables.ts";
import type { ToolHost, ToolQuestion, ToolReply } from "../../collector/collectorApi.ts";
import type { CollectorState } from "../../collector/collectorState.ts";
import { describeReceiver, receiverLabels } from "../../collector/receiverWords.ts";
import type { Log } from "../../platform/log.ts";
import { getStoreTimeoutMs } from "../../platform/settings.ts";
import type { LineQuestion } from "../../model/lineQuestion.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { Trace } from "../../model/trace.ts";
import type { PanelView, SourceCandidate } from "../../protocol/traceView.ts";
import type { ContextLoss } from "../../source/contextLoss/findLosses.ts";
import type { CodeLine, Place } from "../../source/location.ts";
import { normalizePath } from "../../source/pathMapping.ts";
import type { RunsOfCode } from "../../services/runsOfCode.ts";
import type { LocalStore } from "../../stores/local/localStore.ts";
import type { StoreSet } from "../../stores/storeSet.ts";
import { describeCodeOwner, inEnglish } from "../../tools/answerText.ts";
import { Tools } from "../../tools/runTool.ts";
import type {
  CodePlace,
  ShowRequest,
  Situation,
  SpanFacts,
  StackLine,
  ToldLoss,
} from "../../tools/toolContext.ts";
import { registerLanguageModelTools } from "./languageModelTools.ts";
import { registerMcpServer } from "./mcpServerDefinition.ts";
import { findRuns } from "./findRuns.ts";
import { isWithin, OtherWindows } from "./otherWindows.ts";
import { StoredToken } from "../../platform/storedToken.ts";

export interface AgentToolsServices {
  readonly log: Log;
  readonly secrets: vscode.SecretStorage;
  readonly version: string;
  /** Where the windows that share the embedded store leave their notes. */
  readonly windowsFolder: string;
  readonly runs: RunsOfCode;
  readonly local: Pick<LocalStore, "readLogs">;
  stores(): Promise<StoreSet>;
  collector(): Cell<CollectorState>;
  losses(): { findLosses(trace: Trace, signal: AbortSignal): Promise<readonly ContextLoss[]> };
  telemetry(): { readonly isOn: Cell<boolean> };
  readonly source: {
    findCandidates(
      detail: SpanDetail,
      span: SpanFacts,
      signal: AbortSignal,
    ): Promise<readonly SourceCandidate[]>;
    findFrames(stack: string): Promise<readonly FoundFrame[]>;
    findCodeLines(place: Place, question: LineQuestion<Place>): Promise<readonly CodeLine[]>;
  };
  readonly panels: {
    open(request: {
      readonly ids: readonly string[];
      readonly isTraceId: true;
      readonly spanId: string | undefined;
    }): Promise<unknown>;
    /** Answers with the views that are on the screen then; with none where the panel is not in sight. */
    bringToFront(traceId: string, view: PanelView): Promise<readonly PanelView[] | undefined>;
    openSureSource(
      traceId: string,
      spanId: string | undefined,
    ): Promise<SourceCandidate | undefined>;
  };
}

export interface FoundFrame {
  readonly text: string;
  readonly candidate?: SourceCandidate;
}

/** In English: a model reads them. */
const viewNames: Readonly<Record<PanelView, string>> = {
  timeline: "the timeline",
  flame: "the flame view",
  table: "the table of operations",
  graph: "the call graph",
  overview: "the overview",
  span: "the detail of the span",
};

export class AgentTools extends Owner implements ToolHost {
  readonly token: StoredToken;
  readonly #services: AgentToolsServices;
  readonly #tools: Tools;
  readonly #windows: OtherWindows;
  readonly #running = new Map<number, AbortController>();

  constructor(services: AgentToolsServices) {
    super();
    this.#services = services;
    this.token = new StoredToken(services.secrets, "traceside.mcpToken");
    this.#tools = this.own(
      new Tools({
        stores: () => services.stores(),
        get storeTimeoutMs() {
          return getStoreTimeoutMs();
        },
        now: () => Date.now(),
        describeSituation: () => this.#describeSituation(),
        findPlace: (detail, span, signal) => this.#findPlace(detail, span, signal),
        findStack: stack => this.#findStack(stack),
        findLines: (place, question) => this.#findLines(place, question),
        findLosses: async (trace, signal) =>
          (await services.losses().findLosses(trace, signal)).map(toToldLoss),
        readLogs: (query, signal) => this.#services.local.readLogs(query, signal),
        findRuns: (query, signal) => findRuns(this.#services.runs, query, signal),
        show: request => this.#show(request),
      }),
    );
    this.own(registerLanguageModelTools(this.#tools));
    this.#windows = this.own(
      new OtherWindows(services.windowsFolder, (name, input, signal) =>
        this.#tools.run(name, input, signal),
      ),
    );
    const tell = (): void => {
      this.#windows.tell(listFolders()).catch((error: unknown) => {
        // The other windows then answer with their own code, and say so.
        services.log.warn(`other windows cannot ask for this window's code: ${String(error)}`);
      });
    };
    tell();
    this.own(vscode.workspace.onDidChangeWorkspaceFolders(tell));
  }

  /** Once the collector is there. */
  offerMcp(collector: Cell<CollectorState>): void {
    this.own(registerMcpServer(this.token, collector, this.#services.version));
  }

  async runTool({ ticket, name, input, folder }: ToolQuestion): Promise<ToolReply> {
    const controller = new AbortController();
    this.#running.set(ticket, controller);
    try {
      const { signal } = controller;
      const isOwn = folder !== undefined && listFolders().some(own => isWithin(folder, own));
      const other = folder === undefined || isOwn ? undefined : this.#windows.find(folder);
      const reply = other && (await this.#windows.ask(other, name, input, signal));
      signal.throwIfAborted();
      if (reply !== undefined) return reply;
      const others = this.#windows.list().flatMap(({ folders }) => folders);
      const note = isOwn ? undefined : describeCodeOwner(folder, listFolders(), others);
      return await this.#tools.run(name, input, signal, undefined, note);
    } catch (error) {
      // There is nobody left to tell.
      if (controller.signal.aborted) return { text: "", isError: true };
      throw error;
    } finally {
      this.#running.delete(ticket);
    }
  }

  cancelTool(ticket: number): Promise<void> {
    this.#running.get(ticket)?.abort();
    return Promise.resolve();
  }

  checkToolToken(token: string): Promise<boolean> {
    return this.token.check(token);
  }

  #describeSituation(): Situation {
    const { phase, receivers, traffic } = this.#services.collector().value;
    return {
      collector:
        phase.kind === "elsewhere"
          ? "another window receives"
          : "reason" in phase
            ? `${phase.kind}, ${phase.reason}`
            : phase.kind,
      ports: receivers
        .filter(({ status }) => status.kind !== "off")
        .map(({ name, port, status }) =>
          status.kind === "listening"
            ? `${receiverLabels[name]} ${port}`
            : `${receiverLabels[name]} ${port} (${describeReceiver(status, inEnglish)})`,
        ),
      ...(phase.kind !== "elsewhere" && { spans: traffic.spans }),
      ...(traffic.lastRejection !== undefined && { lastRejection: traffic.lastRejection.reason }),
      ...(traffic.lastNote !== undefined && { lastNote: traffic.lastNote.reason }),
      sendsTelemetryHere: this.#services.telemetry().isOn.value,
    };
  }

  async #findPlace(
    detail: SpanDetail,
    span: SpanFacts,
    signal: AbortSignal,
  ): Promise<CodePlace | undefined> {
    const candidates = await this.#services.source.findCandidates(detail, span, signal);
    return candidates.map(toPlace).find(place => place !== undefined);
  }

  async #findLines(
    place: CodePlace,
    question: LineQuestion<CodePlace>,
  ): Promise<readonly CodePlace[]> {
    const asked =
      "above" in question ? { ...question, above: question.above.map(toLine) } : question;
    const found = await this.#services.source.findCodeLines(toLine(place), asked);
    return found.flatMap(line => toPlaceOfLine(line, line.isSure, question.kind) ?? []);
  }

  async #findStack(stack: string): Promise<readonly StackLine[]> {
    const frames = await this.#services.source.findFrames(stack);
    return frames.map(({ text, candidate }) => {
      const place = candidate && toPlace(candidate);
      return place === undefined ? { text } : { text, place };
    });
  }

  async #show({ traceId, spanId, view }: ShowRequest): Promise<string> {
    const { panels } = this.#services;
    await panels.open({ ids: [traceId], isTraceId: true, spanId });
    const front = view === "source" ? (spanId === undefined ? "timeline" : "span") : view;
    const shown = await panels.bringToFront(traceId, front);
    const views = (shown ?? []).map(each => viewNames[each]).join(", ");
    const panel = `the trace's panel${shown === undefined ? ", which is not in sight" : ` with ${views}`}`;
    if (view !== "source") {
      return spanId === undefined ? panel : `${panel}; the row is selected`;
    }
    const place = await panels.openSureSource(traceId, spanId);
    return place === undefined
      ? `${panel}; the row is selected, and no place of the code is certain enough to open`
      : `${panel}, and ${place.path}:${place.line0 + 1}`;
  }
}

function listFolders(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
}

/** Places outside of the workspace are not told: a trace may name any file. */
function toPlace({ uri, path, line0, isSure, reason }: SourceCandidate): CodePlace | undefined {
  if (vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(uri)) === undefined) return undefined;
  const file = normalizePath(vscode.Uri.parse(uri).fsPath);
  return { path, file, line1: line0 + 1, isSure, reason };
}

function toPlaceOfLine(
  { path: file, line0 }: Place,
  isSure: boolean,
  reason: string,
): CodePlace | undefined {
  const uri = vscode.Uri.file(file);
  const path = vscode.workspace.asRelativePath(uri).replaceAll("\\", "/");
  return toPlace({ uri: uri.toString(), path, line0, isSure, reason });
}

function toToldLoss(loss: ContextLoss): ToldLoss {
  const { caller, root, handOver, path, changedLine0 } = loss;
  const place = toPlaceOfLine({ path, line0: changedLine0 }, true, "the work is handed over here");
  return { caller, root, kind: handOver.kind, place };
}

function toLine({ file, line1 }: CodePlace): Place {
  return { path: file, line0: line1 - 1 };
}
