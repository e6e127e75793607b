/** One call of a tool, as its handler sees it. Types alone. */

import type { ToolContext } from "./toolContext.ts";
import type { ToolArguments } from "./toolInput.ts";
import type { TraceReader } from "./traceReader.ts";

export interface ToolCall {
  readonly context: ToolContext;
  readonly reader: TraceReader;
  /** After the tool's schema, with its defaults. */
  readonly values: ToolArguments;
  /** How long the answer may be. */
  readonly limit: number;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Answers with the whole text. */
export type ToolHandler = (call: ToolCall) => Promise<string>;

export function textValue(values: ToolArguments, key: string): string | undefined {
  const value = values[key];
  return typeof value === "string" ? value : undefined;
}

export function numberValue(values: ToolArguments, key: string): number | undefined {
  const value = values[key];
  return typeof value === "number" ? value : undefined;
}

/** The number of an argument that has a default, or is required. */
export function numberOf(values: ToolArguments, key: string): number {
  return numberValue(values, key) ?? 0;
}

export function listValue(values: ToolArguments, key: string): readonly unknown[] | undefined {
  const value = values[key];
  return Array.isArray(value) ? value : undefined;
}
