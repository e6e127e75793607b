/**
 * The line that asks, of an address that was put into a variable first.
 *
 *     url = base + "/stock/" + id
 *     answer = requests.get(url)          the call, which is the client's span
 *
 * A request that is built is followed to where it is sent. Pure.
 */

/** So far below the address a function still asks it. */
const MAX_LINES = 14;
const asks =
  /(?:^|[\s.>:(=!&*])(?:get|post|put|patch|delete|head|options|fetch|send|do|request|exchange|execute|enqueue|newCall|urlopen|open|perform|retrieve|getFor\w+|postFor\w+|axios|got|ky|curl_exec|\$http|(?:Get|Post|Put|Patch|Delete|Send|Do|Execute|Fetch|Perform)\w*|(?:get|post|put|send|fetch|request)(?:Async|JSON|Json|Request|_async|_json|_request))[?!]?(?:<[^()\n]{0,80}>)?\s*\(/;
const asksFirst = new RegExp(`${asks.source}\\s*[frbFRB$@]*$`);
/** Makes a request or an address, and sends nothing. */
const builds =
  /NewRequest|newBuilder|Request\.Builder|HttpRequestMessage|Request::new|URI\.create|[Uu]rl\.[Pp]arse|new (?:URL|Request)\(|UriComponents|Url::parse|Uri\.parse/;
const assigns =
  /^\s*(?:[\w<>[\].?]+\s+){0,4}?([$@]?[A-Za-z_]\w*)(?:\s*,\s*\w+)*(?:\s*:\s*[\w<>[\].&' ]+)?\s*(?::=|=)(?![=>~])/;

/** Whether something is asked in this line, or in one of the two above it, of which it may be an argument. */
export function isAsking(lines: readonly string[], line0: number): boolean {
  const text = lines.slice(Math.max(0, line0 - 2), line0 + 1).join("\n");
  return text.length < 2_000 && (asks.test(text) || builds.test(text));
}

/** Whether a text that follows is the first argument of what asks: then what the line sets is the answer, and no address. */
export function isAnswer(before: string): boolean {
  return before.length < 2_000 && asksFirst.test(before) && !builds.test(before);
}

/** The zero-based line of the request; the given one where it asks itself, or nobody below does with what it sets. */
export function findAskingLine(lines: readonly string[], line0: number): number {
  let start = line0;
  while (start > 0 && /^\s*(?:\.|->|\?\.)\w/.test(lines[start] ?? "")) start -= 1;
  const text = lines.slice(start, line0 + 1).join("\n");
  const name = text.length > 2_000 ? undefined : assigns.exec(text)?.[1];
  if (name === undefined || (asks.test(text) && !builds.test(text))) return line0;
  const names = new Set([name]);
  const indent = countIndent(lines[start] ?? "");
  for (let at = line0 + 1; at < Math.min(lines.length, line0 + MAX_LINES); at += 1) {
    const line = lines[at] ?? "";
    if (line.trim() === "" || line.length > 500) continue;
    if (countIndent(line) < indent) return line0;
    if (![...names].some(each => hasWord(line, each))) continue;
    if (asks.test(line) && !builds.test(line)) return at;
    const next = assigns.exec(line)?.[1];
    if (next !== undefined) names.add(next);
  }
  return line0;
}

function countIndent(line: string): number {
  return line.length - line.trimStart().length;
}

function hasWord(line: string, name: string): boolean {
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    if (!/[\w$]/.test(line[at - 1] ?? "") && !/\w/.test(line[at + name.length] ?? "")) return true;
  }
  return false;
}
