/** Services, queues and the names that they have, for completion. Knows the tables, no threads. */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Strings } from "./strings.ts";
import type { Segment, TermIndex } from "./termIndex.ts";
import { hashText, operationTerm, TermKind, toTerm } from "./terms.ts";
import { numberOf } from "../file/numberOf.ts";

/** Where so many traces of a term have gone it is taken to be there: a list for completion need not be exact. */
const MAX_LOOKS = 1_000;

export class Operations {
  readonly #sql: DatabaseSync;
  readonly #strings: Strings;
  readonly #index: TermIndex;
  readonly #isThere: StatementSync;

  constructor(sql: DatabaseSync, strings: Strings, index: TermIndex) {
    this.#sql = sql;
    this.#strings = strings;
    this.#index = index;
    this.#isThere = sql.prepare("SELECT 1 FROM trace WHERE id = ? AND span_count > 0");
  }

  listServices(): string[] {
    const segments = this.#index.listSegments();
    const rows = this.#sql.prepare("SELECT DISTINCT label AS id FROM operation").all();
    return this.#toTexts(rows)
      .filter(text => this.#hasTrace(segments, toTerm(TermKind.label, hashText(text))))
      .sort();
  }

  listOperations(service: string): string[] {
    const label = this.#strings.find(service);
    if (label === undefined || label === 0) return [];
    const segments = this.#index.listSegments();
    const hash = hashText(service);
    const rows = this.#sql.prepare("SELECT name AS id FROM operation WHERE label = ?").all(label);
    return this.#toTexts(rows)
      .filter(name => this.#hasTrace(segments, operationTerm(hash, hashText(name))))
      .sort();
  }

  #toTexts(rows: readonly Record<string, unknown>[]): string[] {
    return rows.map(row => this.#strings.getText(numberOf(row, "id"))).filter(text => text !== "");
  }

  /** Whether a trace with the term is still there; the newest are asked first. */
  #hasTrace(segments: readonly Segment[], term: number): boolean {
    let looks = 0;
    for (const segment of segments.toReversed()) {
      const traces = this.#index.gather([segment], { from: term, to: term });
      for (const trace of traces.reverse()) {
        looks += 1;
        if (looks > MAX_LOOKS || this.#isThere.get(trace) !== undefined) return true;
      }
    }
    return false;
  }
}
