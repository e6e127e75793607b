/**
 * From a span's menu: a breakpoint or a logpoint in the function that it ran, for all runs or for those like this one, and
 * its task once more, up to that line.
 */

import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { commands, type SpanContext } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import { showReport } from "../../platform/report.ts";
import { toCondition, toLogMessage } from "../../source/breakpointPlace.ts";
import { runTaskAgain } from "./runTaskAgain.ts";
import {
  addBreakpoint,
  findPlace,
  showPlace,
  type BreakpointSpan,
  type Place,
  type SpanBreakpointServices,
} from "./spanPlace.ts";

export function registerSpanBreakpoints(services: SpanBreakpointServices): Disposable {
  const add = async (context: SpanContext | undefined, isLogpoint: boolean): Promise<void> => {
    const span = await readSpan(services, context);
    if (span === undefined) return;
    const place = await findPlace(services, span);
    if (place === undefined) {
      const text = vscode.l10n.t("No line is certain for “{0}”.", span.facts.name);
      await showReport({ text, lines: [], actions: [] }, "info");
      return;
    }
    // Before the question, so that the user sees what it is about, and the focus goes back to the line, not to the page.
    await showPlace(place);
    const chosen = await chooseCondition(place);
    if (chosen === undefined) return;
    const message = isLogpoint ? toLogMessage(place.function, place.known) : undefined;
    addBreakpoint(place, chosen.condition, message);
  };
  const runAgain = async (context: SpanContext | undefined): Promise<void> => {
    const span = await readSpan(services, context);
    if (span !== undefined) await runTaskAgain(services, span);
  };
  return registerCommands(services.log, {
    [commands.addBreakpointHere]: context => add(context, false),
    [commands.addLogpointHere]: context => add(context, true),
    [commands.runTaskAgain]: runAgain,
  });
}

/** A span of the panel in front. */
async function readSpan(
  { panels }: SpanBreakpointServices,
  context: SpanContext | undefined,
): Promise<BreakpointSpan | undefined> {
  const panel = panels.getActive();
  if (context === undefined || panel === undefined) return undefined;
  const { detail } = await panel.readSpan(context.span);
  return { detail, facts: panel.factsOf(context.span) };
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
