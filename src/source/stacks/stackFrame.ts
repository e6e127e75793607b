/** One frame of a stack, and what a grammar of frames is. Pure; knows no files. */

export interface StackFrame {
  /** As printed: a path of the machine that ran, or for Java one built from the package. */
  readonly file: string;
  readonly line1: number;
  /** The bare name of the function. */
  readonly function?: string;
  /** With its module, package or class, as printed. */
  readonly qualified?: string;
  /** Installed, vendored or the language's own: never the program that its user wrote. */
  readonly isLibrary: boolean;
  /** Belongs to an error that caused the one which the stack is of. */
  readonly isCause?: boolean;
}

/** How one runtime, or one of its tools, prints the frames of a stack. */
export interface FrameGrammar {
  /**
   * With the flags `g` and `m`, and groups `file`, `line` and perhaps `name` and `module`; where the raising line has a
   * form of its own, with `headFile` and `headLine`. Every repetition is bounded, because a
   * stack is text from outside and may be hostile.
   */
  readonly pattern: RegExp;
  /** The path as one of a program's source files, `undefined` where the frame has none. */
  readonly readFile?: (file: string, name: string | undefined) => string | undefined;
  readonly readName?: (name: string) => string;
  /** Python prints the innermost frame last. */
  readonly isInnermostLast?: (stack: string) => boolean;
  /** Begins the stack of a cause, which is printed behind what it caused: the last one is the root. */
  readonly causePattern?: RegExp;
  /** The name in a frame is that of the function which was called there, so that it belongs to the frame before. */
  readonly namesCallee?: boolean;
  /** Knows a library where the path does not tell. */
  readonly isLibrary?: (
    file: string,
    name: string | undefined,
    module: string | undefined,
  ) => boolean;
}

/** Go's own packages, as a piece of a regular expression. */
export const GO_PACKAGES =
  "runtime|net|internal|sync|testing|reflect|context|database|encoding|io|os|fmt|log|sort|time|syscall|errors|strings|bytes|bufio|html|text|crypto";

const libraryPath = new RegExp(
  [
    // Packages of Python, JavaScript, Ruby, Go, Rust, PHP, Java, .NET, Elixir, Dart, Swift and C++.
    String.raw`(?:^|/)(?:site-packages|dist-packages|node_modules|bower_components|gems|vendor|third_party)/`,
    String.raw`/(?:pkg/mod|\.cargo/(?:registry|git)|\.m2|\.gradle|\.nuget|\.pub-cache|\.yarn|\.pnpm|Pods|\.build/checkouts|deps)/`,
    // The languages' own.
    String.raw`/rustc/[0-9a-f]+/|^library/(?:std|core|alloc)/|/rustlib/src/|/lib(?:64)?/(?:python|ruby)[\d.]*/|/(?:Python\.framework|Python[\d.-]*/Lib|\.pyenv|\.rbenv|\.rvm|\.asdf)/`,
    String.raw`(?:/[Gg]o(?:lang)?[\w.-]*/(?:libexec/)?|GOROOT/)src/(?:${GO_PACKAGES})/`,
    String.raw`@v\d+\.\d+\.\d+[^/]*/|^/nix/store/|^(?:/usr/include|/usr/lib|/usr/src|/usr/share|/build/)|/c\+\+/\d+[\d.]*/|/(?:sanitizer_common|libsanitizer|compiler-rt)/|/sysdeps/|/csu/`,
    String.raw`^(?:<|node:|dart:|deno:|ext:|internal/|native$|\[)|^https?://(?:deno\.land|esm\.sh|cdn\.|unpkg\.com)|chrome-extension:`,
  ].join("|"),
);

/** The names of what has no file of a program: built in, evaluated, generated. */
const noFile = /^(?:<|node:|native$|internal\/|dart:|ext:|\[native|\[internal|unknown$|\?\?$)/i;

/** `undefined` where a frame names no file. */
export function createFrame(
  file: string | undefined,
  line: string | undefined,
  written?: string,
  isOfLibrary = false,
): StackFrame | undefined {
  const path = file?.trim() ?? "";
  const line1 = Number(line);
  if (path === "" || noFile.test(path) || !(line1 >= 1)) return undefined;
  const name = written?.trim();
  const place = {
    file: path,
    line1,
    isLibrary: isOfLibrary || libraryPath.test(path.replaceAll("\\", "/")),
  };
  if (name === undefined || name === "") return place;
  return { ...place, function: getBareName(name), qualified: name };
}

/** The last name of a qualified one: `shop::orders::place` → `place`, `(*Orders).Place` → `Place`. */
export function getBareName(qualified: string): string {
  const withoutGenerics = qualified
    .replace(/<locals>\./g, "")
    .replace(/(?:::)?(?:\{\{?closure\}?\}?(?:#\d+)?|(?:async_\w+|closure(?:_env)?)\$\d+)/g, "")
    .replace(/\.func\d+(?:\.\d+)*$/, "")
    .replace(/\[\.\.\.\]/g, "")
    .replace(/\(\)$/, "");
  const parts = withoutGenerics.split(/::|->|[.#/\\:]/).filter(part => part !== "");
  return parts.at(-1) ?? qualified;
}
