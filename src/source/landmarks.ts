/**
 * Names that a program gives to its spans, as literals. Pure.
 * Expressions over the text, not the tree: the same few calls look alike in every language.
 */

import type { Landmark } from "./fileFacts.ts";
import { getLiteral, readCall } from "./routes/callText.ts";

/**
 * A call whose name speaks of spans, or that starts something, with a literal near the front of its arguments:
 * start_as_current_span("x"), otel.Tracer("t").Start(ctx, "x"), info_span!("x"), @WithSpan("x"), StartActivity("x"),
 * with_span "x" do, startSpan({ name: "x" }), start_span(op="task", name="x"), nextSpan().name("x").
 */
const spanCall =
  /(?:\b(?:\w*[Ss]pan\w*|\w{0,30}[Aa]ctivity|[Tt]race(?:[dr]|Server|Client|Endpoint)?|[Ss]tart|\w*[Tt]ransaction\w*|(?:create)?[Oo]bserv\w*|createNotStarted|wrap|\w{0,20}[Ss]egment|[Cc]apture\w*|instrument|Timed|workflow|background_task|\w{0,10}FunctionTrace|timed|measure)(?:!|\?)?\s?(?:<[^<>\n]{0,60}>)?\(|\bnextSpan\(\)\s{0,60}\.name\(|\bwith_span )\s{0,60}(?:(?:(?:[^"'`()\n;{}]|\(\)){0,80}[,(]\s{0,60}){0,3}|\{?\s{0,60}(?:[\w$]{1,30}\s{0,4}[=:]\s{0,4}(?:["'][^"'\n]{0,60}["']|[\w.]{1,40})\s{0,4},\s{0,60}){0,3})(?:&|<<|b|f|\$|@|u8?|L)?(?:(?!op\s{0,4}[=:]\s{0,4}["'][^"'\n]{0,60}["']\s{0,4},\s{0,60}(?:name|description)\b)[\w$]{1,30}\s{0,4}[=:]\s{0,4}f?)?(["'`])([^"'`\n]{1,200})\1/g;
/** The call that starts a span under the name that a variable holds: StartActivity(activityName, ActivityKind.Client). */
const namedCall =
  /(?:\b(?:[Ss]tart_?(?:[Aa]s_?[Cc]urrent_?|[Aa]ctive_?)?[Ss]pan\w{0,20}|[Ss]panBuilder|StartActivity|[Bb]uildSpan)|\.[Ss]tart)\((?:\s{0,40}[\w.()]{0,60}(?:[Cc]tx\w{0,10}|Context\(\))\s{0,4},)?\s{0,40}([A-Za-z_$][\w$]{2,60})\s{0,10}[,)]/g;
const hint =
  /[Ss]pan|SPAN|[Tt]race|[Aa]ctivity|[Tt]ransaction|[Oo]bserv|[Ss]egment|\.[Ss]tart\(|[Cc]apture|instrument|logfire/;
const placeholder =
  /\$\{[^}]*\}|#\{[^}]*\}|\{[^}]*\}|\$[A-Za-z_]\w*|%[-+\d.]*[sdvqfi]|\\\([^)]*\)/g;
/** A file that starts more spans under names of variables makes them, and no one line is a span's. */
const MAX_NAMED = 50;
/** A function that gives a span the name that it is called with, as its argument `at`. */
interface Helper {
  readonly name: string;
  readonly at: number;
}

/** Names of what a span gets beside its name. */
const isContext = /ctx|context|span$|parent|tracer/i;
/** A program has one function for it, or two that call each other. */
const MAX_HELPERS = 6;
const MAX_CALLS = 200;
/** `T execute(SpanContext parent, String operation, Supplier<T> supplier) {`, `func traced(ctx context.Context, name string) error {`. */
const functionHead =
  /(?<![\w$.])(?!(?:if|for|while|switch|catch|return|new|with)\b)([A-Za-z_$][\w$]{1,60})\s{0,4}(?:<[^<>()\n]{0,60}>)?\(([^(){};"']{1,400})\)[^(){};"'\n]{0,120}(?:\{|=>|:\s*$|=\s*$)/gm;
/** A name is given shortly before the span that gets it. */
const NAMED_WITHIN = 3_000;
/** The text that is put behind the literal when the program runs: "publish " + slug, 'publish ' . $slug. */
const joined = /^[ \t]*(?:\+|\.(?!\w+\()|<>|\.\.)[ \t]*[$\w(]/;

export function readLandmarks(text: string): readonly Landmark[] {
  if (!hint.test(text)) return [];
  const marks = readLiterals(text);
  const known = new Set(marks.map(mark => `${mark.line0} ${mark.text}`));
  return [...marks, ...readNamed(text).filter(mark => !known.has(`${mark.line0} ${mark.text}`))];
}

/**
 * `const name = \`${topic} publish\`; tracer.startSpan(name)`: the text that the variable was given last. Where it is an
 * argument of the function around, the text that the function is called with: `traced(context, "pack box", …)`.
 */
function readNamed(text: string): readonly Landmark[] {
  const helpers: Helper[] = [];
  const marks = [...text.matchAll(namedCall)]
    .slice(0, MAX_NAMED)
    .flatMap(({ index, 1: variable = "" }) => readVariable(text, index, variable, helpers));
  return [...marks, ...readHelpers(text, helpers)];
}

/** The text that the variable was given last; where it is an argument, the function around is remembered. */
function readVariable(
  text: string,
  index: number,
  variable: string,
  helpers: Helper[],
): readonly Landmark[] {
  const before = text.slice(Math.max(0, index - NAMED_WITHIN), index);
  const given = new RegExp(
    `(?<![\\w$.])${variable.replaceAll("$", "\\$")}\\s{0,4}(?::\\s{0,4}\\w{1,30}\\s{0,4})?:?=\\s{0,4}[$@f]{0,2}(["'\`])([^"'\`\\n]{1,200})\\1`,
    "g",
  );
  const assigned = [...before.matchAll(given)].at(-1);
  const around = [...before.matchAll(functionHead)].at(-1);
  const { 1: name, 2: parameters = "" } = around ?? [];
  const at = parameters.split(",").findIndex(each => each.match(/[\w$]+/g)?.includes(variable));
  // An argument is not what another function above calls so.
  const isHidden = at >= 0 && (assigned?.index ?? 0) < (around?.index ?? 0);
  if (assigned?.[2] !== undefined && !isHidden) {
    return [toLandmark(assigned[2], countLines(text, index))];
  }
  if (isContext.test(variable) || helpers.length >= MAX_HELPERS) return [];
  const isKnown = helpers.some(helper => helper.name === name && helper.at === at);
  if (name !== undefined && at >= 0 && !isKnown) helpers.push({ name, at });
  return [];
}

function readHelpers(text: string, helpers: Helper[]): readonly Landmark[] {
  const marks: Landmark[] = [];
  // The list grows while it is walked: a helper may be called by another.
  for (const { name, at } of helpers) {
    const calls = new RegExp(
      `(?:(?<![\\w$.])|\\b(?:this|self|\\w{1,2})\\.)${name.replaceAll("$", "\\$")}(?:<[^<>()\\n]{0,60}>)?\\(`,
      "g",
    );
    for (const { index, 0: head } of [...text.matchAll(calls)].slice(0, MAX_CALLS)) {
      const argument = readCall(text, index + head.length - 1).arguments[at]?.text ?? "";
      const literal = getLiteral(argument);
      if (literal !== undefined && literal !== "") {
        marks.push(toLandmark(literal, countLines(text, index)));
      } else if (/^[A-Za-z_$][\w$]{2,60}$/.test(argument)) {
        marks.push(...readVariable(text, index, argument, helpers));
      }
    }
  }
  return marks;
}

function countLines(text: string, end: number): number {
  return text.slice(0, end).split("\n").length - 1;
}

function toLandmark(text: string, line0: number): Landmark {
  return { kind: "span", text, line0, ...(text.search(placeholder) >= 0 && { isPattern: true }) };
}

function readLiterals(text: string): readonly Landmark[] {
  const marks: Landmark[] = [];
  let line0 = 0;
  let position = 0;
  for (const match of text.matchAll(spanCall)) {
    const end = match.index + match[0].length;
    const literal = `${match[2] ?? ""}${joined.test(text.slice(end, end + 12)) ? "{}" : ""}`;
    for (; position < match.index; position += 1) if (text.charCodeAt(position) === 10) line0 += 1;
    marks.push(toLandmark(literal, line0));
  }
  return marks;
}

/** Returns the pattern for a name with parts that are filled in; `undefined` where hardly anything is known of it. */
export function toNamePattern(text: string): RegExp | undefined {
  const parts = text.split(placeholder);
  if (parts.join("").replace(/[^\p{L}\p{N}]/gu, "").length < 4) return undefined;
  const escaped = parts.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".+?")}$`, "su");
}
