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
  let depth = 0;
  let isTooDeep = false;
  const newLine = (): string => `\n${INDENT.repeat(depth)}`;
  const indented = line.replace(TOKEN, (token, at: number) => {
    switch (token) {
      case "{":
      case "[": {
        depth += 1;
        isTooDeep ||= depth > MAX_DEPTH;
        const next = line[at + 1];
        return isTooDeep || next === "}" || next === "]" ? token : token + newLine();
      }
      case "}":
      case "]": {
        depth -= 1;
        const last = line[at - 1];
        return isTooDeep || last === "{" || last === "[" ? token : newLine() + token;
      }
      case ",":
        return isTooDeep ? token : token + newLine();
      case ":":
        return ": ";
      default:
        return token;
    }
  });
  return isTooDeep ? undefined : indented;
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
