/**
 * Names that a program gives to its spans, as literals. Pure.
 * Expressions over the text, not the tree: the same few calls look alike in every language.
 */

import type { Landmark } from "./fileFacts.ts";

/**
 * A call whose name speaks of spans, or that starts something, with a literal near the front of its arguments:
 * start_as_current_span("x"), otel.Tracer("t").Start(ctx, "x"), info_span!("x"), @WithSpan("x"), StartActivity("x"),
 * with_span "x" do, startSpan({ name: "x" }), start_span(op="task", name="x"), nextSpan().name("x").
 */
const spanCall =
  /(?:\b(?:\w*[Ss]pan\w*|\w{0,30}[Aa]ctivity|[Tt]race(?:[dr]|Server|Client|Endpoint)?|[Ss]tart|\w*[Tt]ransaction\w*|(?:create)?[Oo]bserv\w*|createNotStarted|wrap|\w{0,20}[Ss]egment|[Cc]apture\w*|instrument|Timed|workflow|background_task|\w{0,10}FunctionTrace|timed|measure)(?:!|\?)?\s?(?:<[^<>\n]{0,60}>)?\(|\bnextSpan\(\)\s{0,60}\.name\(|\bwith_span )\s{0,60}(?:(?:(?:[^"'`()\n;{}]|\(\)){0,80}[,(]\s{0,60}){0,3}|\{?\s{0,60}(?:[\w$]{1,30}\s{0,4}[=:]\s{0,4}(?:["'][^"'\n]{0,60}["']|[\w.]{1,40})\s{0,4},\s{0,60}){0,3})(?:&|<<|b|f|\$|@|u8?|L)?(?:(?!op\s{0,4}[=:]\s{0,4}["'][^"'\n]{0,60}["']\s{0,4},\s{0,60}(?:name|description)\b)[\w$]{1,30}\s{0,4}[=:]\s{0,4}f?)?(["'`])([^"'`\n]{1,200})\1/g;
/** The call that starts a span under the name that a variable holds: StartActivity(activityName, ActivityKind.Client). */
const namedCall =
  /\b(?:[Ss]tart_?(?:[Aa]s_?[Cc]urrent_?|[Aa]ctive_?)?[Ss]pan\w{0,20}|[Ss]panBuilder|StartActivity|[Bb]uildSpan|\.[Ss]tart)\((?:\s{0,40}\w{0,30}[Cc]tx\w{0,10}\s{0,4},)?\s{0,40}([A-Za-z_$][\w$]{2,60})\s{0,10}[,)]/g;
const hint =
  /[Ss]pan|SPAN|[Tt]race|[Aa]ctivity|[Tt]ransaction|[Oo]bserv|[Ss]egment|\.[Ss]tart\(|[Cc]apture|instrument|logfire/;
const placeholder =
  /\$\{[^}]*\}|#\{[^}]*\}|\{[^}]*\}|\$[A-Za-z_]\w*|%[-+\d.]*[sdvqfi]|\\\([^)]*\)/g;
/** A file that starts more spans under names of variables makes them, and no one line is a span's. */
const MAX_NAMED = 50;
/** A name is given shortly before the span that gets it. */
const NAMED_WITHIN = 3_000;
/** The text that is put behind the literal when the program runs: "publish " + slug, 'publish ' . $slug. */
const joined = /^[ \t]*(?:\+|\.(?!\w+\()|<>|\.\.)[ \t]*[$\w(]/;

export function readLandmarks(text: string): readonly Landmark[] {
  if (!hint.test(text)) return [];
  return [...readLiterals(text), ...readNamed(text)];
}

/** `const name = \`${topic} publish\`; tracer.startSpan(name)`: the text that the variable was given last. */
function readNamed(text: string): readonly Landmark[] {
  return [...text.matchAll(namedCall)].slice(0, MAX_NAMED).flatMap((match): Landmark[] => {
    const before = text.slice(Math.max(0, match.index - NAMED_WITHIN), match.index);
    const given = new RegExp(
      `(?<![\\w$.])${match[1]?.replaceAll("$", "\\$")}\\s{0,4}(?::\\s{0,4}\\w{1,30}\\s{0,4})?:?=\\s{0,4}[$@f]{0,2}(["'\`])([^"'\`\\n]{1,200})\\1`,
      "g",
    );
    const literal = [...before.matchAll(given)].at(-1)?.[2];
    if (literal === undefined) return [];
    const line0 = text.slice(0, match.index).split("\n").length - 1;
    const isPattern = literal.search(placeholder) >= 0;
    return [{ kind: "span", text: literal, line0, ...(isPattern && { isPattern }) }];
  });
}

function readLiterals(text: string): readonly Landmark[] {
  const marks: Landmark[] = [];
  let line0 = 0;
  let position = 0;
  for (const match of text.matchAll(spanCall)) {
    const end = match.index + match[0].length;
    const literal = `${match[2] ?? ""}${joined.test(text.slice(end, end + 12)) ? "{}" : ""}`;
    for (; position < match.index; position += 1) if (text.charCodeAt(position) === 10) line0 += 1;
    const isPattern = placeholder.test(literal);
    placeholder.lastIndex = 0;
    marks.push({ kind: "span", text: literal, line0, ...(isPattern && { isPattern }) });
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
