/** The formats of products that keep or show traces in shapes of their own, and of profilers. Pure. */

import { isAppInsightsRow, readAppInsightsRows } from "./products/appInsights.ts";
import { isChromeTrace, readChromeTrace } from "./products/chromeTrace.ts";
import { isClickhouseRow, readClickhouseRows } from "./products/clickhouseTraces.ts";
import { isCloudTrace, readCloudTraces } from "./products/cloudTrace.ts";
import { isCppText, readCppText } from "./consoles/cppConsole.ts";
import { readCsvObjects } from "./encodings/csvText.ts";
import {
  isDagsterEvent,
  isDagsterText,
  readDagsterEvents,
  readDagsterText,
} from "./products/dagsterEvents.ts";
import { isDatadog, readDatadog } from "./products/datadogTraces.ts";
import { isDotnetText, readDotnetText } from "./consoles/dotnetConsole.ts";
import { isElasticApm, isElasticApmOther, readElasticApm } from "./products/elasticApm.ts";
import { isGrafanaRow, readGrafanaRows } from "./products/grafanaFrame.ts";
import { isHoneycombRow, readHoneycombRows } from "./products/honeycombRows.ts";
import { isLangsmithRuns, readLangsmithRuns } from "./products/langsmithRuns.ts";
import { isMlflowRow, readMlflowRows } from "./products/mlflowTraces.ts";
import { isNewRelic, readNewRelic } from "./products/newRelic.ts";
import { isOpenaiAgents, isOpenaiAgentsTrace, readOpenaiAgents } from "./products/openaiAgents.ts";
import { isRubyText, readRubyText } from "./consoles/rubyConsole.ts";
import { hasRows, readRenamedRows, renamedRows } from "./plain/renamedRows.ts";
import { isRustText, readRustText } from "./consoles/rustConsole.ts";
import { isSentry, isSentryOther, readSentry } from "./products/sentryEnvelope.ts";
import {
  isSwiftSpan,
  isSwiftText,
  readSwiftSpans,
  readSwiftText,
} from "./consoles/swiftConsole.ts";
import { jsonFormat, textFormat, type TraceFormat } from "./traceFormat.ts";
import { isXrayHeader, isXrayTrace, readXrayTraces } from "./products/xraySegments.ts";

export const productFormats: readonly TraceFormat[] = [
  textFormat("OpenTelemetry .NET console", isDotnetText, readDotnetText),
  textFormat("OpenTelemetry Ruby console", isRubyText, readRubyText),
  textFormat("OpenTelemetry C++ console", isCppText, readCppText),
  textFormat("OpenTelemetry Rust console", isRustText, readRustText),
  textFormat("OpenTelemetry Swift console", isSwiftText, readSwiftText),
  jsonFormat("OpenTelemetry Swift console", isSwiftSpan, readSwiftSpans),
  jsonFormat("Dagster", isDagsterEvent, readDagsterEvents),
  textFormat("Dagster", isDagsterText, readDagsterText),
  { ...jsonFormat("Chrome trace events", isChromeTrace, readChromeTrace), countsFreely: true },
  jsonFormat("AWS X-Ray", isXrayTrace, readXrayTraces, isXrayHeader),
  jsonFormat("Google Cloud Trace", isCloudTrace, readCloudTraces),
  jsonFormat("Sentry", isSentry, readSentry, isSentryOther),
  jsonFormat("OpenAI Agents", isOpenaiAgents, readOpenaiAgents, isOpenaiAgentsTrace),
  jsonFormat("LangSmith", isLangsmithRuns, readLangsmithRuns),
  jsonFormat("Datadog", isDatadog, readDatadog),
  ...rowFormats("Elastic APM", isElasticApm, readElasticApm, isElasticApmOther),
  ...rowFormats("ClickHouse traces", isClickhouseRow, readClickhouseRows),
  ...rowFormats("Grafana trace", isGrafanaRow, readGrafanaRows),
  ...rowFormats("Honeycomb", isHoneycombRow, readHoneycombRows),
  ...rowFormats("New Relic", isNewRelic, readNewRelic),
  ...rowFormats("Application Insights", isAppInsightsRow, readAppInsightsRows),
  ...rowFormats("MLflow traces", isMlflowRow, readMlflowRows),
  ...renamedRows.map(({ countsFreely, ...rows }) => ({
    ...jsonFormat(
      rows.name,
      item => hasRows(rows, item),
      (items, context) => readRenamedRows(rows, items, context),
      rows.head,
    ),
    ...(countsFreely && { countsFreely }),
  })),
];

/** The length in which a table is recognised by its header and its first rows. */
const HEAD_LENGTH = 65_536;
const HEAD_ROWS = 20;

/** Rows that products answer as JSON, and that their pages export as CSV. */
function rowFormats(
  name: string,
  isMine: Parameters<typeof jsonFormat>[1],
  readItems: Parameters<typeof jsonFormat>[2],
  isBeside?: Parameters<typeof jsonFormat>[3],
): readonly [TraceFormat, TraceFormat] {
  const isTable = (text: string): boolean => {
    let left = HEAD_ROWS;
    for (const row of readCsvObjects(text.slice(0, HEAD_LENGTH))) {
      if (isMine(row)) return true;
      left -= 1;
      if (left === 0) break;
    }
    return false;
  };
  const inJson = jsonFormat(name, isMine, readItems, isBeside);
  return [
    inJson,
    textFormat(`${name} CSV`, isTable, (text, context) =>
      inJson.read({ kind: "json", items: [...readCsvObjects(text)] }, context),
    ),
  ];
}
