/** Folders that compose files and dev containers mount, as path mappings. Reads as much of YAML and JSON as that takes. */

import { normalizePath, type PathMapping } from "./pathMapping.ts";

/** `- ./api:/app:ro`, `- ${PWD}/api:/app`, and the long form with `source:` and `target:`. */
export function readComposeMounts(text: string, folder: string): readonly PathMapping[] {
  const short = [
    ...text.matchAll(/^\s*-\s*["']?(\.{1,2}(?:\/[^\s:"']*)?|\$\{?PWD\}?[^\s:"']*):(\/[^\s:"']+)/gm),
  ];
  const long = [
    ...text.matchAll(
      /^\s*source:\s*["']?(\.{1,2}[^\s"']*)["']?\s*\n\s*target:\s*["']?(\/[^\s"']+)/gm,
    ),
  ];
  return [...short, ...long].map(([, source = "", remoteRoot = ""]) => ({
    localRoot: normalizePath(`${folder}/${source.replace(/^\$\{?PWD\}?/, ".")}`),
    remoteRoot,
  }));
}

/** `"workspaceFolder": "/workspaces/shop"` is where a dev container has the folder that holds `.devcontainer`. */
export function readDevContainer(text: string, folder: string): readonly PathMapping[] {
  const remoteRoot = /"workspaceFolder"\s*:\s*"(\/[^"\n$]+)"/.exec(text)?.[1];
  return remoteRoot === undefined
    ? []
    : [{ localRoot: folder.replace(/\/\.devcontainer(?:\/.*)?$/, ""), remoteRoot }];
}
