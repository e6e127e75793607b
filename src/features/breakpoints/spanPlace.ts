/** The line of a span's function at which a debugger is to stop, and the breakpoint there. */

import * as vscode from "vscode";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { Log } from "../../platform/log.ts";
import {
  findBodyLine0,
  findHead,
  listKnownParameters,
  type KnownParameter,
} from "../../source/breakpointPlace.ts";
import type { SpanFacts } from "../../source/codeHints.ts";
import type { ActivePanel, SourceReader } from "../../services/windowParts.ts";
import { findFunction } from "../../source/runPlace.ts";

/** A span with what is known of it. */
export interface BreakpointSpan {
  readonly detail: SpanDetail;
  readonly facts: SpanFacts;
}

export interface SpanBreakpointServices {
  readonly log: Log;
  readonly panels: ActivePanel<{
    readSpan(span: number): Promise<Pick<BreakpointSpan, "detail">>;
    factsOf(span: number): SpanFacts;
  }>;
  readonly source: SourceReader;
  /** The Python program that publishes a task. */
  readonly publisherScript: string;
}

/** Where it goes, and what of the span its function knows too. */
export interface Place {
  readonly uri: vscode.Uri;
  readonly line0: number;
  readonly function: string;
  /** As it stands in the file; empty where no function is known. */
  readonly head: string;
  readonly known: readonly KnownParameter[];
}

export async function showPlace({ uri, line0 }: Place): Promise<void> {
  const position = new vscode.Position(line0, 0);
  await vscode.window.showTextDocument(uri, {
    viewColumn: vscode.ViewColumn.Beside,
    selection: new vscode.Range(position, position),
    preview: true,
  });
}

export function addBreakpoint(
  { uri, line0 }: Place,
  condition: string | undefined,
  logMessage?: string,
): void {
  const location = new vscode.Location(uri, new vscode.Position(line0, 0));
  vscode.debug.addBreakpoints([
    new vscode.SourceBreakpoint(location, true, condition, undefined, logMessage),
  ]);
}

/** Not waited for longer than a click is. */
const FIND_MS = 10_000;

export async function findPlace(
  services: SpanBreakpointServices,
  { detail, facts }: BreakpointSpan,
): Promise<Place | undefined> {
  const found = await services.source.findLines(detail, facts, AbortSignal.timeout(FIND_MS));
  const place = found.ran ?? found.raised;
  if (place === undefined) return undefined;
  const uri = vscode.Uri.file(place.path);
  // The path comes from a trace, and a trace comes from anywhere.
  if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return undefined;
  const document = await vscode.workspace.openTextDocument(uri);
  const lines = document.getText().split(/\r?\n/);
  const function_ = findFunction(await services.source.readSymbols(uri), place.line0);
  if (function_ === undefined) {
    return { uri, line0: place.line0, function: facts.name, head: "", known: [] };
  }
  return {
    uri,
    line0: findBodyLine0(lines, function_, place.line0),
    function: function_.name,
    head: findHead(lines, function_),
    known: listKnownParameters(lines, function_, detail),
  };
}
