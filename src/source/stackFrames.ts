/**
 * Stack traces as text → frames, innermost first, in whatever language they were printed. Pure; knows no files.
 * The expressions are bounded, because a stack is text from outside and may be hostile.
 */

export interface StackFrame {
  /** As printed: a path of the machine that ran, or for Java one built from the package. */
  readonly file: string;
  readonly line1: number;
  /** The bare name of the function. */
  readonly function?: string;
  /** With its module, package or class, as printed. */
  readonly qualified?: string;
}

interface FrameGrammar {
  readonly pattern: RegExp;
  readonly read: (match: RegExpMatchArray) => StackFrame | undefined;
  /** Python prints the innermost frame last. */
  readonly isInnermostLast?: boolean;
}

const grammars: readonly FrameGrammar[] = [
  {
    // Python: File "/app/shop/orders.py", line 12, in place_order
    pattern: /^\s{0,40}File "([^"\n]{1,1000})", line (\d{1,7})(?:, in ([^\n]{1,300}))?/gm,
    read: ([, file, line, name]) => frame(file, line, name),
    isInnermostLast: true,
  },
  {
    // Java: at com.shop.Orders$Inner.place(Orders.java:12)
    pattern:
      /^\s{0,40}at (?:[\w.$@-]{1,120}\/{1,2}){0,3}([\w.$<>]{1,400})\(([\w$.-]{1,200}\.(?:java|kt|scala|groovy|clj)):(\d{1,7})\)/gm,
    read: ([, name, file, line]) => frame(getJavaFile(name ?? "", file ?? ""), line, name),
  },
  {
    // .NET: at Shop.Orders.Place(Int32 id) in /src/Orders.cs:line 12. The words are translated, the order is not.
    pattern:
      /^\s{0,40}\p{L}{1,8} ([^\n(]{1,500})\([^\n)]{0,500}\) \p{L}{1,8} ([^\n]{1,1000}\.\w{1,8}):\p{L}{1,12} (\d{1,7})/gmu,
    read: ([, name, file, line]) => frame(file, line, name),
  },
  {
    // Rust, before JavaScript, which its second lines look like: 4: shop::orders::place\n   at ./src/orders.rs:12:5
    pattern:
      /^\s{0,10}\d{1,5}: ([^\n]{1,500})\n\s{1,40}at ([^\n]{1,1000}?):(\d{1,7})(?::\d{1,6})?$/gm,
    read: ([, name, file, line]) =>
      frame(file, line, name?.replace(/^0x[0-9a-f]+ - /, "").replace(/::h[0-9a-f]{16}$/, "")),
  },
  {
    // JavaScript: at async place (/app/orders.js:12:5) | at /app/orders.js:12:5 | at Object.<anonymous> (…)
    pattern:
      /^\s{0,40}at (?:(?:async )?(?:new )?([^\s(][^\n(]{0,300}?)(?: \[as [^\]\n]{1,100}\])? \()?(?:async )?((?:file:\/\/\/?|node:|webpack(?:-internal)?:\/\/\/?|[A-Za-z]:[\\/]|\/|\.{0,2}\/)?[^\n():]{1,1000}):(\d{1,7}):\d{1,6}\)?$/gm,
    read: ([, name, file, line]) => frame(file, line, name),
  },
  {
    // Go: main.(*Orders).Place(0x1)\n\t/app/orders.go:12 +0x1d
    pattern:
      /^(?:created by )?([\w./\-*()[\]{}·%~@]{1,500}?)(?:\([^\n()]{0,500}\)| in goroutine \d{1,20})?\n\t([^\n]{1,1000}\.go):(\d{1,7})(?: \+0x[0-9a-f]{1,16})?/gm,
    read: ([, name, file, line]) => frame(file, line, name),
  },
  {
    // Ruby: /app/orders.rb:12:in 'Orders#place' (3.4) or :in `block in place' (before)
    pattern:
      /^\s{0,40}(?:from )?([^\n:]{1,1000}\.(?:rb|rake|ru|erb)):(\d{1,7})(?::in [`']([^'\n]{1,300})')?/gm,
    read: ([, file, line, name]) =>
      frame(
        file,
        line,
        name?.replace(/^(?:block (?:\(\d+ levels\) )?in |rescue in |ensure in )+/, ""),
      ),
  },
  {
    // PHP: the throwing line stands in the head, the callers below: #0 /app/index.php(12): Shop\Orders->place()
    pattern:
      /(?:^#\d{1,4} ([^\n(]{1,1000})\((\d{1,7})\): ([^\n(]{1,300})|^(?:[^\n]{0,1000} )?in ([^\n: ]{1,1000}\.(?:php|phtml|inc)):(\d{1,7})$)/gm,
    read: ([, file, line, , headFile, headLine]) =>
      frame(file ?? headFile, line ?? headLine, undefined),
  },
];

/** What has no file of a program: built in, evaluated, generated. */
const noFile = /^(?:<|node:|native$|internal\/|eval at )/;
/** A stack longer than this is cut: hundreds of frames of a runaway recursion say nothing new. */
const MAX_FRAMES = 200;
/** Twice as many frames of a hundred characters, from each end. */
const MAX_LENGTH = 40_000;
/** The expressions take time with a power of the length of a line: longer ones count, and only so much of them. */
const LONG_LINE = 300;
const MAX_IN_LONG_LINES = 2_000;

/** The frames of a stack trace, innermost first; empty where the text holds none. */
export function parseStack(text: string): readonly StackFrame[] {
  // The innermost frames stand at one of the two ends.
  const half = MAX_LENGTH / 2;
  const clipped = text.length > MAX_LENGTH ? `${text.slice(0, half)}\n${text.slice(-half)}` : text;
  // No frame is as long as the lines that are dropped whole.
  let left = MAX_IN_LONG_LINES;
  const stack = clipped
    .replace(/\r\n?/g, "\n")
    .replace(/[^\n]{1000,}/g, "")
    .split("\n")
    .filter(line => {
      if (line.length > LONG_LINE) left -= line.length;
      return line.trim() !== "" && (line.length <= LONG_LINE || left >= 0);
    })
    .join("\n");
  let best: StackFrame[] = [];
  for (const { pattern, read, isInnermostLast } of grammars) {
    const frames: StackFrame[] = [];
    for (const match of stack.matchAll(pattern)) {
      const found = read(match);
      if (found !== undefined) frames.push(found);
    }
    if (frames.length <= best.length) continue;
    if (isInnermostLast === true) frames.reverse();
    best = frames;
  }
  return best.slice(0, MAX_FRAMES);
}

/** The file and line that one line of text names, as a stack frame, a compiler or a log writes it. */
export function parseFrame(text: string): StackFrame | undefined {
  const [found] = parseStack(text);
  if (found !== undefined) return found;
  const plain = /((?:[A-Za-z]:[\\/])?[^\s"'():]{1,1000}\.\w{1,8})(?::|\()(\d{1,7})/.exec(text);
  return plain === null ? undefined : frame(plain[1], plain[2], undefined);
}

function frame(
  file: string | undefined,
  line: string | undefined,
  qualified: string | undefined,
): StackFrame | undefined {
  if (file === undefined || line === undefined || noFile.test(file)) return undefined;
  const line1 = Number(line);
  if (line1 < 1) return undefined;
  const name = qualified?.trim();
  if (name === undefined || name === "") return { file: file.trim(), line1 };
  return { file: file.trim(), line1, function: getBareName(name), qualified: name };
}

/** `com.shop.Orders$Inner.place` in `Orders.java` → `com/shop/Orders.java`. */
function getJavaFile(qualified: string, file: string): string {
  const folders = qualified.split(".").slice(0, -2);
  return [...folders, file].join("/");
}

/** The last name of a qualified one: `shop::orders::place` → `place`, `(*Orders).Place` → `Place`. */
export function getBareName(qualified: string): string {
  const withoutGenerics = qualified
    .replace(/<locals>\./g, "")
    .replace(/(?:::)?\{\{?closure\}?\}?(?:#\d+)?/g, "")
    .replace(/\.func\d+(?:\.\d+)*$/, "")
    .replace(/\[\.\.\.\]/g, "")
    .replace(/\(\)$/, "");
  const parts = withoutGenerics.split(/::|->|[.#/\\:]/).filter(part => part !== "");
  return parts.at(-1) ?? qualified;
}
