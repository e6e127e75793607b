/** Stacks of V8, Firefox, Safari and Hermes, and the paths that bundlers and development servers put into them. Pure. */

import type { FrameGrammar } from "./stackFrame.ts";

/**
 * A bundler's name for a source file → its path.
 *
 *     webpack-internal:///(rsc)/./app/page.tsx?a1b2     turbopack:///[project]/app/page.tsx
 *     webpack://shop/./src/cart.ts                      http://localhost:5173/src/cart.ts?t=1767261600000
 *     rsc://React/Server/webpack-internal:///(rsc)/./app/page.tsx?3      about://React/Server/file:///app/page.js
 */
function readFile(file: string): string | undefined {
  let path = file.replace(/^(?:rsc|about):\/\/React\/\w{1,20}\//, "");
  // What was evaluated stands where it was evaluated from: eval at place (/app/orders.js:12:5)
  if (path.startsWith("eval at ")) return undefined;
  const isBundled = /^(?:webpack(?:-internal)?|turbopack|rspack|parcel|ng|app|metro):\/\//.test(
    path,
  );
  if (isBundled) {
    path = path
      .replace(/^[\w-]+:\/\/(?:\/|[^/]{0,200}\/)?/, "")
      .replace(/^\([\w -]{1,60}\)\//, "")
      .replace(/[?#][^/]*$/, "");
  }
  if (/^(?:https?|capacitor|ionic):\/\//.test(path)) {
    path = path
      .replace(/^[a-z]+:\/\/[^/]{0,300}/, "")
      .replace(/[?#].*$/, "")
      .replace(/^\/@fs\//, "/");
  }
  path = path
    .replace(/^\[project\]\//, "./")
    .replace(/ \[[\w -]{1,60}\](?: \([\w -]{1,60}\))?$/, "");
  return path.replace(/\?(?:t|v|import)=?[\w.]*(?:&[\w=.]*)*$/, "");
}

const isLibrary = (file: string, name = ""): boolean =>
  name.startsWith("__webpack_") ||
  /(?:^|\/)(?:zone\.js|core\.mjs|react-dom[\w.-]{0,40}\.js|webpack(?:\/bootstrap|[/-]runtime)|next\/dist|@vite\/|@react-refresh|\.vite\/deps|external )/.test(
    file,
  );
/** The error that caused this one, which Node prints behind it, indented. */
const causePattern = /^\s{0,40}(?:\[cause\]:|cause:|Caused by:) /gm;

const grammars: readonly FrameGrammar[] = [
  {
    // V8: at async place (/app/orders.js:12:5) | at Object.start [as run] (…) | at new Orders (…) | at file:///app/x.mjs:1:2
    // Properties of the error may follow, in braces, and in k6 an offset. Next.js has the source's line in the head:
    // ⨯ app/page.tsx (14:9) @ Page
    pattern:
      /^(?: ?⨯ (?<headFile>[^\s()]{1,500}) \((?<headLine>\d{1,7}):\d{1,7}\) @ |[\s│|]{0,40}at (?:(?:async )?(?:new )?(?<name>[^\s(][^\n]{0,200}?)(?: \[as [^\]\n]{1,100}\])? \((?:address at )?|(?:async )?(?=[^\n]{1,1000}:\d{1,7}:\d))(?:eval at [^\n(]{1,200} \()?(?<file>(?!index \d)[^\n]{1,1000}?):(?<line>\d{1,7}):\d{1,7}(?:\), <anonymous>:\d{1,7}:\d{1,7}|\(\d{1,7}\))?\)?(?: \{|,|  executor=[^\n]{1,300})?\s{0,20}$)/gm,
  },
  {
    // Firefox and Safari: place@http://localhost:3000/src/orders.js:12:5, async*place/<@…
    pattern:
      /^[\t ]{0,40}(?:async\*)?(?<name>[^\s@][^\n@]{0,300})?@(?<file>(?:[a-z-]{2,30}:\/\/|\/|\[project\])[^\n]{0,1000}?):(?<line>\d{1,7})(?::\d{1,7})?$/gm,
    readName: name => name.replace(/(?:\/<|\*|<\/?)+$/, ""),
  },
  {
    // React: in Orders (at App.tsx:12), and React Native: place (src/orders.ts:12:5)
    pattern:
      /^\s{1,20}(?:in )?(?<name>[^\s(]{1,200}) \((?:at )?(?<file>[^\s()]{1,500}\.[cm]?[jt]sx?):(?<line>\d{1,7})(?::\d{1,7})?\)$/gm,
  },
  {
    // Sentry: File "/app/orders.js", line 12, col 5, in place
    pattern:
      /^\s{0,20}File "(?<file>[^"\n]{1,1000}\.[cm]?[jt]sx?)", line (?<line>\d{1,7})(?:, col \d{1,7})?(?:, in (?<name>[^\n]{1,300}))?$/gm,
  },
  {
    // Vitest: ❯ place src/orders.ts:12:5; React Native has the place below the name: place\n    Cart.tsx:12:5
    pattern:
      /^(?:\s{0,10}❯ (?:(?<name>[^\s:]{1,200}) )?| {4}(?=[^\s:]{1,500}\.[jt]sx?:))(?<file>[^\s:]{1,500}):(?<line>\d{1,7}):\d{1,7}$/gm,
  },
];

export const javascriptStack = grammars.map(each => ({
  readFile,
  isLibrary,
  causePattern,
  ...each,
}));
