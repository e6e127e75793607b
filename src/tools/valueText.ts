/** Attributes as lines: masked where they are named like secrets, cut in the middle, and never longer than a line. Pure. */

import type { Attribute, AttributeValue } from "../model/spanDetail.ts";
import { escapeText, MAX_LINE_CHARS, quote } from "./answerText.ts";
import { cutMiddle } from "./cutMiddle.ts";
import { isSecretKey, MASK, maskSecrets } from "./secretKeys.ts";

export interface ValueOptions {
  readonly valueChars: number;
  /** Absent: all but the messages of language models. */
  readonly keys?: readonly string[] | undefined;
}

/** More than a value that is cut can show; the expressions that look for secrets see no more of it. */
const LOOKED_AT = 100_000;
/** Two values of a line fit beside their key. */
const LINE_ROOM = MAX_LINE_CHARS - 60;

/** Whole conversations, which are read by key alone. */
const messageKey =
  /^(?:gen_ai\.(?:input\.messages|output\.messages|system_instructions|prompt|completion|tool\.definitions)|llm\.(?:input_messages|output_messages|prompts|tools)|(?:input|output)\.value|ai\.(?:prompt|response|toolCall)|langfuse\.(?:observation|trace)\.(?:input|output)|mlflow\.span(?:Inputs|Outputs)|traceloop\.entity\.(?:input|output)|gen_ai\.(?:prompt|completion)\.\d+|gcp\.vertex\.agent\.(?:llm_re|tool_(?:call_args|response)))/;

/** How many attributes the messages were, which are left out. */
export interface AttributeLines {
  readonly lines: readonly string[];
  readonly messages: number;
}

export function attributeLines(
  attributes: readonly Attribute[],
  options: ValueOptions,
): AttributeLines {
  const { keys } = options;
  const chosen = attributes.filter(({ key }) => keys === undefined || isNamed(key, keys));
  const shown = chosen.filter(({ key }) => keys !== undefined || !messageKey.test(key));
  return {
    lines: shown.flatMap(each => attributeText(each, options)),
    messages: chosen.length - shown.length,
  };
}

function isNamed(key: string, keys: readonly string[]): boolean {
  return keys.some(each => (each.endsWith("*") ? key.startsWith(each.slice(0, -1)) : key === each));
}

/** `http.route = "/orders/{id}"`; a long value goes on below, each line behind a bar. */
function attributeText(
  { key, value, store }: Attribute,
  { valueChars }: ValueOptions,
): readonly string[] {
  const name = /^[\w.\-/:@]{1,120}$/.test(key) ? key : quote(key, 120);
  const origin = store === undefined ? "" : ` (says ${store})`;
  if (isSecretKey(key)) return [`${name} = ${MASK}${origin}`];
  const text = toText(value);
  if (typeof value !== "string" && text.length <= LINE_ROOM) {
    return [`${name} = ${escapeAll(text)}${origin}`];
  }
  const clean = escapeText(cutMiddle(maskSecrets(lookAt(text)), valueChars));
  if (clean.length <= LINE_ROOM) return [`${name} = "${clean}"${origin}`];
  const pieces: string[] = [];
  for (let at = 0; at < clean.length; at += LINE_ROOM) pieces.push(clean.slice(at, at + LINE_ROOM));
  return [`${name} =${origin} (${text.length} letters)`, ...pieces.map(piece => `  | "${piece}"`)];
}

/** Secrets inside of a value that is an object are masked by their keys. */
function toText(value: AttributeValue): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value, (key, each: unknown) => (isSecretKey(key) ? MASK : each));
}

function escapeAll(text: string): string {
  return quote(maskSecrets(text), LINE_ROOM)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"');
}

function lookAt(text: string): string {
  return text.length <= LOOKED_AT ? text : cutMiddle(text, LOOKED_AT);
}
