/** The commands of a span's context menu: what the page can do is sent back to it, the rest is done here. */

import * as vscode from "vscode";
import { quoteFilterValue } from "../../analysis/traceFilter.ts";
import type { Disposable } from "../../base/disposables.ts";
import { commands, type SpanContext } from "../../manifest.ts";
import type { SpanIndex } from "../../model/trace.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { showReport } from "../../platform/report.ts";
import type { SpanAction } from "../../protocol/spanMenu.ts";
import type { ActivePanel, TraceLister } from "../../services/windowParts.ts";
import { toCurl, toJsonText, toMarkdown, type KnownSpan } from "./spanText.ts";
import { createTraceLink } from "./traceLink.ts";
import type { TracePanel } from "./tracePanel.ts";

export interface SpanCommandServices {
  readonly log: Log;
  readonly panels: ActivePanel<TracePanel>;
  readonly traces: TraceLister;
}

type Run = (context?: SpanContext) => Promise<void>;

export function registerSpanCommands(services: SpanCommandServices): Disposable {
  const onSpan =
    (run: (panel: TracePanel, span: SpanIndex) => Promise<unknown>): Run =>
    async context => {
      const panel = services.panels.getActive();
      // By a key it is the one that is selected.
      const span = context?.span ?? panel?.selected;
      if (panel !== undefined && span !== undefined) await run(panel, span);
    };
  const act = (action: SpanAction): Run =>
    onSpan((panel, span) => {
      panel.act(action, span);
      return Promise.resolve();
    });
  const copy = (write: (span: KnownSpan) => string | undefined): Run =>
    onSpan(async (panel, span) => {
      const text = write(await panel.readSpan(span));
      if (text === undefined) {
        const missing = vscode.l10n.t("This span has no address of an HTTP call.");
        await showReport({ text: missing, lines: [], actions: [] }, "info");
      } else {
        await vscode.env.clipboard.writeText(text);
      }
    });
  return registerCommands(services.log, {
    [commands.goToSpanSource]: onSpan((panel, span) => panel.openSource(span, false)),
    [commands.openSpanToSide]: onSpan((panel, span) => panel.openSource(span, true)),
    [commands.filterByService]: act("filterByService"),
    [commands.filterByOperation]: act("filterByOperation"),
    [commands.showSubtree]: act("showSubtree"),
    [commands.zoomToSpan]: act("zoomTo"),
    [commands.expandBelow]: act("expandBelow"),
    [commands.collapseBelow]: act("collapseBelow"),
    [commands.findTracesLikeThis]: onSpan(async (panel, span) => {
      const { name, service } = panel.factsOf(span);
      const filter = [
        ...(service === "" ? [] : [`service:${quoteFilterValue(service)}`]),
        `operation:${quoteFilterValue(name)} `,
      ];
      await services.traces.filter(filter.join(" "));
    }),
    [commands.copySpanName]: copy(({ name }) => name),
    [commands.copySpanId]: copy(({ spanId }) => spanId),
    [commands.copySpanTraceId]: copy(({ traceId }) => traceId),
    [commands.copySpanLink]: copy(({ traceId, spanId }) => createTraceLink(traceId, spanId)),
    [commands.copyTraceLink]: async row => {
      const traceId = row?.traceId ?? services.panels.getActive()?.session.trace?.columns.traceId;
      if (traceId === undefined) return;
      const links = (row?.traceIds ?? [traceId]).map(each => createTraceLink(each, undefined));
      await vscode.env.clipboard.writeText(links.join("\n"));
    },
    [commands.copySpanJson]: copy(toJsonText),
    [commands.copySpanMarkdown]: copy(toMarkdown),
    [commands.copySpanCurl]: copy(({ detail }) => toCurl(detail)),
  });
}
