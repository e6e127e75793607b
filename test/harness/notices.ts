/** Writes THIRD_PARTY_NOTICES.md from what the bundles really hold. `--check` only compares. */

import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const target = join(root, "THIRD_PARTY_NOTICES.md");

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly repository?: string | { readonly url: string };
}

/** Grammars and their runtime are copied, not bundled, so no bundle names them. */
const COPIED = ["node_modules/@vscode/tree-sitter-wasm"];

function listShippedPackages(metafiles: readonly string[]): readonly string[] {
  const folders = new Set(COPIED);
  for (const file of metafiles) {
    const { inputs } = JSON.parse(readFileSync(file, "utf8")) as {
      inputs: Record<string, unknown>;
    };
    for (const input of Object.keys(inputs)) {
      const match = /^.*?((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(
        input.replace(/^text:/, ""),
      );
      if (match?.[1] !== undefined) folders.add(match[1]);
    }
  }
  return [...folders].sort();
}

function createNotices(folders: readonly string[]): string {
  const sections = folders.map(folder => {
    const at = folder.startsWith("/") ? folder : join(root, folder);
    const info = JSON.parse(readFileSync(join(at, "package.json"), "utf8")) as PackageJson;
    const [license] = globSync("{LICENSE,LICENCE,License,license}*", { cwd: at });
    const text = license === undefined ? "" : readFileSync(join(at, license), "utf8").trim();
    const repository = typeof info.repository === "string" ? info.repository : info.repository?.url;
    return [
      `## ${info.name} ${info.version}`,
      `Licence: ${info.license ?? "see below"}. Source: ${(repository ?? "").replace(/^git\+/, "")}`,
      info.name === "elkjs"
        ? "Shipped unmodified under the Eclipse Public License 2.0; its source is at the address above."
        : "",
      text === "" ? "" : ["```text", text, "```"].join("\n"),
    ]
      .filter(part => part !== "")
      .join("\n\n");
  });
  const intro = "# Third-party notices\n\nTraceside ships these packages, whole or in part.";
  return `${[intro, ...sections].join("\n\n")}\n`;
}

if (import.meta.main) {
  const metafiles = globSync("dist/meta/*.json", { cwd: root }).map(file => join(root, file));
  if (metafiles.length === 0) throw new Error("Build first: node esbuild.mjs --production");
  const notices = createNotices(listShippedPackages(metafiles));
  if (!process.argv.includes("--check")) writeFileSync(target, notices);
  else if (!existsSync(target) || readFileSync(target, "utf8") !== notices) {
    throw new Error("THIRD_PARTY_NOTICES.md is out of date: node test/harness/notices.ts");
  }
}
