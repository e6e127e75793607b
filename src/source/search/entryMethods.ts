/** The method by which frameworks run a class: a job, a consumer, a command. */

import type { Place, SymbolPlace } from "../location.ts";
import { lastOf } from "../routes/handlers.ts";
import type { SearchContext } from "./searchContext.ts";

const entries = [
  "perform",
  "process",
  "handle",
  "Handle",
  "Consume",
  "consume",
  "Execute",
  "execute",
  "run",
  "Run",
  "call",
  "__invoke",
  "ProcessTask",
  "Work",
];

/** The annotations of a method that runs under any name. */
const marks = /^\s*@(?:Process|workflow\.run|WorkflowMethod|RabbitHandler|KafkaHandler)\b/;

/** A class's entry method, where it has one; anything else stands for itself. */
export async function findEntry(
  context: SearchContext,
  symbol: Omit<SymbolPlace, "path"> & { readonly path: string },
): Promise<Place> {
  if (symbol.kind === "function") return symbol;
  const methods = (await context.workspace.readSymbols(symbol.path)).filter(
    other => other.kind === "function" && lastOf(other.owner) === symbol.name,
  );
  for (const name of entries) {
    const found = methods.find(method => method.name === name);
    if (found !== undefined) return found;
  }
  const lines = await context.workspace.readLines(symbol.path);
  const marked = lines.findIndex(
    (line, index) => index > symbol.line0 && index <= symbol.endLine0 && marks.test(line),
  );
  return methods.find(({ line0 }) => marked >= 0 && line0 > marked) ?? symbol;
}
