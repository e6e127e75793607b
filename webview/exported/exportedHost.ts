/**
 * The host of a page that was exported: runs in the page, before the panel's own script, and answers its questions from
 * the trace that the page holds. Knows no editor, because there is none.
 */

import { holdsText } from "../../src/analysis/treeSearch.ts";
import { readGenAiSpan } from "../../src/analysis/genAi/genAiUse.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import {
  exportedDataId,
  fromBase64,
  unpackColumns,
  type ExportedTrace,
} from "../../src/protocol/exportedPage.ts";
import { narrowColumns } from "../../src/model/narrowColumns.ts";
import { connectPeer, type Channel } from "../../src/threads/rpc.ts";
import type { HostApi, PanelContent, SourceAnswer, ViewApi } from "../../src/protocol/traceView.ts";
import { setWords, t } from "../words/words.ts";

/** The API that the panel takes for VS Code's. */
interface PageApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

let toHost: (message: unknown) => void = () => undefined;
let state: unknown;
const api: PageApi = {
  postMessage: message => {
    // Later, as a message is.
    queueMicrotask(() => toHost(message));
  },
  getState: () => state,
  setState: next => {
    state = next;
  },
};
Object.assign(window, { acquireVsCodeApi: () => api });

const channel: Channel = {
  post: message => {
    window.dispatchEvent(new MessageEvent("message", { data: message }));
  },
  listen: onMessage => {
    toHost = onMessage;
    return { dispose: () => undefined };
  },
};

async function readTrace(): Promise<ExportedTrace> {
  const text = document.getElementById(exportedDataId)?.textContent ?? "";
  const packed = new Blob([fromBase64(text.trim())]).stream();
  const plain = packed.pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(plain).json()) as ExportedTrace;
}

const reading = readTrace();

async function refuseSource(): Promise<SourceAnswer> {
  setWords((await reading).words);
  return {
    kind: "none",
    tried: [t("This page was exported: there is no workspace beside it.")],
  };
}

const host: HostApi = {
  async ready() {
    const { columns, problems, answers, sources, words, language, queueWait } = await reading;
    const content: PanelContent = {
      kind: "trace",
      summary: {
        revision: 1,
        traceId: columns["traceId"] as string,
        problems,
        answers,
        sources,
        live: { watched: [], polled: [], isReading: false },
        detailsRevision: 0,
      },
    };
    return { content, words, language, settings: { queueWait, areAnswersFolded: false } };
  },
  async trace() {
    return { columns: narrowColumns(unpackColumns((await reading).columns)) };
  },
  async spanIds(spans) {
    const { spanIds } = await reading;
    return spans.map(span => spanIds[span] ?? "");
  },
  async findSpanIds(wanted) {
    const { spanIds } = await reading;
    return wanted.map(id => spanIds.indexOf(id) as SpanIndex);
  },
  async spanDetail(span) {
    const { details, spanIds, columns } = await reading;
    const nothing = { attributes: [], resource: [], events: [], links: [], stores: [], raw: "" };
    const traceId = columns["traceId"] as string;
    return details[span] ?? { spanId: spanIds[span] ?? "", traceId, ...nothing };
  },
  async genAiSpans() {
    const { details } = await reading;
    const spans = details.flatMap(
      (detail, span) => (detail && readGenAiSpan(span as SpanIndex, detail)) ?? [],
    );
    return { spans, unread: 0 };
  },
  async findSpans(text) {
    const spans = findSpans(await reading, text.trim().toLowerCase());
    return { spans, next: (await reading).spanIds.length, unread: 0 };
  },
  prepareFind: () => Promise.resolve(),
  sourceCandidates: () => Promise.resolve([]),
  openSource: refuseSource,
  openFrame: refuseSource,
  copy: text => navigator.clipboard.writeText(text),
  logError: message => {
    console.error(message);
    return Promise.resolve();
  },
  readSql: text => Promise.resolve([["text", text]]),
  openText: () => Promise.resolve(),
  refresh: () => Promise.resolve(),
  openTrace: () => Promise.resolve(),
  openLog: () => Promise.resolve(),
  openLoss: () => Promise.resolve(),
  select: () => Promise.resolve(),
  keep: () => Promise.resolve(),
  openDropped: () => Promise.resolve(),
  runAction: () => Promise.resolve(),
  comparedRuns: () => Promise.resolve([]),
  compareBeforeEdit: () => Promise.resolve(),
  stopComparing: () => Promise.resolve(),
  foldAnswers: () => Promise.resolve(),
  cancel: () => Promise.resolve(),
  painted: () => Promise.resolve(),
};

function findSpans({ details, spanIds }: ExportedTrace, wanted: string): SpanIndex[] {
  if (wanted === "") return [];
  return spanIds.flatMap((id, span) =>
    id.toLowerCase().includes(wanted) || holdsText(details[span]?.raw ?? "", wanted)
      ? (span as SpanIndex)
      : [],
  );
}

connectPeer<ViewApi>(channel, host, error => {
  console.error(error);
});

/** As VS Code marks its pages; the colours of both are in the page's styles. */
const dark = matchMedia("(prefers-color-scheme: dark)");
function applyTheme(): void {
  document.body.classList.toggle("vscode-dark", dark.matches);
  document.body.classList.toggle("vscode-light", !dark.matches);
}
applyTheme();
dark.addEventListener("change", applyTheme);
