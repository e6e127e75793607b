/**
 * The actions of the user on rows of the list: open, copy, pin, delete. Knows the host, and nothing of how rows look.
 */

import type { ListedTrace, TracesHostApi } from "../../src/protocol/tracesView.ts";
import { putTraces } from "../kit/draggedTraces.ts";
import { setMenuContext } from "../kit/menuContext.ts";
import type { HostOf } from "../panel/host.ts";
import { listTargets, selectOne } from "./listSelection.ts";
import type { ListRow } from "./traceList.ts";
import type { TracesSession } from "./tracesSession.ts";
import type { TracesState } from "./tracesState.ts";

export interface RowActionsOwner {
  readonly state: TracesState;
  readonly host: HostOf<TracesHostApi, unknown>;
  readonly session: TracesSession;
  readonly rows: readonly ListRow[];
}

export class RowActions {
  readonly #owner: RowActionsOwner;

  constructor(owner: RowActionsOwner) {
    this.#owner = owner;
  }

  open(row: ListRow, isKept: boolean): void {
    if (row.kind === "group") return;
    const { traceId, name, startUnixMs } = row.trace;
    this.#run(this.#owner.host.remote.open({ traceId, name, startUnixMs }, isKept));
  }

  copy(trace: ListedTrace): void {
    const ids = this.#listIds(trace);
    this.#run(this.#owner.host.remote.copy(ids.join("\n")));
  }

  setPinned(trace: ListedTrace, isPinned: boolean): void {
    const { host, session } = this.#owner;
    this.#run(host.remote.setPinned(this.#listIds(trace), isPinned).then(() => session.refresh()));
  }

  /** With all selected ones where it is one of them. */
  drag({ dataTransfer }: DragEvent, row: ListRow | undefined): void {
    if (row?.kind !== "trace" || dataTransfer === null) return;
    const { state, rows } = this.#owner;
    putTraces(dataTransfer, listTargets(state.selection.value, rows, row));
  }

  /** The keyboard goes on to the row that takes the place of those that go. */
  remove(trace: ListedTrace): void {
    const { rows, state, host, session } = this.#owner;
    const ids = this.#listIds(trace);
    const going = new Set(ids);
    const index = rows.findIndex(row => row.key === trace.traceId);
    const stays = (row: ListRow): boolean => !going.has(row.key);
    const next = rows.slice(index + 1).find(stays) ?? rows.slice(0, index).findLast(stays);
    const isActive = going.has(state.selection.value.active ?? "");
    this.#run(
      host.remote.deleteTraces(ids).then(isGone => {
        if (!isGone) return;
        if (isActive) state.selection.set(selectOne(next?.key));
        session.remove(ids);
      }),
    );
  }

  /** The keyboard goes back to what comes back. */
  undo(): void {
    const { host, state } = this.#owner;
    this.#run(
      host.remote.undoDelete().then(([first]) => {
        if (first !== undefined) state.selection.set(selectOne(first));
      }),
    );
  }

  /** Sets the row that the editor's menu is for when it opens. */
  setMenu(row: ListRow | undefined): void {
    const situation = this.#owner.state.situation.value;
    const ids = row?.kind === "trace" ? this.#listIds(row.trace) : [];
    setMenuContext({
      preventDefaultContextMenuItems: true,
      ...(row?.kind === "trace" && {
        webviewSection: "trace",
        traceId: row.trace.traceId,
        traceIds: ids,
        isPair: ids.length === 2,
        isPinned: row.trace.isPinned,
        isLocal: situation?.isLocal === true,
      }),
    });
  }

  #listIds(trace: ListedTrace): readonly string[] {
    const { rows, state } = this.#owner;
    const row = rows.find(each => each.key === trace.traceId);
    if (row === undefined) return [trace.traceId];
    return listTargets(state.selection.value, rows, row).map(each => each.traceId);
  }

  #run(work: Promise<unknown>): void {
    work.catch(this.#owner.host.report);
  }
}
