/** The webview's words in the display language. The bundle comes from the host with the first answer. */

let words: Readonly<Record<string, string>> = {};

export function setWords(bundle: Readonly<Record<string, string>>): void {
  words = bundle;
}

/** Translates; `{0}`, `{1}` … stand for the arguments. The text is the key, so it must be a literal. */
export function t(text: string, ...args: readonly (string | number)[]): string {
  const translated = Object.hasOwn(words, text) ? words[text] : undefined;
  return (translated ?? text).replaceAll(/\{(\d+)\}/g, (match, index) =>
    String(args[Number(index)] ?? match),
  );
}
