/**
 * Text → the trace, span and task ids in it. Pure; knows no editor and asks no store.
 *
 * A match is certain where its surroundings say that it is an id (a key, a log line's own column, a header's form).
 * A bare UUID or 32 hex digits may be anything: it is offered as uncertain, for a store to confirm.
 */

import { canonicalSpanId, canonicalTraceId, isNoId } from "../model/ids.ts";
import { FUNBOOST_LINE } from "./funboostLine.ts";
import { stripPrinted } from "../base/printedText.ts";

export interface IdMatch {
  /** As a store knows it: canonical, decimal Datadog ids as hex. */
  readonly id: string;
  /** Offsets of the id in the text, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly isCertain: boolean;
  /** What it is likely to name; `any` where only a store can tell. */
  readonly role: "trace" | "span" | "task" | "any";
}

interface Recogniser {
  readonly role: IdMatch["role"];
  readonly isCertain: boolean;
  /** With the `d` flag, and the id in a group named `id`; a second id in `id2` is a span. */
  readonly pattern: RegExp;
  readonly toId?: (text: string, match: RegExpExecArray) => string | undefined;
}

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const QUOTE = String.raw`\\{0,3}["']?`;
/** .NET and the Collector set their keys in columns; Ruby writes an arrow. */
const IS = String.raw`\s{0,24}(?:=>|[=:])\s{0,24}`;

/** `key=value`, `key: value`, `"key": "value"` and the same inside an escaped string; Python puts `0x` before ids. */
function keyed(keys: string, value: string): RegExp {
  return new RegExp(
    String.raw`(?<![\w.])${QUOTE}(?<key>${keys})${QUOTE}${IS}${QUOTE}(?:0x)?(?<id>${value})(?![\w\-])`,
    "dgi",
  );
}

/** In order of trust: an earlier recogniser keeps what a later one overlaps. */
const recognisers: readonly Recogniser[] = [
  // W3C traceparent; its third part is the span that sent it.
  {
    role: "trace",
    isCertain: true,
    pattern:
      /(?<![0-9a-f-])(?!ff)[0-9a-f]{2}-(?<id>(?!0{32})[0-9a-f]{32})-(?<id2>(?!0{16})[0-9a-f]{16})-[0-9a-f]{2}(?![0-9a-f])/dgi,
  },
  // Funboost before version 53: the queue is part of the id.
  {
    role: "task",
    isCertain: true,
    pattern: new RegExp(
      String.raw`(?<id>[^\s"'{}\[\],()=<>]{1,120}_result:${UUID})(?![\w-])`,
      "dgi",
    ),
  },
  // Celery: `Task shop.charge[id] succeeded …`, and the task formatter's `[shop.charge(id)]`.
  {
    role: "task",
    isCertain: true,
    pattern: new RegExp(String.raw`\bTask [\w.<>]{1,200}\[(?<id>[0-9a-f-]{8,64})\]`, "dgi"),
  },
  {
    role: "task",
    isCertain: true,
    pattern: new RegExp(String.raw`\[[\w.<>]{1,200}\((?<id>${UUID})\)\]`, "dgi"),
  },
  // AWS X-Ray, alone or in its header `Root=…;Parent=…`: OpenTelemetry's id is the same without the dashes.
  {
    role: "trace",
    isCertain: true,
    pattern: /(?<![\w-])(?<id>1-[0-9a-f]{8}-[0-9a-f]{24})(?![\w-])/dgi,
  },
  {
    role: "span",
    isCertain: true,
    pattern: /\bParent=(?<id>[0-9a-f]{16})(?![\w-])/dgi,
    toId: canonicalSpanId,
  },
  // In the addresses of tracing servers, and as Google's log has it: `projects/shop/traces/…`, `…/1;o=1`.
  {
    role: "trace",
    isCertain: true,
    pattern: /\/traces?\/(?<id>[0-9a-f]{32}|[0-9a-f]{16})(?![\w-])/dgi,
  },
  {
    role: "trace",
    isCertain: true,
    pattern: keyed("x-cloud-trace-context", String.raw`[0-9a-f]{32}(?=\/\d)`),
  },
  // SkyWalking's header has the trace's id in base64, its agents' context in the third place.
  {
    role: "trace",
    isCertain: true,
    pattern:
      /(?<!\w)sw8["']?\s{0,4}[=:]\s{0,4}["']?[01]-(?<id>[a-z0-9+/]{4,200}={0,2})-[a-z0-9+/]{4,200}={0,2}-\d{1,6}-/dgi,
    toId: text => Buffer.from(text, "base64").toString(),
  },
  {
    role: "trace",
    isCertain: true,
    pattern:
      /\bSW_CTX["']?\s{0,4}[=:]\s{0,4}["']?\[[^\s,\][]{0,200},[^\s,\][]{0,200},(?<id>[\w.-]{8,100}),[\w.-]{8,100},-?\d{1,6}\]/dg,
  },
  // RocketMQ's messages; what looks like a trace's id is none.
  {
    role: "task",
    isCertain: true,
    pattern: keyed(
      "msgId|offsetMsgId|UNIQ_KEY|messageId",
      "[0-9A-F]{32}|01[0-9A-F]{32}|[0-9A-F]{56}",
    ),
    toId: text => text,
  },
  // Jaeger's header may lack leading zeros; the key is what makes it certain, or the length where its clients log it.
  {
    role: "trace",
    isCertain: true,
    pattern:
      /\buber-trace-id["']?\s{0,4}[=:]\s{0,4}["']?(?<id>[0-9a-f]{1,32})(?::|%3A)(?<id2>[0-9a-f]{1,16})(?::|%3A)[0-9a-f]{1,16}(?::|%3A)[0-9a-f]{1,2}(?![\w:])/dgi,
    toId: text => text.toLowerCase().padStart(32, "0"),
  },
  {
    role: "trace",
    isCertain: true,
    pattern:
      /(?<![\w:])(?<id>[0-9a-f]{13,16}|[0-9a-f]{29,32}):(?<id2>[0-9a-f]{1,16}):[0-9a-f]{1,16}:[0-9a-f]{1,2}(?![\w:])/dgi,
    toId: text => text.toLowerCase().padStart(32, "0"),
  },
  // Datadog: `{"dd": {"trace_id": "decimal"}}`.
  {
    role: "trace",
    isCertain: true,
    pattern:
      /["']dd["']\s{0,4}:\s{0,4}\{[^{}]{0,200}["']trace_id["']\s{0,4}:\s{0,4}["']?(?<id>\d{1,20})(?!\w)/dgi,
    toId: text => canonicalTraceId(toHex16(text)),
  },
  {
    role: "trace",
    isCertain: true,
    pattern: keyed(
      String.raw`x-b3-traceid|(?:\w{1,20}[_.\-])?trace[_.\- ]?id|otelTraceID|transaction\.id`,
      String.raw`${UUID}|[0-9a-f]{32}|[0-9a-f]{16}|[\w][\w:.\-]{3,199}`,
    ),
    toId: toKeyedTraceId,
  },
  {
    role: "span",
    isCertain: true,
    pattern: keyed(
      String.raw`x-b3-spanid|(?:\w{1,20}[_.\-])?span[_.\-]?id|otelSpanID`,
      String.raw`[0-9a-f]{16}|[0-9]{1,20}|${UUID}`,
    ),
    toId: toKeyedSpanId,
  },
  // The Collector's debug exporter prints the ids of a span in columns, and those of its links behind arrows.
  {
    role: "span",
    isCertain: true,
    pattern: /^\s{0,8}(?:(?:Parent )?ID {4,16}|-> ID): (?<id>[0-9a-f]{16})$/dgm,
    toId: canonicalSpanId,
  },
  {
    role: "task",
    isCertain: true,
    pattern: keyed(
      String.raw`(?:\w{1,20}[_.\-])?task[_.\-]?id|workflow[_.\-]?id|messaging\.message[_.]id|correlation[_.\-]?id|job[_.\-]?id`,
      String.raw`[\w][\w:.\-]{0,199}`,
    ),
  },
  // ECS and Pino: { "trace": { "id": … } }.
  {
    role: "trace",
    isCertain: true,
    pattern:
      /["']trace["']\s{0,4}:\s{0,4}\{\s{0,4}["']id["']\s{0,4}:\s{0,4}["'](?<id>[0-9a-f]{32}|[0-9a-f]{16})["']/dgi,
  },
  {
    role: "trace",
    isCertain: true,
    pattern:
      /(?<![\w-])b3["']?\s{0,4}[=:]\s{0,4}["']?(?<id>[0-9a-f]{32}|[0-9a-f]{16})-(?<id2>[0-9a-f]{16})(?:-[01d])?(?:-[0-9a-f]{16})?(?![\w-])/dgi,
  },
  // Spring: [service,trace,span] and [trace-span].
  {
    role: "trace",
    isCertain: true,
    pattern:
      /\[[^\s,\][]{0,120},(?<id>[0-9a-f]{32}|[0-9a-f]{16}),(?<id2>[0-9a-f]{16})(?:,(?:true|false))?\]/dgi,
  },
  {
    role: "trace",
    isCertain: true,
    pattern: /\[(?<id>[0-9a-f]{32}|[0-9a-f]{16})-(?<id2>[0-9a-f]{16})\]/dgi,
  },
  // SkyWalking.
  {
    role: "trace",
    isCertain: true,
    pattern: /\bTID:\s?(?!N\/A)(?<id>[0-9a-zA-Z]{1,64}\.\d{1,10}\.\d{15,20}|[0-9a-zA-Z-]{8,64})/dg,
  },
  {
    role: "trace",
    isCertain: true,
    pattern: /(?<![\w.])(?<id>[0-9a-f]{32}\.\d{1,10}\.\d{15,20})(?![\w.])/dg,
  },
  {
    role: "any",
    isCertain: false,
    pattern: new RegExp(String.raw`(?<![\w-])(?<id>${UUID})(?![\w-])`, "dgi"),
  },
  { role: "any", isCertain: false, pattern: /(?<![\w-])(?<id>[0-9a-f]{32})(?![\w-])/dgi },
];

/** The ids of a piece of text, in order, without overlaps. Every pattern is bounded, so a hostile line is no trap. */
export function recogniseIds(text: string): readonly IdMatch[] {
  const { plain, toOriginal } = stripPrinted(text);
  const matches: IdMatch[] = [];
  const add = (
    id: string | undefined,
    start: number,
    end: number,
    rest: Pick<IdMatch, "role" | "isCertain">,
  ): void => {
    if (id === undefined || isNoId(id)) return;
    if (matches.some(each => start < each.end && each.start < end)) return;
    matches.push({ id, start, end, ...rest });
  };
  for (const line of listFunboostIds(plain)) {
    add(toTaskId(line.id), line.start, line.end, { role: "task", isCertain: true });
  }
  for (const { pattern, role, isCertain, toId = toTaskId } of recognisers) {
    // Patterns are shared, so each search has its own position.
    for (const match of plain.matchAll(pattern)) {
      const [start, end] = match.indices?.groups?.["id"] ?? [0, 0];
      const id = toId(plain.slice(start, end), match);
      add(id, start, end, { role, isCertain });
      const second = match.indices?.groups?.["id2"];
      if (second !== undefined) {
        const spanId = plain.slice(...second).padStart(16, "0");
        add(canonicalSpanId(spanId), ...second, { role: "span", isCertain });
      }
    }
  }
  return matches
    .map(match => ({
      ...match,
      start: toOriginal(match.start),
      end: toOriginal(match.end - 1) + 1,
    }))
    .sort((a, b) => a.start - b.start);
}

/** Ids to look for in a text that someone typed or pasted, likeliest first; free text without any is itself an id. */
export function listIds(text: string): readonly string[] {
  const trimmed = text.trim();
  const matches = recogniseIds(trimmed);
  const rank = (match: IdMatch): number =>
    (match.isCertain ? 0 : 10) + { task: 0, trace: 1, any: 2, span: 3 }[match.role];
  const ids = [...matches].sort((a, b) => rank(a) - rank(b)).map(match => match.id);
  // What fills the whole text is meant, whatever it looks like: users make ids of any form.
  const isOneWord =
    trimmed !== "" && !/\s/.test(trimmed) && trimmed.length <= 200 && !isNoId(trimmed);
  const isPart = matches.some(match => match.end - match.start < trimmed.length);
  if (isOneWord && !isPart) ids.push(canonicalTraceId(trimmed), canonicalSpanId(trimmed));
  return [...new Set(ids)];
}

function* listFunboostIds(text: string): Iterable<{ id: string; start: number; end: number }> {
  for (const match of text.matchAll(FUNBOOST_LINE)) {
    const [start, end] = match.indices?.groups?.["taskId"] ?? [0, 0];
    yield { id: text.slice(start, end), start, end };
  }
}

function toTaskId(text: string): string {
  return canonicalTraceId(text);
}

const DATADOG_KEY = /^d(?:d\.|atadog-)/i;

function toKeyedTraceId(text: string, match: RegExpExecArray): string | undefined {
  const isDatadog = DATADOG_KEY.test(match.groups?.["key"] ?? "");
  if (isDatadog && /^\d{1,20}$/.test(text)) return canonicalTraceId(toHex16(text));
  // A word after `trace_id:` is prose unless a digit is in it.
  return /\d|^[a-f]{32}$/i.test(text) ? canonicalTraceId(text) : undefined;
}

function toKeyedSpanId(text: string, match: RegExpExecArray): string {
  const isDatadog = DATADOG_KEY.test(match.groups?.["key"] ?? "");
  const isDecimal = /^\d{1,20}$/.test(text) && (isDatadog || text.length !== 16);
  return canonicalSpanId(isDecimal ? toHex16(text) : text);
}

function toHex16(decimal: string): string {
  return BigInt(decimal).toString(16).padStart(16, "0");
}
