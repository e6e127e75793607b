/**
 * Definitions by the words that begin them, line by line: for languages that have no grammar here, and for files of
 * which nothing but names is asked, at a tenth of what a parser takes. What a definition contains is what is indented
 * deeper below it, up to a closing bracket.
 */

import type { SymbolFact } from "./fileFacts.ts";
import type { SourceLanguage } from "./languages.ts";

/** Groups: `indent`, `type` or `name`, `owner`, `scope` (stands around, defines nothing), `close`. */
type Outline = RegExp;

/** `): Promise<void> {` closes a list of parameters, and opens the body. */
const closing = String.raw`^(?<close>[ \t]*)[})\]](?![^\n]{0,200}[{(\[][ \t]*$)`;
const modifiers = String.raw`(?:(?:@[\w.]+(?:\([^()\n]{0,80}\))?|\[[^\]\n]{0,80}\]|public|private|protected|internal|open|override|suspend|inline|operator|final|abstract|sealed|data|static|async|implicit|lazy|case|tailrec|external|export|default|fileprivate|mutating|actual|expect|inner|companion|annotation|value|transparent|virtual|partial|readonly|synchronized|native|strictfp|unsafe|extern|new|declare|pub(?:\([^)\n]{0,40}\))?|const|non-sealed)[ \t]+){0,8}`;

/** Kotlin, Scala, Swift, Elixir, … */
const words: Outline = new RegExp(
  String.raw`^(?<indent>[ \t]*)${modifiers}(?:(?:class|object|interface|trait|struct|enum|record|defmodule|module|actor|extension|protocol|mixin|union)[ \t]+(?<type>[\p{L}_][\p{L}\p{N}_.:]*)|(?:fun|func|def|defp|defmacro|fn|function|sub|proc)[ \t]+(?:<[^<>\n]{0,80}>[ \t]*|\([^()\n]{1,80}\)[ \t]*)?(?:[\w<>?, ]{1,60}\.|self\.)?&?` +
    "`?" +
    String.raw`(?<name>[\p{L}_][\p{L}\p{N}_]*[?!=]?))|${closing}`,
  "gmu",
);
const python: Outline =
  /^(?<indent>[ \t]*)(?:class[ \t]+(?<type>[\p{L}_][\p{L}\p{N}_]*)|(?:async[ \t]+)?def[ \t]+(?<name>[\p{L}_][\p{L}\p{N}_]*))/gmu;
const go: Outline = new RegExp(
  String.raw`^(?<indent>)func[ \t]+(?:\((?:\w+[ \t]+)?\*?(?<owner>\w+)(?:\[[^\]\n]*\])?\)[ \t]*)?(?<name>\w+)[ \t]*[(\[]|^(?:type[ \t]+|\t)(?<type>\w+)(?:\[[^\]\n]{1,80}\])?[ \t]+(?:struct|interface)\b|^(?<close>)\}`,
  "gm",
);
const rust: Outline = new RegExp(
  String.raw`^(?<indent>[ \t]*)(?:pub(?:\([^)\n]{0,40}\))?[ \t]+)?(?:(?:default|const|async|unsafe|extern(?:[ \t]+"[^"\n]*")?)[ \t]+){0,4}(?:fn[ \t]+(?<name>\w+)|(?:struct|enum|trait|union)[ \t]+(?<type>\w+)|mod[ \t]+(?<module>\w+)[ \t]*\{|impl\b(?:<[^{\n]{0,120}?>)?[ \t]+(?:[^{\n]{0,160}[ \t]for[ \t]+)?&?(?:\w+::)*(?<scope>\w+))|${closing}`,
  "gm",
);
const ruby: Outline =
  /^(?<indent>[ \t]*)(?:(?:class|module)[ \t]+(?<type>[A-Z][\w:]*)|(?:(?:private|protected|public|memoize)[ \t]+)?def[ \t]+(?:self\.|[A-Z]\w*\.)?(?<name>[\p{L}_][\p{L}\p{N}_]*[?!=]?|[-+*/<>=![\]%&|^~]{1,3}))|^(?<close>[ \t]*)end\b/gmu;
/** Between a statement's call and a method's head stands a type, and behind it no semicolon but in interfaces. */
const typed: Outline = new RegExp(
  String.raw`^\uFEFF?(?<indent>[ \t]*)(?:${modifiers}(?:class|interface|@interface|enum|record(?:[ \t]+(?:class|struct))?|struct)[ \t]+(?<type>\w+)|${modifiers}(?:<[^()\n]{1,80}>[ \t]+)?(?!(?:return|new|throw|else|await|yield|case|goto|using|lock|package|import|namespace|assert|in|is|and|or|not|when|where|select|from|let|var|delegate|event)\b)(?:[\w.$]+(?:<[^()\n;={}]{0,120}>)?(?:\[[,\]]{0,4}\]?)*[?*&]?|\([\w <>,.?[\]]{3,120}\)\??|>+\??)[ \t]+(?:\w+(?:<[^<>()\n]{0,40}>)?\.)?(?<name>(?!(?:if|for|while|switch|catch|foreach|using|lock|synchronized|when|new|return|and|or|is|in|not|fixed)\b)\w+)[ \t]*(?:<[^<>()\n]{0,80}>)?[ \t]*\(|(?:(?:public|private|protected|internal|static)[ \t]+){1,3}(?<constructor>\w+)[ \t]*\(|(?<name2>[A-Z]\w*)\([^;=()\n]*\)[ \t]*\{[ \t]*\}?[ \t]*$)|${closing}`,
  "gm",
);
const script: Outline = new RegExp(
  [
    String.raw`^(?<indent>[ \t]*)(?:export[ \t]+)?(?:default[ \t]+)?(?:declare[ \t]+)?(?:abstract[ \t]+)?(?:(?:class|interface)[ \t]+(?<type>[\w$]+)|(?:async[ \t]+)?function[ \t]*\*?[ \t]*(?<name>[\w$]+))`,
    // A method: nothing before its name but modifiers, and a body or a list of parameters that goes on below.
    String.raw`^(?<indent2>[ \t]+)(?:(?:public|private|protected|static|override|async|readonly|abstract|get|set)[ \t]+){0,4}\*?(?<name2>(?!(?:if|for|while|switch|catch|function|return|with|await|new|super)\b)#?[\w$]+)(?:<[^()\n]{0,80}>)?\((?![^\n]*(?:=>[^\n)]*$|function\b))(?:[^\n;]*\)[ \t]*(?::[^\n=;]{1,160})?\{[ \t]*\}?[ \t]*$|(?<begun>)[^\n()"'` +
      "`" +
      String.raw`;]*$)`,
    String.raw`^(?<indent3>[ \t]*)(?:export[ \t]+)?(?:const|let|var)[ \t]+(?<name3>[\w$]+)[ \t]*(?::[^\n=]{1,160}(?:=>[^\n=]{1,80})?)?=[ \t]*(?:\n(?=[ \t]*(?:async[ \t]*)?(?:<[^\n]{1,80}>)?\([^\n]*(?:=>|\([ \t]*$|,[ \t]*$|:[ \t]*$))|async[ \t]*<[ \t]*$)?(?:async[ \t]*)?(?:function\b|(?:<[^\n]{0,120}>)?\((?:[^\n]*(?:=>|\{[ \t]*$|,[ \t]*$|[:<][ \t]*[\w]*<?[ \t]*$)|[ \t]*$)|[\w$]+[ \t]*=>|(?![\w$.]*\b(?:map|filter|find\w*|some|every|reduce\w*|sort|flatMap|forEach|then|catch|keys|entries|values|from)(?:<|\())[\w$.]{1,60}(?:<[^()\n]{0,80}>)?\([ \t]*(?:async[ \t]*)?(?:function\b|\([^()\n]*\)[ \t]*(?::[^\n=]{1,80})?=>|[\w$]+[ \t]*=>|\([ \t]*$|\(\{))`,
    String.raw`^(?<indent4>[ \t]*)(?:(?:public|private|protected|static|readonly)[ \t]+){0,3}(?:(?:[\w$]+\.){1,4})?(?<name4>[\w$]+)[ \t]*(?:=(?!=)|:)[ \t]*(?:async[ \t]*)?(?:function\b|\([^()\n]*\)[ \t]*(?::[^\n=]{1,80})?=>[ \t]*(?![^\n]*[,;][ \t]*$(?<!\}[^\n]*)(?<=:[^\n]*\)[ \t]*=>[ \t]*(?:void|string|number|boolean|Promise<[^\n]*>|[A-Z]\w*)[,;][ \t]*))|\(\{[^\n]*=>|[\w$]+[ \t]*=>)`,
    closing,
  ].join("|"),
  "gm",
);

const outlines: Partial<Record<SourceLanguage, Outline>> = {
  python,
  go,
  rust,
  ruby,
  java: typed,
  csharp: typed,
  dart: typed,
  typescript: script,
  tsx: script,
  javascript: script,
};

/** How far a tab indents; any number does, as long as files are indented alike within themselves. */
const TAB = "    ";

export function readOutline(language: SourceLanguage, text: string): readonly SymbolFact[] {
  const symbols: (Omit<SymbolFact, "endLine0"> & { endLine0: number })[] = [];
  /** The definitions around the present one, outermost first. */
  const around: { readonly name: string; readonly index: number; readonly indent: number }[] = [];
  let position = 0;
  let line0 = 0;
  /** `endLine0`: of those that are indented alike; what is indented deeper ended above. */
  const close = (indent: number, endLine0: number): void => {
    for (
      let last = around.at(-1);
      last !== undefined && last.indent >= indent;
      last = around.at(-1)
    ) {
      around.pop();
      const ended = symbols[last.index];
      if (ended !== undefined) ended.endLine0 = last.indent === indent ? endLine0 : line0 - 1;
    }
  };
  const countTo = (index: number): void => {
    for (let at = text.indexOf("\n", position); at >= 0 && at < index;) {
      line0 += 1;
      position = at + 1;
      at = text.indexOf("\n", position);
    }
  };
  for (const match of text.matchAll(outlines[language] ?? words)) {
    const groups = match.groups ?? {};
    countTo(match.index);
    const space = groups["close"] ?? groups["indent"] ?? groups["indent2"] ?? groups["indent3"];
    const indent = (space ?? groups["indent4"] ?? "").replaceAll("\t", TAB).length;
    close(indent, groups["close"] === undefined ? line0 - 1 : line0);
    if (groups["close"] !== undefined) continue;
    // A list of parameters that is not closed is a method's in a class, and a call's everywhere else.
    const outermost = symbols[around.at(-1)?.index ?? -1];
    if (groups["begun"] !== undefined && outermost?.kind !== "class") continue;
    const scope = groups["scope"] ?? groups["module"];
    const type = groups["type"];
    const written =
      type ??
      groups["name"] ??
      groups["name2"] ??
      groups["name3"] ??
      groups["name4"] ??
      groups["constructor"] ??
      scope ??
      "";
    const parts = written.split(/::|\./);
    const name = parts.at(-1) ?? "";
    const outer = [...around.map(each => each.name), ...parts.slice(0, -1)];
    if (scope === undefined) {
      const owner = groups["owner"] ?? outer.join(".");
      const kind = type === undefined ? "function" : "class";
      symbols.push({ name, owner, kind, line0, endLine0: line0 });
    }
    around.push({ name, index: scope === undefined ? symbols.length - 1 : -1, indent });
  }
  countTo(text.length);
  line0 += 1;
  close(-1, line0);
  return symbols;
}
