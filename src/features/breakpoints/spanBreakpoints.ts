/** From a span's menu: a breakpoint or a logpoint in the function that it ran, for all runs or for those like this one. */

import * as vscode from "vscode";
import { commands, type SpanContext } from "../../manifest.ts";
import type { FoundLines } from "../../analysis/spanLines.ts";
import type { Disposable } from "../../base/disposables.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { showReport } from "../../platform/report.ts";
import {
  findBodyLine0,
  listKnownParameters,
  toCondition,
  toLogMessage,
  type KnownParameter,
} from "../../source/breakpointPlace.ts";
import type { SpanFacts } from "../../source/codeHints.ts";
import type { SymbolPlace } from "../../source/location.ts";
import { findFunction } from "../../source/runPlace.ts";

/** A span with what is known of it. */
export interface BreakpointSpan {
  readonly detail: SpanDetail;
  readonly facts: SpanFacts;
}

export interface SpanBreakpointServices {
  readonly log: Log;
  /** A span of the panel in front. */
  readSpan(span: number): Promise<BreakpointSpan | undefined>;
  readonly findLines: (
    detail: SpanDetail,
    span: SpanFacts,
    signal: AbortSignal,
  ) => Promise<FoundLines>;
  readSymbols(uri: vscode.Uri): Promise<readonly SymbolPlace[]>;
}

/** Where it goes, and what of the span its function knows too. */
interface Place {
  readonly uri: vscode.Uri;
  readonly line0: number;
  readonly function: string;
  readonly known: readonly KnownParameter[];
}

export function registerSpanBreakpoints(services: SpanBreakpointServices): Disposable {
  const add = async (context: SpanContext | undefined, isLogpoint: boolean): Promise<void> => {
    const span = context === undefined ? undefined : await services.readSpan(context.span);
    if (span === undefined) return;
    const place = await findPlace(services, span);
    if (place === undefined) {
      const text = vscode.l10n.t("No line is certain for “{0}”.", span.facts.name);
      await showReport({ text, lines: [], actions: [] }, "info");
      return;
    }
    const { uri, line0, function: name, known } = place;
    const position = new vscode.Position(line0, 0);
    // Before the question, so that the user sees what it is about, and the focus goes back to the line, not to the page.
    await vscode.window.showTextDocument(uri, {
      viewColumn: vscode.ViewColumn.Beside,
      selection: new vscode.Range(position, position),
      preview: true,
    });
    const chosen = await chooseCondition(place);
    if (chosen === undefined) return;
    const message = isLogpoint ? toLogMessage(name, known) : undefined;
    vscode.debug.addBreakpoints([
      new vscode.SourceBreakpoint(
        new vscode.Location(uri, position),
        true,
        chosen.condition,
        undefined,
        message,
      ),
    ]);
  };
  return registerCommands(services.log, {
    [commands.addBreakpointHere]: context => add(context, false),
    [commands.addLogpointHere]: context => add(context, true),
  });
}

/** Not waited for longer than a click is. */
const FIND_MS = 10_000;

async function findPlace(
  services: SpanBreakpointServices,
  { detail, facts }: BreakpointSpan,
): Promise<Place | undefined> {
  const found = await services.findLines(detail, facts, AbortSignal.timeout(FIND_MS));
  const place = found.ran ?? found.raised;
  if (place === undefined) return undefined;
  const uri = vscode.Uri.file(place.path);
  // The path comes from a trace, and a trace comes from anywhere.
  if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return undefined;
  const document = await vscode.workspace.openTextDocument(uri);
  const lines = document.getText().split(/\r?\n/);
  const function_ = findFunction(await services.readSymbols(uri), place.line0);
  if (function_ === undefined) {
    return { uri, line0: place.line0, function: facts.name, known: [] };
  }
  return {
    uri,
    line0: findBodyLine0(lines, function_, place.line0),
    function: function_.name,
    known: listKnownParameters(lines, function_, detail),
  };
}

/** `undefined` where the user turned back; asks only where there is something to choose. */
async function chooseCondition({
  uri,
  function: name,
  known,
}: Place): Promise<{ readonly condition?: string } | undefined> {
  const { t } = vscode.l10n;
  const conditions = known
    .map(parameter => toCondition(uri.path, parameter))
    .filter(condition => condition !== undefined);
  if (conditions.length === 0) return {};
  const always = { label: t("Each time") };
  const items = conditions.map(condition => ({ label: t("When {0}", condition), condition }));
  return vscode.window.showQuickPick<{ label: string; condition?: string }>([...items, always], {
    title: t("When is {0} to stop or log?", name),
    placeHolder: t("As it was in this span, or each time"),
    // The page whose menu was used may take the focus back a moment later, which would close the question.
    ignoreFocusOut: true,
  });
}
