import { Damage } from "./sqliteError.ts";

/** Reads a column that the schema says is a number; a file in which it is none is damaged. */
export function numberOf(
  row: Readonly<Record<string, unknown>> | undefined,
  column: string,
): number {
  const value = row?.[column];
  if (typeof value !== "number") throw new Damage(`${column} is no number`);
  return value;
}
