/** Which format a file has, told by its content and never by its name. Pure. */

import { binaryFormats } from "./binaryFiles.ts";
import { isCollectorText, readCollectorText } from "./consoles/collectorText.ts";
import { isTaskDocument, readTaskDocuments } from "./tasks/documentFile.ts";
import { scoreFormat, takeBeginning, takeSample } from "./formatScore.ts";
import { isJaeger, readJaegerJson } from "./jaeger/jaegerJson.ts";
import { isBesideNestedSpans, isNestedSpans, readNestedSpans } from "./plain/nestedSpans.ts";
import { isOtlpTraces, readOtlpJson } from "./otlp/otlpJson.ts";
import { isOtlpProto, readOtlpProto } from "./otlp/otlpProto.ts";
import { productFormats } from "./productFormats.ts";
import { isSkywalking, readSkywalking } from "./skywalking/skywalking.ts";
import { isSpanCsv, readSpanCsv } from "./spanCsv.ts";
import {
  isGoSpan,
  isJavaScriptSpan,
  isJavaScriptText,
  isPythonSpan,
  readGoSpans,
  readJavaScriptSpans,
  readJavaScriptText,
  readPythonSpans,
} from "./consoles/stdoutTrace.ts";
import { jsonFormat, textFormat, type FileContent, type TraceFormat } from "./traceFormat.ts";
import { yamlFormats } from "./yamlFile.ts";
import { isZipkin, readZipkin } from "./zipkin/zipkinV2.ts";

/** In this order: of those that explain as much, the more particular comes before the more general. */
const traceFormats: readonly TraceFormat[] = [
  jsonFormat("OTLP JSON", isOtlpTraces, readOtlpJson),
  {
    name: "OTLP protobuf",
    matches: content => content.kind === "bytes" && isOtlpProto(content.bytes),
    read: (content, context) =>
      readOtlpProto(content.kind === "bytes" ? content.bytes : new Uint8Array(), context),
  },
  ...binaryFormats,
  ...yamlFormats,
  jsonFormat("OpenTelemetry Go stdout", isGoSpan, readGoSpans),
  jsonFormat("OpenTelemetry Python console", isPythonSpan, readPythonSpans),
  textFormat("OpenTelemetry JavaScript console", isJavaScriptText, readJavaScriptText),
  jsonFormat("OpenTelemetry JavaScript spans", isJavaScriptSpan, readJavaScriptSpans),
  ...productFormats,
  jsonFormat("Jaeger JSON", isJaeger, readJaegerJson),
  jsonFormat("Zipkin JSON", isZipkin, readZipkin),
  jsonFormat("SkyWalking JSON", isSkywalking, readSkywalking),
  {
    ...jsonFormat("plain spans", isNestedSpans, readNestedSpans, isBesideNestedSpans),
    countsFreely: true,
  },
  textFormat("OpenTelemetry Collector debug output", isCollectorText, readCollectorText),
  { ...textFormat("CSV", isSpanCsv, readSpanCsv), countsFreely: true },
  jsonFormat("task documents", isTaskDocument, (items, context) => ({
    records: readTaskDocuments(items, context),
    problems: [],
  })),
];

/** By which each of them is told; the formats of one name read the same in several wrappings. */
export const formatNames: ReadonlySet<string> = new Set(traceFormats.map(format => format.name));

/**
 * The format of a file. Where several fit, the one whose reader learns most of the spans, and of those the first: a
 * small part of the file is read by each.
 */
export function findFormat(content: FileContent): TraceFormat | undefined {
  const sample = takeSample(content);
  const fitting = traceFormats.filter(format => format.matches(sample));
  if (fitting.length < 2) {
    const beginning = takeBeginning(content);
    return fitting[0] ?? traceFormats.find(format => format.matches(beginning));
  }
  const scores = fitting.map(format => scoreFormat(format, sample));
  return fitting[scores.indexOf(Math.max(...scores))];
}
