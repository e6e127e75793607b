/** The tool `get_trace`: one trace, from the side that was asked for. */

import { numberOf, numberValue, textValue, type ToolHandler } from "./toolCall.ts";
import { describeCriticalPath } from "./criticalPathView.ts";
import { describeErrors } from "./errorsView.ts";
import { describeFunctions } from "./functionsView.ts";
import { describeSummary } from "./summaryView.ts";
import { spanOfRow } from "./traceReader.ts";
import { describeTree } from "./treeView.ts";
import { NS_PER_MS } from "../model/units.ts";
import type { TraceView } from "./toolTable.ts";
import type { DescribeView } from "./viewRequest.ts";

const views: Readonly<Record<TraceView, DescribeView>> = {
  summary: describeSummary,
  tree: describeTree,
  critical_path: describeCriticalPath,
  errors: describeErrors,
  functions: describeFunctions,
};

export const getTrace: ToolHandler = async call => {
  const { values, reader, signal } = call;
  const opened = await reader.find(textValue(values, "id") ?? "", signal);
  const under = numberValue(values, "under");
  return views[textValue(values, "view") as TraceView](call, {
    opened,
    under: under === undefined ? undefined : spanOfRow(opened, under),
    depth: numberOf(values, "depth"),
    minNs: (numberValue(values, "min_ms") ?? 0) * NS_PER_MS,
    maxRows: numberOf(values, "max_rows"),
  });
};
