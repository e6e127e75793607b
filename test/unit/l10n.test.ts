/** Every text that a user can see is translated, and the translations hold nothing else. Reads the source, runs none of it. */

import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const locale = "zh-cn";

/** A text in the source and where it stands. */
interface Place {
  readonly text: string;
  readonly at: string;
}

function parse(file: string, source: string): ts.SourceFile {
  return ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
}

function parseAll(patterns: readonly string[]): readonly ts.SourceFile[] {
  return patterns
    .flatMap(pattern => globSync(pattern, { cwd: root }))
    .map(file => parse(file, readFileSync(join(root, file), "utf8")));
}

function placeOf(node: ts.Node, text: string): Place {
  const file = node.getSourceFile();
  const line1 = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  return { text, at: `${file.fileName}:${line1}` };
}

/** `t(…)` and `vscode.l10n.t(…)`. */
function isTranslation(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node)) return false;
  const callee = node.expression;
  if (ts.isIdentifier(callee)) return callee.text === "t";
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === "t" &&
    /(?:^|\.)l10n$/.test(callee.expression.getText())
  );
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, child => walk(child, visit));
}

/** The keys of all translations, and the calls whose key is not a literal: nobody could translate those. */
function findKeys(file: ts.SourceFile): {
  readonly keys: readonly Place[];
  readonly odd: readonly Place[];
} {
  const keys: Place[] = [];
  const odd: Place[] = [];
  walk(file, node => {
    if (!isTranslation(node)) return;
    const [key] = node.arguments;
    if (key !== undefined && ts.isStringLiteralLike(key)) keys.push(placeOf(node, key.text));
    else odd.push(placeOf(node, node.getText()));
  });
  return { keys, odd };
}

/** Attributes whose value is read by people or read aloud to them. */
const visibleAttribute =
  /\s(?:aria-(?:label|description|valuetext|roledescription|placeholder)|title|placeholder|alt)=(?:"([^"]*)"|'([^']*)')/g;

/** Such an attribute whose value is put in. */
const openAttribute =
  /\s\.?(?:aria-(?:label|description|valuetext|roledescription|placeholder)|title|placeholder|alt|label)=(?:"[^"]*|'[^']*)?$/;

/** Properties whose value is read by people: of quick picks, input boxes, DOM elements and our own descriptions. */
const visibleProperty =
  /^(?:label|title|detail|description|placeHolder|placeholder|prompt|tooltip|text|textContent|innerText|ariaLabel|note|number|what|why|full|short)$/;

/** Functions whose arguments are read by people. */
const visibleCall =
  /^(?:show(?:Information|Warning|Error)Message|showReport|askModal|withProgress|setStatusBarMessage|appendText|fillText|setAttribute)$/;

/** Two words of which the first begins a sentence or a heading. */
const sentence = /^\s*[A-Z][a-z]*['’]?[a-z]* \S*[a-z]{2}/;
/** The beginning of a word; ids and icons have none. */
const word = /(?<![\w-])[A-Za-z][a-z]/;

/** Names, schemes of credentials and units that are the same in every language. */
const sameEverywhere = /^(?:Traceside|Claude Code|Basic|Bearer|kB|MB|[A-Z0-9]+)$/;

/** What no user reads: the log's context of an error, and the text of exceptions. */
function isUnseen(node: ts.Node): boolean {
  if (ts.isThrowStatement(node) || ts.isImportDeclaration(node) || ts.isTypeNode(node)) return true;
  if (ts.isNewExpression(node)) return /(?:Error|Exception)$/.test(node.expression.getText());
  return ts.isCallExpression(node) && /(?:^|[.#])log(?:ger)?\./.test(node.expression.getText());
}

/** A template's text, with a space where a value is put in. */
function textOf(node: ts.TemplateLiteral): string {
  return ts.isNoSubstitutionTemplateLiteral(node)
    ? node.text
    : [node.head.text, ...node.templateSpans.map(span => span.literal.text)].join("\0");
}

/** English that goes to people without a translation, as far as its place betrays it. */
function findUntranslated(file: ts.SourceFile): readonly Place[] {
  const found: Place[] = [];
  const look = (node: ts.Node, text: string): void => {
    const plain = text
      .replaceAll(/\$\([\w~-]+\)/g, "")
      .replaceAll("\0", " ")
      .trim();
    if (word.test(plain) && !sameEverywhere.test(plain)) found.push(placeOf(node, plain));
  };
  const lookAtMarkup = (node: ts.TaggedTemplateExpression): void => {
    const markup = textOf(node.template).replaceAll(/<!--[^]*?-->|<style[^]*?<\/style>/g, "");
    for (const [, text = ""] of markup.matchAll(/(?:^|>)([^<>]*)(?=<|$)/g)) {
      // The start and the end of a fragment may lie within a tag.
      if (!text.includes("=")) look(node, text);
    }
    for (const [, one, other] of markup.matchAll(visibleAttribute)) look(node, one ?? other ?? "");
    if (ts.isNoSubstitutionTemplateLiteral(node.template)) return;
    let before = node.template.head.text;
    for (const { expression, literal } of node.template.templateSpans) {
      const isText = before.lastIndexOf(">") >= before.lastIndexOf("<");
      if (isText || openAttribute.test(before)) lookAtValue(expression);
      before += `\0${literal.text}`;
    }
  };
  /** The literals that can be the value of an expression. */
  const lookAtValue = (value: ts.Expression | undefined): void => {
    if (value === undefined) return;
    if (ts.isStringLiteralLike(value)) look(value, value.text);
    else if (ts.isTemplateExpression(value)) look(value, textOf(value));
    else if (ts.isParenthesizedExpression(value)) lookAtValue(value.expression);
    else if (ts.isConditionalExpression(value)) {
      lookAtValue(value.whenTrue);
      lookAtValue(value.whenFalse);
    } else if (ts.isBinaryExpression(value)) {
      const isTest = /^[=!]==?$|^[<>]/.test(value.operatorToken.getText());
      if (!isTest) for (const side of [value.left, value.right]) lookAtValue(side);
    } else if (ts.isArrayLiteralExpression(value)) value.elements.forEach(lookAtValue);
  };
  const visit = (node: ts.Node): void => {
    if (isUnseen(node)) return;
    if (isTranslation(node)) {
      node.arguments.slice(1).forEach(visit);
      return;
    }
    if (ts.isTaggedTemplateExpression(node)) {
      const tag = node.tag.getText();
      if (tag === "css") return;
      if (tag === "html" || tag === "svg") lookAtMarkup(node);
    } else if (ts.isPropertyAssignment(node)) {
      if (visibleProperty.test(node.name.getText())) lookAtValue(node.initializer);
    } else if (ts.isBinaryExpression(node)) {
      const { left, operatorToken, right } = node;
      const isAssigned = operatorToken.kind === ts.SyntaxKind.EqualsToken;
      if (
        isAssigned &&
        ts.isPropertyAccessExpression(left) &&
        visibleProperty.test(left.name.text)
      ) {
        lookAtValue(right);
      }
    } else if (ts.isCallExpression(node)) {
      const callee = node.expression;
      const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
      const [first, second] = node.arguments;
      if (name === "setAttribute") {
        const attribute = first !== undefined && ts.isStringLiteralLike(first) ? first.text : "";
        if (/^(?:aria-(?:label|description)|title|placeholder)$/.test(attribute)) {
          lookAtValue(second);
        }
      } else if (visibleCall.test(name)) {
        lookAtValue(first);
      }
    } else if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const text = ts.isStringLiteralLike(node) ? node.text : textOf(node);
      if (sentence.test(text)) look(node, text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const seen = new Set<string>();
  return found.filter(({ text, at }) => !seen.has(`${at} ${text}`) && seen.add(`${at} ${text}`));
}

function say({ text, at }: Place): string {
  return `${at}  ${text}`;
}

function placeholdersOf(text: string): readonly string[] {
  return [...new Set(text.match(/\{\d+\}/g))].sort();
}

function readJson(file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, file), "utf8")) as Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { l10n: string };
const found = parseAll(["src/**/*.ts", "webview/**/*.ts"]).map(findKeys);
const keys = found.flatMap(each => each.keys);
const bundle = readJson(join(manifest.l10n, `bundle.l10n.${locale}.json`));

describe("translations", () => {
  test("every text to translate is a literal", () => {
    expect(keys.length).toBeGreaterThan(100);
    expect(found.flatMap(each => each.odd).map(say)).toEqual([]);
  });

  test("the bundle has every text", () => {
    expect(keys.filter(({ text }) => !(text in bundle)).map(say)).toEqual([]);
  });

  test("the bundle has no text that nothing uses", () => {
    const used = new Set(keys.map(({ text }) => text));
    expect(Object.keys(bundle).filter(key => !used.has(key))).toEqual([]);
  });

  test("no translation is empty or the English text", () => {
    const same = Object.entries(bundle).filter(
      // What is the same in both holds a name or a unit and nothing else.
      ([key, text]) => text.trim() === "" || (text === key && /[a-z]{2} ?[a-z]{3}/.test(key)),
    );
    expect(same.filter(([key]) => key.toLowerCase() !== "span")).toEqual([]);
  });

  test("translations have the placeholders of their texts", () => {
    const wrong = Object.entries(bundle).filter(
      ([key, text]) => placeholdersOf(key).join() !== placeholdersOf(text).join(),
    );
    expect(wrong).toEqual([]);
  });

  test("the folder's files are named as VS Code looks for them, one for each translated manifest", () => {
    const names = readdirSync(join(root, manifest.l10n)).sort();
    const locales = globSync("package.nls.*.json", { cwd: root }).map(name => name.split(".")[2]!);
    expect(names).toEqual(locales.map(each => `bundle.l10n.${each}.json`).sort());
    expect(existsSync(join(root, "package.nls.json"))).toBe(true);
  });

  test("the package ships them", () => {
    const allowed = readFileSync(join(root, ".vscodeignore"), "utf8").split("\n");
    expect(allowed).toContain(`!${manifest.l10n.replace(/^\.\//, "")}/*.json`);
    expect(allowed).toContain(`!package.nls.${locale}.json`);
  });
});

describe("texts that bypass the translations", () => {
  test("there are none", () => {
    const files = parseAll([
      "src/extension.ts",
      "src/features/**/*.ts",
      "src/platform/**/*.ts",
      "webview/**/*.ts",
    ]);
    expect(files.flatMap(findUntranslated).map(say)).toEqual([]);
  });

  test.each([
    ["text in markup", "html`<p>Nothing here ${x}</p>`"],
    ["a word after a value", "html`<b>${count} spans</b>`"],
    ["an attribute", 'html`<button title="Close"></button>`'],
    ["an attribute's value", 'html`<button title=${isOpen ? "Hide" : t("Show")}></button>`'],
    ["a value in markup", 'html`<p>${isEmpty ? "nothing" : text}</p>`'],
    ["a label", 'pick({ label: "Add" })'],
    ["one of two labels", 'pick({ label: isOpen ? "Hide" : t("Show") })'],
    ["an assigned text", "element.textContent = `${count} spans`"],
    ["an attribute that is set", 'element.setAttribute("aria-label", "Close")'],
    ["a message", 'vscode.window.showInformationMessage("Done")'],
    ["a sentence anywhere", 'const words = "Nothing was found";'],
  ])("%s is seen", (_, source) => {
    expect(findUntranslated(parse("sample.ts", source))).toHaveLength(1);
  });

  test.each([
    'html`<p class="wide note">${t("Nothing here")}</p>`',
    'html`<p class=${isOpen ? "open" : "closed"}>${isOpen ? "▾" : "▸"}</p>`',
    'this.#log.error(error, "Open trace")',
    'throw new Error("Never this one")',
    'pick({ label: t("Add"), kind: "text" })',
    'pick({ title: "Traceside", label: `$(symbol-function) ${name}`, text: "019b4ed4-1a6d" })',
    'element.setAttribute("class", "wide note")',
    "css`.wide { color: red; }`",
  ])("`%s` passes", source => {
    expect(findUntranslated(parse("sample.ts", source))).toEqual([]);
  });

  test("a key that is no literal is seen", () => {
    expect(findKeys(parse("sample.ts", "vscode.l10n.t(`${count} spans`)")).odd).toHaveLength(1);
    expect(findKeys(parse("sample.ts", "t(words)")).odd).toHaveLength(1);
    expect(findKeys(parse("sample.ts", "t(`spans`); vscode.l10n.t('tasks')")).keys).toHaveLength(2);
  });
});
