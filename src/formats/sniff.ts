/** Which format a file has, told by its content and never by its name. Pure. */

import { binaryFormats } from "./binaryFiles.ts";
import { isTaskDocument, readTaskDocuments } from "./documentFile.ts";
import { isJaeger, readJaegerJson } from "./jaegerJson.ts";
import { unnestSpans } from "./nestedSpans.ts";
import { isOtlpTraces, readOtlpJson } from "./otlpJson.ts";
import { isOtlpProto, readOtlpProto } from "./otlpProto.ts";
import { readPlainSpans } from "./plainSpans.ts";
import { isSkywalking, readSkywalking } from "./skywalking.ts";
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
} from "./stdoutTrace.ts";
import { jsonFormat, type FileContent, type TraceFormat } from "./traceFormat.ts";
import { yamlFormats } from "./yamlFile.ts";
import { isZipkin, readZipkin } from "./zipkinV2.ts";

/** In this order: the more particular before the more general. */
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
  {
    name: "OpenTelemetry JavaScript console",
    matches: content => content.kind === "text" && isJavaScriptText(content.text),
    read: (content, context) =>
      readJavaScriptText(content.kind === "text" ? content.text : "", context),
  },
  jsonFormat("OpenTelemetry JavaScript spans", isJavaScriptSpan, readJavaScriptSpans),
  jsonFormat("Jaeger JSON", isJaeger, readJaegerJson),
  jsonFormat("Zipkin JSON", isZipkin, readZipkin),
  jsonFormat("SkyWalking JSON", isSkywalking, readSkywalking),
  jsonFormat(
    "plain spans",
    item => unnestSpans(item).next().done !== true,
    (items, context) =>
      readPlainSpans(
        items.flatMap(item => [...unnestSpans(item)]),
        context,
      ),
  ),
  {
    name: "CSV",
    matches: content => content.kind === "text" && isSpanCsv(content.text),
    read: (content, context) => readSpanCsv(content.kind === "text" ? content.text : "", context),
  },
  jsonFormat("task documents", isTaskDocument, (items, context) => ({
    records: readTaskDocuments(items, context),
    problems: [],
  })),
];

export function findFormat(content: FileContent): TraceFormat | undefined {
  return traceFormats.find(format => format.matches(content));
}
