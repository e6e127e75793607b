/** The tool `show`: opens a trace for the person. */

import { ToolRefusal } from "./toolInput.ts";
import { numberValue, textValue, type ToolHandler } from "./toolCall.ts";
import { countOf, writeWithin } from "./answerText.ts";
import { nameText } from "./rowText.ts";
import { spanOfRow } from "./traceReader.ts";
import type { ShowRequest } from "./toolContext.ts";

export const showTrace: ToolHandler = async ({ context, reader, values, signal, limit }) => {
  const opened = await reader.find(textValue(values, "trace") ?? "", signal);
  const view = (textValue(values, "view") ?? "timeline") as ShowRequest["view"];
  const row = numberValue(values, "row");
  const span = row === undefined ? opened.focus : spanOfRow(opened, row);
  if (view === "source" && span === undefined) throw new ToolRefusal("source needs a row");
  const { columns, trace } = opened;
  const spanId = span === undefined ? undefined : trace.spanIds[span];
  const screen = await context.show(
    { traceId: columns.traceId, view, ...(spanId !== undefined && { spanId }) },
    signal,
  );
  const what = span === undefined ? "" : ` at #${span + 1} ${nameText(columns, span)}`;
  return writeWithin(limit, 1, () => ({
    head: `Shown: trace ${columns.traceId} (${countOf(columns.count, "span")})${what}.`,
    lines: [`On the screen: ${screen}`],
  }));
};
