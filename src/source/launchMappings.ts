/**
 * The path mappings that a workspace already has for its debuggers: `.vscode/launch.json` → mappings. Pure.
 * Knows the shapes of debugpy (`pathMappings` list), Node and old debugpy (`localRoot`, `remoteRoot`), PHP
 * (`pathMappings` object, remote → local), Ruby (`localfsMap`, `remote:local,…`) and Delve (`substitutePath`).
 */

import type { PathMapping } from "./pathMapping.ts";

/** Bad JSON gives no mappings: the file is the user's own, and the debugger is the one to complain. */
export function readLaunchMappings(text: string): readonly PathMapping[] {
  const mappings: PathMapping[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
    } else if (isRecord(value)) {
      addMappings(value, mappings);
      Object.values(value).forEach(visit);
    }
  };
  visit(parseJsonc(text));
  return mappings.filter(
    (mapping, index) =>
      mappings.findIndex(
        other => other.localRoot === mapping.localRoot && other.remoteRoot === mapping.remoteRoot,
      ) === index,
  );
}

function addMappings(record: Readonly<Record<string, unknown>>, mappings: PathMapping[]): void {
  const add = (localRoot: unknown, remoteRoot: unknown): void => {
    if (typeof localRoot !== "string" || typeof remoteRoot !== "string") return;
    // Variables of the remote side are filled by the debugger alone.
    if (localRoot !== "" && remoteRoot !== "" && !remoteRoot.includes("${")) {
      mappings.push({ localRoot, remoteRoot });
    }
  };
  add(record["localRoot"], record["remoteRoot"]);
  const { pathMappings, localfsMap, substitutePath } = record;
  if (isRecord(pathMappings)) {
    for (const [remote, local] of Object.entries(pathMappings)) add(local, remote);
  }
  if (typeof localfsMap === "string") {
    for (const pair of localfsMap.split(",")) {
      const colon = pair.indexOf(":", 2);
      if (colon > 0) add(pair.slice(colon + 1), pair.slice(0, colon));
    }
  }
  if (Array.isArray(substitutePath)) {
    for (const pair of substitutePath) if (isRecord(pair)) add(pair["from"], pair["to"]);
  }
}

/** JSON with comments and trailing commas; `undefined` where it is none. */
function parseJsonc(text: string): unknown {
  // Strings are matched first, so that what looks like a comment inside one stays.
  const plain = text
    .replace(/^\uFEFF/, "")
    .replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, part =>
      part.startsWith('"') ? part : " ",
    )
    .replace(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[\]}])/g, part => (part === "," ? "" : part));
  try {
    return JSON.parse(plain) as unknown;
  } catch (error) {
    // Half-typed settings are an everyday state of this file.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
