/**
 * The text that stands behind a key → the id in it, or nothing where it is a word, a type or a piece of a program.
 * Pure.
 *
 * Some forms can be nothing else than an id: hexadecimal digits of a trace's or a span's length, UUIDs, SkyWalking's
 * three parts. What a user made up is an id where it holds a digit and no program's grammar.
 */

import type { IdKey } from "./idKeys.ts";

export const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
/** `segment.thread.time`, as SkyWalking's agents make their ids. */
export const SKYWALKING = String.raw`[0-9a-zA-Z-]{1,64}\.\d{1,10}\.\d{15,20}`;
/** Leading zeros were cut: letters and digits both, or it might be a word or a number. */
const TRIMMED = String.raw`(?=\d{0,30}[a-f])(?=[a-f]{0,30}\d)`;
/** Decimal digits that no counter reaches: ids of 64 and 128 bits. */
const DECIMAL = String.raw`-?\d{15,39}`;

const formsByRole = {
  trace: [
    ...["[0-9a-f]{32}", "[0-9a-f]{16}", UUID, "tr(?:-|ace_)[0-9a-f]{32}", SKYWALKING, DECIMAL],
    ...["1-[0-9a-f]{8}-[0-9a-f]{24}", `${TRIMMED}(?:[0-9a-f]{29,31}|[0-9a-f]{13,15})`],
    // Pinpoint's agent, its start and a counter.
    String.raw`[\w.-]{1,40}\^\d{13}\^\d{1,19}`,
    // Bytes in base64, and of hexadecimal text.
    String.raw`[\w+/-]{22}==|[\w+/-]{43}=`,
  ],
  // The ids of SkyWalking's segments look like those of its traces.
  span: [
    "[0-9a-f]{16}",
    UUID,
    SKYWALKING,
    `${TRIMMED}[0-9a-f]{13,15}`,
    DECIMAL,
    String.raw`[\w+/-]{11}=|[\w+/-]{22}==`,
  ],
  task: [
    ...[
      String.raw`(?:(?!id:)[^\s"'{}\[\],()=<>\\]{1,120}[_:.-])?${UUID}`,
      "[0-9a-f]{32}",
      "[0-9a-f]{24}",
    ],
    // RocketMQ's messages, and ULIDs.
    ...["01[0-9A-F]{32}", "[0-9A-F]{56}", "[0-7][0-9A-HJKMNP-TV-Z]{25}", "[0-9a-f]{16}", DECIMAL],
  ],
} as const;

function compile(forms: readonly string[]): RegExp {
  return new RegExp(
    String.raw`(?:0x)?(?<id>${forms.join("|")})(?![\w-]|\.\w|:[0-9a-f]{1,16}:)`,
    "iy",
  );
}

const patterns = {
  trace: compile(formsByRole.trace),
  span: compile(formsByRole.span),
  task: compile(formsByRole.task),
  any: compile([...formsByRole.task, ...formsByRole.trace]),
};

const withoutUuid = {
  ...patterns,
  trace: compile(formsByRole.trace.filter(form => form !== UUID)),
  span: compile(formsByRole.span.filter(form => form !== UUID)),
};

export interface IdValue {
  readonly text: string;
  readonly start: number;
  /** It has the form of an id, whatever stands around it. */
  readonly hasForm: boolean;
  /** A program could say the same: `job_id = 3`, `taskId: task1`. */
  readonly isLikeCode: boolean;
  /** The value was made up or cut to a few digits, and its key says little: an id in a log alone. */
  readonly isShort: boolean;
}

const word = /\w[\w.:/+@#~-]{0,199}(?:={1,2}(?![\w=]))?/y;
/** `req-9912`, `trace_8x9k2`, and hexadecimal digits with a letter and a digit among them. */
const shortId =
  /^(?:(?:re?q|req|tra?ce?|span|corr|task|job)[_-](?=[a-z_-]*\d)[\w-]+|(?=\d*[a-f])(?=[a-f]*\d)[\da-f]{6,31}|(?=[a-z]{2,12}-[\w-]*\d)[a-z]{2,12}-[\w-]{3,36})$/i;
/** `a.JobID`, `self.request`. */
const memberAccess = /^[a-z_$][\w$]*(?:\??\.[a-z_$][\w$]*)+$/i;
/** `1.2` is a version or a number to most; EagleEye's spans are counted so. */
const dotted = /^v?\d+(?:\.\d+)+$/i;
const builtInType = /^(?:u?int|float|s?fixed|sint|bytes?|[uif])_?\d{1,3}(?:_t)?$/i;
/** Several ids in one, which need no key: `traceparent`, and Google's names. */
const compound = /^[0-9a-f]{2}-[0-9a-f]{32}-|\/traces\//i;
const noValue = /^(?:null|nil|none|undefined|unknown|true|false|string|number|n\/?a)$/i;

/** The value that begins at an offset; behind a quote it ends with one. */
export function readIdValue(
  text: string,
  start: number,
  { role, isVague = false, uuid }: IdKey,
  isQuoted: boolean,
): IdValue | undefined {
  const pattern = (uuid === "none" ? withoutUuid : patterns)[role];
  pattern.lastIndex = start;
  const found = pattern.exec(text)?.groups?.["id"];
  if (found !== undefined) {
    const idStart = pattern.lastIndex - found.length;
    return { text: found, start: idStart, hasForm: true, isLikeCode: false, isShort: false };
  }
  word.lastIndex = start;
  const [written] = word.exec(text) ?? [];
  if (written === undefined) return undefined;
  const next = text[start + written.length] ?? "";
  const id = isQuoted ? written : written.replace(/\W+$/, "");
  const hasDigit = /\d/.test(id);
  if (isVague && !shortId.test(id)) return undefined;
  if (noValue.test(id) || id.includes("//") || compound.test(id)) return undefined;
  if (isQuoted) {
    if (!/["'`\\&%]/.test(next)) return undefined;
    // Names of tasks without a digit are ids too, where a user gave them; traces are never named.
    if (!hasDigit && role !== "task") return undefined;
    return { text: id, start, hasForm: false, isLikeCode: !hasDigit, isShort: isVague };
  }
  const isCall = id === written && /[([{<$*?!"'`;]/.test(next);
  if (!hasDigit || isCall || memberAccess.test(id) || builtInType.test(id)) return undefined;
  const isDotted = dotted.test(id);
  if (isDotted && role !== "span") return undefined;
  const isLikeCode = isDotted || /^(?:\d{1,4}|[a-z_]\w*)$/i.test(id);
  return { text: id, start, hasForm: false, isLikeCode, isShort: isVague };
}
