/**
 * JSON that stands on one line, for people to read: on many lines, as `JSON.stringify` indents it. Works on the text, so
 * that no number and no key changes. Pure.
 */

/** Deeper or longer documents stay as they are: indentation grows with the depth times the length. */
const MAX_DEPTH = 12;
const MAX_LENGTH = 65_536;

const INDENT = "  ";
/** Strings as a whole, and the signs that end a line or begin one. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Text that is no JSON on lines of its own stays as it is. */
export function indentJson(text: string): string {
  return text
    .split("\n")
    .map(line => (/^[{[].+[\]}]\s*$/.test(line) ? (indentLine(line.trim()) ?? line) : line))
    .join("\n");
}

function indentLine(line: string): string | undefined {
  if (line.length > MAX_LENGTH || !isJson(line)) return undefined;
  const nesting = { depth: 0, isTooDeep: false };
  const newLine = (): string => (nesting.isTooDeep ? "" : `\n${INDENT.repeat(nesting.depth)}`);
  const indented = line.replace(TOKEN, (token, at: number) => {
    switch (token) {
      case "{":
      case "[": {
        nesting.depth += 1;
        nesting.isTooDeep ||= nesting.depth > MAX_DEPTH;
        const next = line[at + 1];
        return next === "}" || next === "]" ? token : token + newLine();
      }
      case "}":
      case "]": {
        nesting.depth -= 1;
        const last = line[at - 1];
        return last === "{" || last === "[" ? token : newLine() + token;
      }
      case ",":
        return token + newLine();
      case ":":
        return ": ";
      default:
        return token;
    }
  });
  return nesting.isTooDeep ? undefined : indented;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch (error) {
    // A RangeError is nesting deeper than the call stack.
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return false;
  }
}
