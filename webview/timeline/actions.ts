/** The requests of the user, by key, button or find box, become a change of the state or a call to the host. */

import { findError, findNext, listParents } from "../../src/analysis/treeSearch.ts";
import { Owner } from "../../src/base/disposables.ts";
import { newIndexArray } from "../../src/base/indexArray.ts";
import { FIRST_SPAN, NO_SPAN } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { Host } from "../panel/host.ts";
import { toSpanSet, type ViewState } from "../panel/state.ts";
import type { TimelineFind } from "./findBox.ts";
import { Finder } from "./finder.ts";
import type { TreeAction } from "./keyboard.ts";
import { panWindow, windowAround, zoomWindow } from "./timeScale.ts";
import type { ToolbarCommand } from "./toolbar.ts";
import type { Waterfall } from "./waterfall.ts";

export class TimelineActions extends Owner {
  readonly #state: ViewState;
  readonly #host: Host;
  readonly #waterfall: Waterfall;
  readonly #find: TimelineFind;
  readonly #focusRows: () => void;
  readonly #finder: Finder;

  constructor(
    state: ViewState,
    host: Host,
    waterfall: Waterfall,
    find: TimelineFind,
    focusRows: () => void,
  ) {
    super();
    this.#state = state;
    this.#host = host;
    this.#waterfall = waterfall;
    this.#find = find;
    this.#focusRows = focusRows;
    this.#finder = this.own(new Finder(state, (text, from) => host.remote.findSpans(text, from)));
  }

  run(action: TreeAction): void {
    const state = this.#state;
    const waterfall = this.#waterfall;
    const trace = state.trace.value;
    if (trace === undefined) return;
    const selected = state.selection.value?.span;
    switch (action.kind) {
      case "select":
        state.select(action.span, "timeline");
        return;
      case "fold":
      case "unfold":
        this.#fold([action.span], action.kind === "fold");
        return;
      case "foldBelow":
      case "unfoldBelow": {
        const end = trace.tree.subtreeEnd[action.span]!;
        const parents = listParents(trace.tree.childCount, action.span, end);
        this.#fold(parents, action.kind === "foldBelow");
        if (action.kind === "unfoldBelow") state.openGroupsBelow(action.span);
        return;
      }
      case "openGroup":
        state.openGroups.set(new Set([...state.openGroups.value, action.span]));
        return;
      case "closeGroup":
        this.#closeGroup(action.span);
        return;
      case "open":
        if (selected !== undefined) this.openSource(selected, action.toSide);
        return;
      case "find":
        this.#host.remote.prepareFind().catch(this.#host.report);
        this.#find.open(action.text);
        return;
      case "closeFind":
        this.#find.close();
        void this.seek("");
        this.#focusRows();
        return;
      case "nextMatch":
        this.#goTo(findNext(state.matches.value ?? [], selected ?? NO_SPAN, action.step));
        return;
      case "nextError":
        this.#goTo(findError(trace.columns, selected ?? NO_SPAN, action.step));
        return;
      case "zoom":
        waterfall.setWindow((window, full) =>
          zoomWindow(window, full, (window.startNs + window.endNs) / 2, action.factor),
        );
        return;
      case "zoomToSelection": {
        if (selected === undefined) return;
        const [fromNs, toNs] = waterfall.getExtent(selected);
        waterfall.setWindow((_, full) => windowAround(fromNs, toNs, full));
        return;
      }
      case "fit":
        waterfall.setWindow((_, full) => full);
        return;
      case "follow":
        // Of a trace that is whole there is nothing to follow.
        if (state.nowUnixMs.value !== undefined) state.follow(!state.isFollowing.value);
        return;
      case "pan":
        waterfall.setWindow((window, full) =>
          panWindow(window, full, action.share * (window.endNs - window.startNs)),
        );
        return;
    }
  }

  /** `isBackward` asks for the one before. */
  runCommand(command: ToolbarCommand, isBackward: boolean): void {
    const trace = this.#state.trace.value;
    if (trace === undefined) return;
    switch (command) {
      case "find":
        this.run({ kind: "find", text: "" });
        return;
      case "filter":
        this.#state.isFilterOpen.set(!this.#state.isFilterOpen.value);
        return;
      case "nextError":
        this.run({ kind: "nextError", step: isBackward ? -1 : 1 });
        return;
      case "groupAlike":
        this.#state.areAlikeGrouped.set(!this.#state.areAlikeGrouped.value);
        return;
      case "unfoldAll":
        this.#state.folded.set(toSpanSet());
        this.#state.openGroups.set(new Set(trace.groups.members.keys()));
        return;
      case "foldAll": {
        this.#state.openGroups.set(toSpanSet());
        const { childCount } = trace.tree;
        this.#state.folded.set(new Set(listParents(childCount, FIRST_SPAN, trace.columns.count)));
        return;
      }
      case "zoomToSelection":
      case "fit":
        this.run({ kind: command });
        return;
    }
  }

  openSource(span: SpanIndex, toSide: boolean): void {
    this.#host.remote.openSource(span, toSide).catch(this.#host.report);
  }

  /** Shows the first match at or after the selection at once; what the host adds later moves nothing. */
  async seek(text: string): Promise<void> {
    const matches = this.#state.matches;
    const from = this.#state.selection.value?.span ?? FIRST_SPAN;
    const goToFirst = (): boolean =>
      this.#goTo(findNext(matches.value ?? [], (from - 1) as SpanIndex, 1));
    const isDone = this.#finder.seek(text);
    const isFound = goToFirst();
    try {
      await isDone;
      if (!isFound) goToFirst();
    } catch (error) {
      // The host could not seek in attributes; what the names gave stays.
      this.#host.report(error);
    }
  }

  #goTo(span: SpanIndex | undefined): boolean {
    if (span === undefined) return false;
    // Before it is selected, so that it comes to the middle and not to the nearest edge.
    this.#waterfall.reveal(span);
    this.#state.select(span, "timeline");
    return true;
  }

  /** Its first keeps a row, and the selection. */
  #closeGroup(member: SpanIndex): void {
    const state = this.#state;
    const { leaderOf = newIndexArray<SpanIndex>(0) } = state.trace.value?.groups ?? {};
    const leader = leaderOf[member] ?? NO_SPAN;
    if (leader < 0) return;
    const open = [...state.openGroups.value].filter(each => leaderOf[each] !== leader);
    state.openGroups.set(new Set(open));
    state.select(leader, "timeline");
  }

  #fold(spans: readonly SpanIndex[], isFolded: boolean): void {
    const folded = new Set(this.#state.folded.value);
    for (const span of spans) {
      if (isFolded) folded.add(span);
      else folded.delete(span);
    }
    this.#state.folded.set(folded);
  }
}
