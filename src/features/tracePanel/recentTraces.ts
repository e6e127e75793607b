/** The traces that were opened last in this workspace, newest first. Knows no store: one that is gone says so itself. */

import type { Memento } from "vscode";
import { isSameTraceId } from "../../model/ids.ts";

export interface RecentTrace {
  readonly traceId: string;
  /** As on its tab: the root, and when it began. */
  readonly title: string;
}

const KEY = "traceside.recentTraces";
/** A list that is read at a glance, without scrolling. */
const MOST = 12;

export class RecentTraces {
  readonly #memento: Memento;

  constructor(memento: Memento) {
    this.#memento = memento;
  }

  list(): readonly RecentTrace[] {
    return this.#memento.get<readonly RecentTrace[]>(KEY, []);
  }

  async add(trace: RecentTrace): Promise<void> {
    const before = this.list();
    const [newest] = before;
    if (newest?.traceId === trace.traceId && newest.title === trace.title) return;
    const others = before.filter(({ traceId }) => !isSameTraceId(traceId, trace.traceId));
    await this.#memento.update(KEY, [trace, ...others].slice(0, MOST));
  }
}
