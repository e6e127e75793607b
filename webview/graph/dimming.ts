/** Which nodes of the call graph are dim while the trace is filtered. Pure; knows no DOM. */

import type { CallNode } from "../../src/analysis/callGraph.ts";
import type { CallPaths } from "../../src/analysis/callGraphPaths.ts";

/** A node that shows no span that passes is dim; one that is folded shows what is below it too. */
export function createDimming(
  { count, parent, pathOfSpan }: Pick<CallPaths, "count" | "parent" | "pathOfSpan">,
  passing: Uint8Array | undefined,
): (node: CallNode) => boolean {
  if (passing?.length !== pathOfSpan.length) return () => false;
  const passingPaths = new Uint8Array(count);
  pathOfSpan.forEach((path, span) => {
    if (passing[span] === 1) passingPaths[path] = 1;
  });
  const below = Uint8Array.from(passingPaths);
  // Parents stand before their children.
  for (let path = count - 1; path >= 0; path -= 1) {
    const above = parent[path]!;
    if (below[path] === 1 && above >= 0) below[above] = 1;
  }
  return node =>
    (node.kind === "more" || node.children.length === 0 ? below : passingPaths)[node.path] !== 1;
}
