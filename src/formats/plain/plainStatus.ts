/** How a plain span ended: its status, and what went wrong, under the many names that people have for it. Pure. */

import { SpanStatus } from "../../model/span.ts";
import type { SpanError } from "../../model/spanDetail.ts";
import { findAttribute, findText } from "../values/attributeValues.ts";
import { readStatus } from "../otlp/otlpJson.ts";
import { PlainFields } from "./plainFields.ts";
import { isObject } from "../values/jsonObject.ts";
import { toPlainText } from "../values/wireValue.ts";

const okWords = /^(?:ok|success|successful|succeeded|complete|completed|finish|finished|done)$/i;
const errorWords =
  /^(?:err|error|errored|fail|failed|failure|exception|timeout|timed ?out|cancell?ed|aborted|crashed)$/i;
const runningWords = /^(?:running|started|pending|in[_ -]?progress|active)$/i;
const errorLevels = /^(?:error|severe|critical|fatal)$/i;
const NO = /^(?:false|no|0|none|null|nil|unset|ok)$/i;
const TRACEBACK = /^Traceback \(most recent call last\):/;
/** A stack that an exception left; others say where a span was made. */
const RAISED = /^(?:Traceback \(most recent call last\)|[\w.$]{1,200}(?:Error|Exception)\b)/;
/** A process that ends with zero went well. */
const FAILED_EXIT = /^-?[1-9]\d{0,4}$/;
/** A flag, or how many there were: that something went wrong, and not what. */
const YES = /^(?:true|yes|[1-9]\d*)$/i;

export interface PlainStatus {
  readonly status: SpanStatus;
  /** For all that failed; the message may be empty. */
  readonly error: SpanError | undefined;
  readonly isRunning: boolean;
}

export function readPlainStatus(fields: PlainFields): PlainStatus {
  const result = toPlainText(fields.look("result"));
  const isOutcome = [okWords, errorWords, runningWords].some(words => words.test(result));
  const written = [...fields.takeAll("status"), ...(isOutcome ? [fields.take("result")] : [])];
  const codes = written.map(value =>
    toPlainText(
      isObject(value) ? (value["code"] ?? value["status_code"] ?? value["statusCode"]) : value,
    ),
  );
  // In an object, beyond OpenTelemetry's three are those of gRPC, which OpenCensus took.
  const isGrpc = written.some(
    (value, at) => isObject(value) && /^(?:[3-9]|1[0-6])$/.test(codes[at] ?? ""),
  );
  const success = fields.takeAll("success").map(toPlainText);
  const statuses = [
    ...codes.map(toStatus),
    ...success.map(each => (NO.test(each) ? SpanStatus.error : toStatus(each))),
    errorLevels.test(toPlainText(fields.look("level"))) ? SpanStatus.error : SpanStatus.unset,
    FAILED_EXIT.test(toPlainText(fields.look("exit"))) ? SpanStatus.error : SpanStatus.unset,
    readAttributeStatus(fields),
    isGrpc ? SpanStatus.error : SpanStatus.unset,
  ];
  const isOk = statuses.includes(SpanStatus.ok);
  const isRaised = !isOk && RAISED.test(toPlainText(fields.look("stack")));
  const error = readError(fields, written, isRaised || statuses.includes(SpanStatus.error));
  const status = isOk ? SpanStatus.ok : SpanStatus.unset;
  return {
    status: error === undefined ? status : SpanStatus.error,
    error,
    isRunning: codes.some(code => runningWords.test(code)),
  };
}

/** As OpenTracing's tags and OpenTelemetry's attributes have it. */
function readAttributeStatus(fields: PlainFields): SpanStatus {
  const attributes = fields.takeAttributes("attributes");
  const text = (...keys: readonly string[]): string =>
    toPlainText(findAttribute(attributes, ...keys));
  const flag = text("error");
  const isFlagged = flag !== "" && !NO.test(flag);
  if (isFlagged || text("error.type") !== "") return SpanStatus.error;
  return readStatus(text("otel.status_code", "status.code"));
}

function toStatus(code: string): SpanStatus {
  if (errorWords.test(code)) return SpanStatus.error;
  if (okWords.test(code) || /^true$/i.test(code)) return SpanStatus.ok;
  // Three digits are HTTP's, one is OpenTelemetry's.
  if (/^\d{3}$/.test(code)) return code >= "500" ? SpanStatus.error : SpanStatus.unset;
  return readStatus(/^\d$/.test(code) ? Number(code) : code);
}

/** Reads an error that stands as text, as an object, in fields of its own, or as a bare `true`. */
function readError(
  fields: PlainFields,
  told: readonly unknown[],
  isFailed: boolean,
): SpanError | undefined {
  const values = fields
    .takeAll("error")
    .flat()
    .filter(value => !isObject(value) || Object.keys(value).length > 0);
  const attributes = fields.takeAttributes("attributes");
  const texts = values.flatMap(value => (isObject(value) ? [] : [toErrorText(value)]));
  const object = values.find(isObject);
  const [inner, text] = [
    object === undefined ? undefined : new PlainFields(object),
    texts.map(findMessage).find(each => each !== "") ?? "",
  ];
  const read = (...keys: readonly string[]): string =>
    keys.map(key => toErrorText(inner?.takeNamed(key))).find(each => each !== "") ?? "";
  const lines = text.trimEnd().split("\n");
  // Python tells last what went wrong, and its type before it.
  const [, raised = "", first = ""] = TRACEBACK.test(text)
    ? (/^([\w.]+)(?:: (.*))?$/.exec(lines.at(-1) ?? "") ?? [])
    : ["", "", lines[0]];
  const attribute = (...keys: readonly string[]): string => findText(attributes, ...keys) ?? "";
  const type =
    read("type", "name", "class", "kind", "exceptiontype") ||
    toPlainText(fields.take("errorType")) ||
    raised ||
    (isFailed ? attribute("exception.type", "error.type") : "");
  const stack =
    read("stack", "stacktrace", "traceback") ||
    toPlainText(fields.take("stack")) ||
    (isFailed ? attribute("exception.stacktrace") : "") ||
    (text.includes("\n") ? text : "");
  const message =
    read("message", "msg", "description", "detail") ||
    first ||
    toPlainText(fields.take("errorMessage"));
  const isFlagged = texts.some(each => YES.test(each)) || object !== undefined;
  if (!isFailed && !isFlagged && message === "" && type === "") return undefined;
  return {
    ...(type !== "" && { type }),
    message:
      message ||
      readMessage(fields, told) ||
      attribute("exception.message", "error.message", "otel.status_description") ||
      findMessage(attribute("error")),
    ...(stack !== "" && { stack }),
  };
}

/** A text that says what went wrong, and not only whether something did. */
function findMessage(text: string): string {
  return NO.test(text) || YES.test(text) ? "" : text;
}

function readMessage(fields: PlainFields, told: readonly unknown[]): string {
  const inStatus = told
    .filter(isObject)
    .map(status => toPlainText(status["message"] ?? status["description"]));
  return toPlainText(fields.take("statusMessage")) || (inStatus.find(each => each !== "") ?? "");
}

function toErrorText(value: unknown): string {
  return Array.isArray(value) ? value.map(toPlainText).join("\n") : toPlainText(value);
}
