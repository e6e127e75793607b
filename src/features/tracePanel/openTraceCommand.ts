/** Open Trace by ID: any text that holds an id, typed, pasted or under the cursor. */

import * as vscode from "vscode";
import { Owner, type Disposable } from "../../base/disposables.ts";
import { listIds } from "../../logs/recogniseIds.ts";
import { getFailure, TraceError } from "../../model/failure.ts";
import { isNoId } from "../../model/ids.ts";
import { commands, type OpenTraceRequest } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { registerTraceLinks } from "./traceLink.ts";
import type { OpenedTrace } from "./tracePanels.ts";
import type { SessionRequest } from "./traceSession.ts";

/** The commands that open a trace, and the links that do. */
export function registerOpenTrace(
  log: Log,
  openPanel: (request: SessionRequest) => Promise<OpenedTrace>,
): Disposable {
  const owner = new Owner();
  const open = (request?: string | OpenTraceRequest): Promise<OpenedTrace | undefined> =>
    openTrace(request, openPanel);
  owner.own(registerTraceLinks(open));
  owner.own(
    registerCommands(log, {
      [commands.openTrace]: open,
      [commands.openTraceFromClipboard]: async () => {
        const text = await vscode.env.clipboard.readText();
        // What is no id is refused with its first letters; nothing at all is asked for.
        return open(text.trim() === "" ? undefined : text);
      },
    }),
  );
  return owner;
}

/** Asks where no id was given; settles without a value when the user gives up or the panel itself shows the failure. */
async function openTrace(
  request: string | OpenTraceRequest | undefined,
  open: (request: SessionRequest) => Promise<OpenedTrace>,
): Promise<OpenedTrace | undefined> {
  const asked = request ?? (await askForId());
  if (asked === undefined) return undefined;
  try {
    return await open(createSessionRequest(asked));
  } catch (error) {
    // A panel was opened for it, and says what went wrong with a way out.
    const isShown = getFailure(error)?.code !== "noId" && getFailure(error) !== undefined;
    if (isShown || (error instanceof Error && error.name === "AbortError")) return undefined;
    throw error;
  }
}

/** Throws `noId`. */
export function createSessionRequest(request: string | OpenTraceRequest): SessionRequest {
  const asked: OpenTraceRequest = typeof request === "string" ? { text: request } : request;
  const { store, span: spanId } = asked;
  if ("traceId" in asked) return { ids: [asked.traceId], isTraceId: true, store, spanId };
  const text = "text" in asked ? asked.text : asked.id;
  const ids = listIds(text);
  if (ids.length === 0) throw new TraceError({ code: "noId", text: text.slice(0, 80) });
  return { ids, store, spanId };
}

async function askForId(): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Open Trace by ID"),
    prompt: vscode.l10n.t("A trace, task or span id, a traceparent, or a whole log line"),
    placeHolder: "019b4ed4-1a6d-7be3-8516-192449685f6d",
    value: findIdAtCursor() ?? "",
    // A panel that was in front may take the focus back for a moment.
    ignoreFocusOut: true,
    validateInput: text =>
      text.trim() !== "" && listIds(text).length === 0
        ? vscode.l10n.t("There is no id in this text.")
        : undefined,
  });
}

/** The selection, or the word under the cursor, where it looks like an id. */
function findIdAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  const range = selection.isEmpty
    ? document.getWordRangeAtPosition(selection.active, /[\w:.-]{8,200}/)
    : selection;
  const text = range === undefined ? "" : document.getText(range).trim();
  const isIdLike = text.length <= 400 && /\d/.test(text) && !isNoId(text);
  return isIdLike ? listIds(text)[0] : undefined;
}
