/** What axe finds on a page of the extension, those in shadow trees too: one line a kind of fault, with where it is. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Frame } from "playwright-core";

const source = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** VS Code's frame around the page is not the extension's: headings and landmarks are counted within the page alone. */
const notOurs = [
  ...["document-title", "landmark-one-main", "page-has-heading-one", "region", "bypass"],
  // A row or a node of columns is told as one sentence, which begins with its name: its cells are not its label.
  "label-content-name-mismatch",
];

export async function findViolations(
  frame: Frame,
  background: "--vscode-sideBar-background" | "--vscode-editor-background",
): Promise<readonly string[]> {
  // The page's policy forbids scripts from elsewhere; what is evaluated from outside is not its script.
  await frame.evaluate(await readFile(source, "utf8"));
  // The page itself is transparent, and axe would take what lies behind it for white.
  await frame.evaluate(name => {
    document.documentElement.style.background = `var(${name})`;
  }, background);
  const { violations } = await frame.evaluate(async disabled => {
    const { axe } = globalThis as unknown as {
      readonly axe: { run(root: Document, options: object): Promise<AxeResults> };
    };
    const rules = Object.fromEntries(disabled.map(id => [id, { enabled: false }]));
    return axe.run(document, { rules, resultTypes: ["violations"] });
  }, notOurs);
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 4).map(({ target, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join("; ");
      return `${target.flat().join(" ")} (${why})`;
    });
    return `${id}: ${help}: ${places.join(" | ")}`;
  });
}
