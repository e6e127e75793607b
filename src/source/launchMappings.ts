/**
 * The path mappings that a workspace already has for its debuggers: `.vscode/launch.json` → mappings. Pure.
 * Knows the shapes of debugpy (`pathMappings` list), Node and old debugpy (`localRoot`, `remoteRoot`), PHP
 * (`pathMappings` object, remote → local), Ruby (`localfsMap`, `remote:local,…`) and Delve (`substitutePath`).
 */

import { createScanner, parse } from "jsonc-parser";
import type { PathMapping } from "./pathMapping.ts";

/** A hundred times what people write. Also the bound for whoever reads the file. */
export const MAX_LAUNCH_LENGTH = 256 * 1024;
/** A compound configuration of a debugger nests five deep. */
const MAX_DEPTH = 100;
const MAX_MAPPINGS = 1_000;

/**
 * Reads what can be read of half-typed JSON; the debugger is the one to complain. A text that is longer or deeper than
 * anyone writes gives no mappings.
 */
export function readLaunchMappings(text: string): readonly PathMapping[] {
  if (!isReadable(text)) return [];
  const mappings: PathMapping[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
    } else if (isRecord(value)) {
      addMappings(value, mappings);
      Object.values(value).forEach(visit);
    }
  };
  visit(parse(text, [], { allowTrailingComma: true }));
  const distinct = new Map(mappings.map(each => [`${each.localRoot}\n${each.remoteRoot}`, each]));
  return [...distinct.values()].slice(0, MAX_MAPPINGS);
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

/** Whether the text is short and flat enough for a parser that calls itself for each level. */
function isReadable(text: string): boolean {
  if (text.length > MAX_LAUNCH_LENGTH) return false;
  const scanner = createScanner(text, true);
  let depth = 0;
  // A token is known by its first character: only punctuation begins with these.
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const first = text[scanner.getTokenOffset()] ?? "";
    if ("{[".includes(first)) depth += 1;
    else if ("}]".includes(first)) depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return false;
  }
  return true;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
