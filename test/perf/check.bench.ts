/**
 * The figures of other benches against `budgets.json`. A budget is a ratio to another figure of the same run, so that it
 * holds on a slow machine and on a busy one; what is below it ends the run with an error.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { summarise, type Bench, type Figure } from "../harness/measure.ts";
import { bench as keep } from "./keep.bench.ts";

interface Budget {
  readonly figure: string;
  /** What it is divided by. */
  readonly per: string;
  readonly atLeast: number;
}

const benches: Readonly<Record<string, Bench>> = { keep };

export const bench: Bench = async report => {
  const text = await readFile(join(import.meta.dirname, "budgets.json"), "utf8");
  const below: string[] = [];
  for (const [name, budgets] of Object.entries(JSON.parse(text) as Record<string, Budget[]>)) {
    const figures = new Map<string, Figure>();
    await benches[name]?.(figure => {
      figures.set(figure.figure, figure);
      report(figure);
    });
    const find = (figure: string): number => figures.get(figure)?.median ?? Number.NaN;
    for (const { figure, per, atLeast } of budgets) {
      const ratio = find(figure) / find(per);
      report(summarise(`${figure} / ${per}`, `at least ${String(atLeast)}`, [ratio]));
      if (!(ratio >= atLeast)) below.push(figure);
    }
  }
  if (below.length > 0) throw new Error(`Below their budgets: ${below.join(", ")}`);
};
