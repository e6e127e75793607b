/**
 * `<traceside-trace-list>`: the rows in sight of however many there are, under pointer and keyboard. What comes while
 * someone reads does not move what they read: it lies above, and a pill says how much. Asks nobody but the session.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { getHashSlot } from "../../src/analysis/groups.ts";
import type { TraceGrouping, TracesHostApi, TraceSort } from "../../src/protocol/tracesView.ts";
import { AgeTicks } from "../kit/ageTicks.ts";
import { elementStyle } from "../kit/elementStyle.ts";
import type { HostOf } from "../panel/host.ts";
import { toKeyPress } from "../kit/keyPress.ts";
import { findMenuItem, openMenuAt } from "../kit/menuContext.ts";
import { baseStyles, paletteStyles } from "../kit/styles.ts";
import { prefersStillness } from "../kit/theme.ts";
import { WatchCells } from "../kit/watchCells.ts";
import { watchSize } from "../kit/watchSize.ts";
import { t } from "../words/words.ts";
import { BuiltRows } from "./builtRows.ts";
import { renderListEnd, renderPill } from "./listEnd.ts";
import { readListKey } from "./listKeys.ts";
import { selectAll, selectOne, selectRange, toggleRow } from "./listSelection.ts";
import { RowActions } from "./rowActions.ts";
import { findKey, RowPress } from "./rowPress.ts";
import { countNew, listIndicesInSight, type ListRow, type TraceList } from "./traceList.ts";
import { PILL_PX, ROW_PX, traceListStyles } from "./traceListStyles.ts";
import { labelGroup, labelTrace, renderGroup, renderTrace, type RowContext } from "./traceRow.ts";
import type { TracesSession } from "./tracesSession.ts";
import type { TracesState } from "./tracesState.ts";
import { TypeAhead } from "./typeAhead.ts";

/** From here on a row is one line. */
const WIDE_PX = 640;
/** Groups are few, so the end of the list is always in sight: so much is read for them without being asked. */
const GROUPED_AT_FIRST = 500;
/** Longer than the pause between two repeats of a key that is held down, so that nothing is read on the way. */
const REST_MS = 200;
const SLIDE_MS = 180;
/** The column of services in a wide list has 220 px, and a letter some 7 of them. */
const SERVICE_LETTERS = 30;
/** Rows that slide at most; more would be a blur. */
const SLIDE_ROWS = 3;

export class TraceListElement extends LitElement {
  static override styles = [baseStyles, paletteStyles, traceListStyles];
  static override properties = {
    state: { attribute: false },
    host: { attribute: false },
    session: { attribute: false },
    wide: { type: Boolean, reflect: true },
    newCount: { state: true },
  };
  declare state: TracesState;
  declare host: HostOf<TracesHostApi, unknown>;
  declare session: TracesSession;
  declare wide: boolean;
  /** The number of traces that came since the user was last at the top. */
  declare newCount: number;

  readonly #built = new BuiltRows();
  #renderedList: TraceList | undefined;
  #renderedFilter: unknown;
  /** Where the list must scroll to after it is drawn, so that what is read stays where it is. */
  #scrollTo: number | undefined;
  /** The last place that was set here: the scroll event that follows is not the user's. */
  #expectedTop: number | undefined;
  /** The user was at the top, and goes back there when they have read. */
  #isHeld = false;
  #isPointerIn = false;
  #slideRows = 0;
  #arrived: ReadonlySet<string> = new Set();
  readonly #actions = new RowActions(this);
  readonly #typeAhead = new TypeAhead();
  /** By service, as the window has them. */
  readonly #slots = new Map<string, number>();
  readonly #press = new RowPress();
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.wide = false;
    this.newCount = 0;
    watchSize(this, () => {
      this.wide = this.clientWidth >= WIDE_PX;
      this.requestUpdate();
    });
    new WatchCells(this, () => {
      const { list, situation, selection, openGroups, phase } = this.state;
      return [list, situation, selection, openGroups, phase];
    });
    new AgeTicks(this, () => {
      const { traces } = this.state.list.value;
      return traces.reduce((latest, each) => Math.max(latest, each.startUnixMs), 0);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#resting);
  }

  override focus(): void {
    this.#scroll?.focus({ preventScroll: true });
  }

  get rows(): readonly ListRow[] {
    return this.#built.rows;
  }

  get #scroll(): HTMLElement | undefined {
    return this.renderRoot.querySelector<HTMLElement>(".scroll") ?? undefined;
  }

  get #rowPx(): number {
    return this.wide ? ROW_PX.oneLine : ROW_PX.twoLines;
  }

  get #order(): { readonly grouping: TraceGrouping; readonly sort: TraceSort } {
    return this.state.situation.value ?? { grouping: "none", sort: "time" };
  }

  get #isGrouped(): boolean {
    return this.#order.grouping !== "none";
  }

  /** Someone has a hand or the keyboard in the list: it must not move under them. */
  get #isReading(): boolean {
    return this.#isPointerIn || this.renderRoot.querySelector(".scroll:focus") !== null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const list = this.state.list.value;
    const before = this.rows;
    // What another filter finds is another list.
    const isOther = this.#renderedFilter !== this.state.shownFilter.value;
    const isReading = this.hasUpdated && !isOther && this.#isReading;
    for (const { services, slots } of list === this.#renderedList ? [] : list.traces) {
      slots?.forEach((slot, i) => this.#slots.set(services[i] ?? "", slot));
    }
    this.#built.update({ list, open: this.state.openGroups.value, ...this.#order }, isReading);
    if (!this.hasUpdated) {
      this.#renderedList = list;
      this.#renderedFilter = this.state.shownFilter.value;
      return;
    }
    // Other rows, or rows of another height.
    if (isOther || changed.has("wide")) {
      this.#renderedFilter = this.state.shownFilter.value;
      this.#renderedList = list;
      this.#scrollTo = 0;
      this.newCount = 0;
      return;
    }
    if (this.#renderedList !== list) this.#keepPlace(before, this.#renderedList, list, isReading);
    this.#renderedList = list;
  }

  #keepPlace(
    before: readonly ListRow[],
    seen: TraceList | undefined,
    list: TraceList,
    isReading: boolean,
  ): void {
    const top = this.#scroll?.scrollTop ?? 0;
    // What comes lies above only where the newest does.
    const came = seen === undefined || this.#order.sort !== "time" ? 0 : countNew(seen, list);
    const isAllInSight = this.rows.length * this.#rowPx <= (this.#scroll?.clientHeight ?? 0);
    if ((top < 1 && !isReading) || isAllInSight) {
      this.#slideRows = this.#isGrouped ? 0 : Math.min(came, SLIDE_ROWS);
      this.#arrived = new Set(list.traces.slice(0, came).map(trace => trace.traceId));
      return;
    }
    // The first row in sight that is still there, as the others are measured by it.
    const first = Math.floor(top / this.#rowPx);
    const places = new Map(this.rows.map((row, index) => [row.key, index]));
    for (let index = first; index < before.length; index += 1) {
      const place = places.get(before[index]?.key ?? "");
      if (place === undefined) continue;
      if (place !== index) this.#scrollTo = top + (place - index) * this.#rowPx;
      break;
    }
    if (top < 1 && came > 0) this.#isHeld = true;
    // The rows go on standing where they are on the screen when the pill takes its room above them.
    if (this.newCount === 0 && came > 0) this.#scrollTo = (this.#scrollTo ?? top) + PILL_PX;
    this.newCount += came;
  }

  protected override render(): TemplateResult {
    const rows = this.rows;
    const rowPx = this.#rowPx;
    const { selection } = this.state;
    const top = this.#scrollTo ?? this.#scroll?.scrollTop ?? 0;
    const heightPx = this.#scroll?.clientHeight ?? window.innerHeight;
    const active = rows.findIndex(row => row.key === selection.value.active);
    const indices = listIndicesInSight(rows.length, active, { top, heightPx, rowPx });
    const context = this.#createContext();
    const isGrouped = this.#isGrouped;
    return html`${renderPill(this.newCount, () => {
        this.#goTo(0);
        this.newCount = 0;
      })}
      <div
        class="scroll"
        role=${isGrouped ? "tree" : "listbox"}
        aria-multiselectable="true"
        tabindex="0"
        aria-label=${t("Traces")}
        aria-activedescendant=${active >= 0 ? rowId(active) : nothing}
        @scroll=${this.#onScroll}
        @keydown=${this.#onKey}
        @focus=${this.#onFocus}
        @focusout=${this.#release}
        @pointerenter=${() => {
          this.#isPointerIn = true;
        }}
        @pointerleave=${() => {
          this.#isPointerIn = false;
          this.#release();
        }}
        @contextmenu=${this.#onContextMenu}
        @pointerdown=${this.#press.begin}
        @click=${this.#onClick}
        @dblclick=${this.#onDoubleClick}
        @dragstart=${this.#onDragStart}
      >
        <div
          class="rows"
          role="presentation"
          ${elementStyle({ height: `${rows.length * rowPx}px` })}
        >
          ${repeat(
            indices,
            index => rows[index]?.key,
            index => this.#renderRow(index, context),
          )}
        </div>
        ${renderListEnd(this.state, this.session)}
      </div>`;
  }

  #renderRow(index: number, context: RowContext): TemplateResult | typeof nothing {
    const row = this.rows[index];
    if (row === undefined) return nothing;
    const isGrouped = this.#isGrouped;
    const isGroup = row.kind === "group";
    const { active, keys } = this.state.selection.value;
    const isSelected = keys.has(row.key);
    const classes = [
      "row",
      isGroup ? "group" : row.level === 2 ? "inner" : "",
      this.#arrived.has(row.key) ? "arrived" : "",
      active === row.key ? "active" : "",
    ];
    const isWhole = this.state.list.value.cursor === undefined;
    return html`<div
      class=${classes.join(" ")}
      id=${rowId(index)}
      role=${isGrouped ? "treeitem" : "option"}
      aria-selected=${isSelected ? "true" : "false"}
      aria-level=${isGrouped ? (isGroup ? 1 : row.level) : nothing}
      aria-expanded=${isGroup ? (row.isOpen ? "true" : "false") : nothing}
      aria-setsize=${isGrouped ? nothing : isWhole ? this.rows.length : -1}
      aria-posinset=${isGrouped ? nothing : index + 1}
      aria-label=${isGroup ? labelGroup(row.group) : labelTrace(row.trace, context.nowMs)}
      data-key=${row.key}
      ${elementStyle({ top: `${index * this.#rowPx}px` })}
      draggable=${isGroup ? nothing : "true"}
    >
      ${isGroup ? renderGroup(row.group, row.isOpen, context) : renderTrace(row.trace, context)}
    </div>`;
  }

  protected override updated(): void {
    const scroll = this.#scroll;
    if (scroll !== undefined && this.#scrollTo !== undefined) {
      this.#expectedTop = this.#scrollTo;
      scroll.scrollTop = this.#scrollTo;
      this.#scrollTo = undefined;
    }
    if (this.#slideRows > 0 && !prefersStillness()) {
      const from = `0 ${-this.#slideRows * this.#rowPx}px`;
      this.renderRoot
        .querySelector(".rows")
        ?.animate({ translate: [from, "0 0"] }, { duration: SLIDE_MS, easing: "ease-out" });
    }
    this.#slideRows = 0;
    this.#loadIfAtEnd();
  }

  #loadIfAtEnd(): void {
    const scroll = this.#scroll;
    if (scroll === undefined || scroll.clientHeight === 0) return;
    const restPx = this.rows.length * this.#rowPx - scroll.scrollTop - scroll.clientHeight;
    const isPartial = this.#isGrouped || this.#order.sort !== "time";
    const isEnough = isPartial && this.state.list.value.traces.length >= GROUPED_AT_FIRST;
    if (restPx < scroll.clientHeight && !isEnough) void this.session.loadMore();
  }

  #createContext(): RowContext {
    const situation = this.state.situation.value;
    return {
      nowMs: Date.now(),
      longestMs: this.#built.longestMs,
      canChange: situation?.isLocal === true,
      serviceLetters: this.wide ? SERVICE_LETTERS : 0,
      slotOf: service => this.#slots.get(service) ?? getHashSlot(service),
      setPinned: (trace, isPinned) => this.#actions.setPinned(trace, isPinned),
      remove: trace => this.#actions.remove(trace),
    };
  }

  readonly #onDoubleClick = (event: MouseEvent): void => {
    const row = this.#rowOf(this.#press.take(event));
    if (row !== undefined) this.#open(row, true);
  };

  readonly #onDragStart = (event: DragEvent): void => {
    this.#actions.drag(event, this.#rowOf(findKey(event)));
  };

  #rowOf(key: string | undefined): ListRow | undefined {
    return key === undefined ? undefined : this.rows.find(row => row.key === key);
  }

  readonly #onClick = (event: MouseEvent): void => {
    const row = this.#rowOf(this.#press.take(event));
    if (row === undefined) return;
    const { selection } = this.state;
    if (event.shiftKey) {
      selection.set(selectRange(selection.value, this.rows, row.key));
    } else if (event.ctrlKey || event.metaKey) {
      selection.set(toggleRow(selection.value, row.key));
    } else {
      selection.set(selectOne(row.key));
      // The second click of two is for the trace that is open by then.
      if (event.detail < 2 || row.kind === "group") this.#activate(row, false);
    }
  };

  #activate(row: ListRow, isKept: boolean): void {
    if (row.kind === "group") this.#toggle(row.key, !row.isOpen);
    else this.#open(row, isKept);
  }

  #open(row: ListRow, isKept: boolean): void {
    clearTimeout(this.#resting);
    this.#actions.open(row, isKept);
  }

  #toggle(key: string, isOpen: boolean): void {
    const open = new Set(this.state.openGroups.value);
    if (isOpen) open.add(key);
    else open.delete(key);
    this.state.openGroups.set(open);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const { selection } = this.state;
    const index = this.rows.findIndex(row => row.key === selection.value.active);
    const action = readListKey(toKeyPress(event), {
      rows: this.rows,
      index,
      pageRows: Math.floor((this.#scroll?.clientHeight ?? 0) / this.#rowPx),
      isTyping: this.#typeAhead.isTyping(event.timeStamp),
    });
    if (action === undefined) return;
    event.preventDefault();
    switch (action.kind) {
      case "select":
        this.#select(action.index, action.isRange);
        break;
      case "selectAll":
        selection.set(selectAll(selection.value, this.rows));
        break;
      case "selectActive":
        selection.set(selectOne(selection.value.active));
        break;
      case "type": {
        const found = this.#typeAhead.type(action.letter, this.rows, index, event.timeStamp);
        if (found !== undefined) this.#select(found);
        break;
      }
      case "fold":
      case "unfold":
        this.#toggle(action.key, action.kind === "unfold");
        break;
      case "activate":
        this.#activate(action.row, action.isKept);
        break;
      case "copy":
        this.#actions.copy(action.trace);
        break;
      case "pin":
        this.#actions.setPinned(action.trace, !action.trace.isPinned);
        break;
      case "remove":
        this.#actions.remove(action.trace);
        break;
      case "undo":
        this.#actions.undo();
        break;
      case "toFilter":
        this.dispatchEvent(new CustomEvent("to-filter", { bubbles: true, composed: true }));
        break;
    }
  };

  /** Selects and shows the row that the keyboard rests on, as the pointer's row is. */
  #select(index: number, isRange = false): void {
    const row = this.rows[index];
    const { selection } = this.state;
    const key = row?.key;
    selection.set(
      isRange && key !== undefined ? selectRange(selection.value, this.rows, key) : selectOne(key),
    );
    this.#bringIntoSight(index);
    clearTimeout(this.#resting);
    // Who selects many does not look at each.
    if (isRange) return;
    if (row?.kind === "trace") this.#resting = setTimeout(() => this.#open(row, false), REST_MS);
  }

  #bringIntoSight(index: number): void {
    const scroll = this.#scroll;
    if (scroll === undefined) return;
    const top = index * this.#rowPx;
    const least = top + this.#rowPx - scroll.clientHeight;
    if (scroll.scrollTop > top) this.#goTo(top);
    else if (scroll.scrollTop < least) this.#goTo(least);
  }

  #goTo(top: number): void {
    const scroll = this.#scroll;
    if (scroll !== undefined) scroll.scrollTop = top;
    this.#isHeld = false;
    this.requestUpdate();
  }

  readonly #onFocus = (): void => {
    const { selection } = this.state;
    const isThere = this.rows.some(row => row.key === selection.value.active);
    if (!isThere) selection.set(selectOne(this.rows[0]?.key));
  };

  readonly #onScroll = (): void => {
    const top = this.#scroll?.scrollTop ?? 0;
    if (this.#expectedTop === undefined || Math.abs(top - this.#expectedTop) >= 1) {
      this.#isHeld = false;
      if (top < 1) this.newCount = 0;
    }
    this.#expectedTop = undefined;
    this.requestUpdate();
  };

  /** Nobody reads any more: who was at the top is there again, at what is newest now. */
  readonly #release = (): void => {
    // The focus has moved only when its event is over.
    setTimeout(() => {
      if (!this.#isHeld || this.#isReading) return;
      this.newCount = 0;
      this.#goTo(0);
    });
  };

  readonly #onContextMenu = (event: MouseEvent): void => {
    const { selection } = this.state;
    const item = findMenuItem(event);
    const row = this.#rowOf(findKey(event)) ?? this.#rowOf(selection.value.active);
    if (row !== undefined && !selection.value.keys.has(row.key)) selection.set(selectOne(row.key));
    this.#actions.setMenu(row);
    if (item !== undefined) openMenuAt(item, event);
  };
}

/** By place: only those in sight have one, and keys may hold any letter. */
function rowId(index: number): string {
  return `row${index}`;
}

customElements.define("traceside-trace-list", TraceListElement);
