/**
 * Ids in every text: a hover card in editors and output panels, links there and in terminals. Nothing is asked of a
 * store until the pointer rests; a bare id is underlined only once a store has confirmed it.
 */

import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import { Owner, type Disposable } from "../../base/disposables.ts";
import { shortId } from "../../model/ids.ts";
import type { IdMatch } from "../../logs/idMatch.ts";
import { findNearLines, LineIds } from "../../logs/lineIds.ts";
import { recogniseIds } from "../../logs/recogniseIds.ts";
import { commands, settings, type OpenTraceRequest } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { getSetting } from "../../platform/settings.ts";
import type { FoundBrief, StoreSet } from "../../stores/storeSet.ts";
import { createHoverCard } from "./hoverCard.ts";
import { IdLookup } from "./idLookup.ts";

/** A hover reads a whole line up to this length, because its begin may tell that it is a log's. */
const HOVER_LINE = 20_000;
/** Characters around the pointer that it reads of a longer one: a log line may be a whole JSON document. */
const HOVER_REACH = 4_000;
/** Links are handed over at once, in 270 bytes each: more of them keep others waiting for longer than a frame. */
const MAX_LINKS = 5_000;
/** How long a terminal link may wait for its id to be confirmed. */
const TERMINAL_WAIT_MS = 1_500;

class IdTerminalLink extends vscode.TerminalLink {
  readonly id: string;

  constructor({ id, start, end }: IdMatch, tooltip: string) {
    super(start, end - start, tooltip);
    this.id = id;
  }
}

export interface IdsInTextOptions {
  readonly log: Log;
  readonly stores: () => Promise<StoreSet>;
  /** Calls back when the stores have changed. */
  readonly watchStores: (run: () => void) => Disposable;
}

export class IdsInText implements Disposable {
  readonly #owner = new Owner();
  readonly #lookup: IdLookup;
  readonly #log: Log;
  /** The ids that were found in open documents; they go when the documents do. */
  readonly #lineIds = new WeakMap<vscode.TextDocument, LineIds>();
  /** The lines of a document that have links, where it has too many ids for all of them. */
  readonly #linkedLines = new WeakMap<vscode.TextDocument, vscode.Range>();
  #links: Disposable | undefined;

  constructor({ log, stores, watchStores }: IdsInTextOptions) {
    this.#log = log;
    this.#lookup = new IdLookup(stores);
    this.#owner.own(watchStores(() => this.#lookup.clear()));
    this.#owner.own(
      vscode.languages.registerHoverProvider("*", {
        provideHover: (document, position, token) => this.#hover(document, position, token),
      }),
    );
    this.#registerLinks();
    this.#owner.own(
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor, visibleRanges: [seen] }) => {
        const linked = this.#linkedLines.get(textEditor.document);
        if (linked !== undefined && seen !== undefined && !linked.contains(seen)) {
          this.#registerLinks();
        }
      }),
    );
    this.#owner.own(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const lineIds = this.#lineIds.get(document);
        for (const { range, text } of contentChanges) {
          const { start, end } = range;
          const inserted = text.split(/\r\n|\r|\n/).length;
          lineIds?.change(start.line, end.line - start.line + 1, inserted);
        }
      }),
    );
    this.#owner.own(
      vscode.window.registerTerminalLinkProvider({
        provideTerminalLinks: (context, token) => this.#listTerminalLinks(context.line, token),
        handleTerminalLink: (link: IdTerminalLink) => openTrace(link.id),
      }),
    );
  }

  async #hover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    if (!getSetting(settings.hover)) return undefined;
    const line = document.lineAt(position.line).text;
    const reach = line.length > HOVER_LINE ? HOVER_REACH : HOVER_LINE;
    const from = Math.max(0, position.character - reach);
    const column = position.character - from;
    const match = recogniseIds(line.slice(from, position.character + reach)).find(
      ({ start, end }) => start <= column && column <= end,
    );
    if (match === undefined) return undefined;
    const looked = await this.#lookup.find(match.id);
    const caller = await this.#findCaller(looked);
    if (token.isCancellationRequested) return undefined;
    const card = createHoverCard(match.id, match.isCertain, looked, caller);
    const { start, end } = match;
    const range = new vscode.Range(position.line, from + start, position.line, from + end);
    return card && new vscode.Hover(card, range);
  }

  /** The name of who called it: ids of one run begin alike, so an id alone says little. */
  async #findCaller(looked: FoundBrief): Promise<string | undefined> {
    if (looked.kind !== "found" || looked.brief.parentSpanId === undefined) return undefined;
    const caller = await this.#lookup.find(looked.brief.parentSpanId);
    return caller.kind === "found" ? caller.brief.name : undefined;
  }

  /** The editor asks for links anew when a provider is registered, and not when one scrolls. */
  #registerLinks(): void {
    this.#links?.dispose();
    this.#links = vscode.languages.registerDocumentLinkProvider("*", {
      provideDocumentLinks: (document, token) => this.#listLinks(document, token),
    });
  }

  async #listLinks(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentLink[] | undefined> {
    if (!getSetting(settings.links)) return undefined;
    const lineIds = this.#lineIds.get(document) ?? new LineIds();
    this.#lineIds.set(document, lineIds);
    const { version, lineCount } = document;
    const lines = await lineIds.read({
      lineCount,
      getLine: line0 => document.lineAt(line0).text,
      isStale: () => token.isCancellationRequested || document.version !== version,
    });
    if (lines === undefined) return undefined;
    const editor = vscode.window.visibleTextEditors.find(each => each.document === document);
    const seen = editor?.visibleRanges[0]?.start.line ?? 0;
    const { from, to } = findNearLines(lines, seen, MAX_LINKS);
    if (to - from === lines.length) this.#linkedLines.delete(document);
    else this.#linkedLines.set(document, new vscode.Range(from, 0, to, 0));
    return lines.slice(from, to).flatMap((matches, at) =>
      matches
        .slice(0, MAX_LINKS)
        .filter(match => this.#isUnderlined(match))
        .map(match => createLink(from + at, match)),
    );
  }

  async #listTerminalLinks(
    line: string,
    token: vscode.CancellationToken,
  ): Promise<IdTerminalLink[]> {
    if (!getSetting(settings.terminalLinks)) return [];
    const matches = recogniseIds(line);
    // A terminal asks for links when the pointer rests on a line, so a bare id may be asked about now.
    const bare = matches.filter(match => !match.isCertain).map(match => match.id);
    const confirmed = Promise.all(bare.map(id => this.#lookup.find(id)));
    confirmed.catch((error: unknown) => this.#log.error(error, "terminal links"));
    await Promise.race([confirmed, delay(TERMINAL_WAIT_MS)]);
    if (token.isCancellationRequested) return [];
    return matches
      .filter(match => this.#isUnderlined(match))
      .map(match => new IdTerminalLink(match, this.#createTooltip(match.id)));
  }

  #createTooltip(id: string): string {
    const looked = this.#lookup.get(id);
    const open = vscode.l10n.t("Open Trace");
    return looked?.kind === "found" ? `${open}: ${looked.brief.name}` : `${open} ${shortId(id)}`;
  }

  #isUnderlined({ id, isCertain }: IdMatch): boolean {
    return isCertain || this.#lookup.get(id)?.kind === "found";
  }

  dispose(): void {
    this.#links?.dispose();
    this.#owner.dispose();
  }
}

function createLink(line0: number, { id, start, end }: IdMatch): vscode.DocumentLink {
  const args = encodeURIComponent(JSON.stringify([{ id } satisfies OpenTraceRequest]));
  const link = new vscode.DocumentLink(
    new vscode.Range(line0, start, line0, end),
    vscode.Uri.parse(`command:${commands.openTrace}?${args}`),
  );
  // The card beside it has the words of what it does.
  link.tooltip = vscode.l10n.t("Show in Traceside");
  return link;
}

async function openTrace(id: string): Promise<void> {
  await vscode.commands.executeCommand(commands.openTrace, { id } satisfies OpenTraceRequest);
}
