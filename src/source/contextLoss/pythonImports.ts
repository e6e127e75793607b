/** Imports that a change of a Python file needs. Pure; reads text. */

import type { Edit } from "./handOver.ts";

const kit = /^from traceside_otel import (?<names>[^\n(#]+)$/mu;

/** Whether the file uses the module that Traceside puts into projects. */
export function usesKit(text: string): boolean {
  return kit.test(text);
}

export function importName(text: string, name: string): readonly Edit[] {
  const line = kit.exec(text);
  if (line === null) return importLines(text, [`from traceside_otel import ${name}`]);
  const names = line.groups?.["names"] ?? "";
  if (names.split(",").some(each => each.trim() === name)) return [];
  const at = line.index + line[0].trimEnd().length;
  return [{ from: at, to: at, text: `, ${name}` }];
}

/** Adds the lines that are missing, above the first import that is no `__future__`; below what a file begins with. */
export function importLines(text: string, lines: readonly string[]): readonly Edit[] {
  const known = new Set(text.split(/\r?\n/u).map(line => line.replace(/\s*(?:#.*)?$/u, "")));
  const missing = lines.filter(line => !known.has(line));
  if (missing.length === 0) return [];
  const at = /^(?:import|from) (?!__future__)/mu.exec(text)?.index ?? 0;
  return [{ from: at, to: at, text: `${missing.join("\n")}\n` }];
}
