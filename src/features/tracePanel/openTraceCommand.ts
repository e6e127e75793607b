/** Open Trace by ID: any text that holds an id, typed, pasted or under the cursor. */

import * as vscode from "vscode";
import { Owner, type Disposable } from "../../base/disposables.ts";
import { listIds } from "../../logs/recogniseIds.ts";
import { getFailure, TraceError } from "../../model/failure.ts";
import { commands, type OpenTraceRequest } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { askForId } from "./askForId.ts";
import type { RecentTraces } from "./recentTraces.ts";
import { registerTraceLinks } from "./traceLink.ts";
import type { OpenedTrace, TracePanels } from "./tracePanels.ts";
import type { SessionRequest } from "./traceSession.ts";

export interface OpenTraceServices {
  readonly log: Log;
  readonly recentTraces: RecentTraces;
  readonly panels: TracePanels;
}

/** The commands that open a trace, and the links that do. */
export function registerOpenTrace(services: OpenTraceServices): Disposable {
  const owner = new Owner();
  const open = (request?: string | OpenTraceRequest): Promise<OpenedTrace | undefined> =>
    openTrace(request, services);
  owner.own(registerTraceLinks(open));
  owner.own(
    registerCommands(services.log, {
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
  { panels, recentTraces }: OpenTraceServices,
): Promise<OpenedTrace | undefined> {
  const asked = request ?? (await askForId(recentTraces.list()));
  if (asked === undefined) return undefined;
  try {
    return await panels.open(createSessionRequest(asked));
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
