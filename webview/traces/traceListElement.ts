/**
 * `<traceside-trace-list>`: the rows in sight of however many there are, under pointer and keyboard. What comes while
 * someone reads does not move what they read: it lies above, and a pill says how much. Asks nobody but the session.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { getOwnSlot } from "../../src/analysis/groups.ts";
import type { ListedTrace, TracesHostApi } from "../../src/protocol/tracesView.ts";
import { elementStyle } from "../kit/elementStyle.ts";
import type { HostOf } from "../panel/host.ts";
import { icons } from "../kit/icons.ts";
import { toKeyPress } from "../kit/keyPress.ts";
import { setMenuContext } from "../kit/menuContext.ts";
import { countOf, formatCount } from "../words/localText.ts";
import { baseStyles, paletteStyles } from "../kit/styles.ts";
import { prefersStillness } from "../kit/theme.ts";
import { WatchCells } from "../kit/watchCells.ts";
import { t } from "../words/words.ts";
import { readListKey } from "./listKeys.ts";
import { buildRows, countNew, findLongestMs, type ListRow, type TraceList } from "./traceList.ts";
import { ROW_PX, traceListStyles } from "./traceListStyles.ts";
import { labelGroup, labelTrace, renderGroup, renderTrace, type RowContext } from "./traceRow.ts";
import type { TracesSession } from "./tracesSession.ts";
import type { TracesState } from "./tracesState.ts";

/** From here on a row is one line. */
const WIDE_PX = 640;
/** Rows drawn beyond the edges. */
const OVERSCAN = 6;
/** Groups are few, so the end of the list is always in sight: so much is read for them without being asked. */
const GROUPED_AT_FIRST = 500;
const TICK_MS = 1_000;
/** Longer than the pause between two repeats of a key that is held down, so that nothing is read on the way. */
const REST_MS = 200;
/** Traces younger than this say their age in seconds. */
const SECONDS_MS = 60_000;
/** The ages of older ones are told anew once in so many ticks. */
const SLOW_TICKS = 30;
const SLIDE_MS = 180;
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
  /** What came since the user was last at the top. */
  declare newCount: number;

  #rows: readonly ListRow[] = [];
  #builtFrom:
    | { readonly list: TraceList; readonly open: ReadonlySet<string>; readonly isGrouped: boolean }
    | undefined;
  #longestMs = 0;
  #seen: TraceList | undefined;
  #seenFilter: unknown;
  /** Where the list must scroll to after it is drawn, so that what is read stays where it is. */
  #scrollTo: number | undefined;
  /** The last place that was set here: the scroll event that follows is not the user's. */
  #ownTop: number | undefined;
  /** The user was at the top, and goes back there when they have read. */
  #isHeld = false;
  #isPointerIn = false;
  #slideRows = 0;
  #arrived: ReadonlySet<string> = new Set();
  /** By service, as the window has them. */
  readonly #slots = new Map<string, number>();
  #ticks = 0;
  #clock: ReturnType<typeof setInterval> | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  readonly #resize = new ResizeObserver(() => {
    this.wide = this.clientWidth >= WIDE_PX;
    this.requestUpdate();
  });

  constructor() {
    super();
    this.wide = false;
    this.newCount = 0;
    new WatchCells(this, () => {
      const { list, situation, selected, openGroups, phase } = this.state;
      return [list, situation, selected, openGroups, phase];
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
    this.#clock = setInterval(() => this.#tick(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    clearInterval(this.#clock);
    clearTimeout(this.#resting);
  }

  override focus(): void {
    this.#scroll?.focus({ preventScroll: true });
  }

  get #scroll(): HTMLElement | undefined {
    return this.renderRoot.querySelector<HTMLElement>(".scroll") ?? undefined;
  }

  get #rowPx(): number {
    return this.wide ? ROW_PX.oneLine : ROW_PX.twoLines;
  }

  get #isGrouped(): boolean {
    return this.state.situation.value?.isGrouped === true;
  }

  /** Someone has a hand or the keyboard in the list: it must not move under them. */
  get #isReading(): boolean {
    return this.#isPointerIn || this.renderRoot.querySelector(".scroll:focus") !== null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const list = this.state.list.value;
    const before = this.#rows;
    const isReading = this.hasUpdated && this.#isReading;
    this.#buildRows(list, isReading);
    if (!this.hasUpdated) {
      this.#seen = list;
      this.#seenFilter = this.state.shownFilter.value;
      return;
    }
    // Other rows, or rows of another height.
    if (this.#seenFilter !== this.state.shownFilter.value || changed.has("wide")) {
      this.#seenFilter = this.state.shownFilter.value;
      this.#seen = list;
      this.#scrollTo = 0;
      this.newCount = 0;
      return;
    }
    if (this.#seen !== list) this.#keepPlace(before, this.#seen, list, isReading);
    this.#seen = list;
  }

  /** Not at each frame of a scroll: only where what they are made of has changed. */
  #buildRows(list: TraceList, isReading: boolean): void {
    const open = this.state.openGroups.value;
    const isGrouped = this.#isGrouped;
    const built = this.#builtFrom;
    const isSame = built?.list === list && built.open === open && built.isGrouped === isGrouped;
    if (isSame) return;
    this.#builtFrom = { list, open, isGrouped };
    for (const { services, slots } of list.traces) {
      slots?.forEach((slot, i) => this.#slots.set(services[i] ?? "", slot));
    }
    const order = isReading ? this.#rows.flatMap(row => (row.kind === "group" ? row.key : [])) : [];
    this.#rows = buildRows(list.traces, isGrouped, open, order);
    this.#longestMs = findLongestMs(list.traces);
  }

  #keepPlace(
    before: readonly ListRow[],
    seen: TraceList | undefined,
    list: TraceList,
    isReading: boolean,
  ): void {
    const top = this.#scroll?.scrollTop ?? 0;
    const came = seen === undefined ? 0 : countNew(seen, list);
    const isAllInSight = this.#rows.length * this.#rowPx <= (this.#scroll?.clientHeight ?? 0);
    if ((top < 1 && !isReading) || isAllInSight) {
      this.#slideRows = this.#isGrouped ? 0 : Math.min(came, SLIDE_ROWS);
      this.#arrived = new Set(list.traces.slice(0, came).map(trace => trace.traceId));
      return;
    }
    // The first row in sight that is still there, as the others are measured by it.
    const first = Math.floor(top / this.#rowPx);
    const places = new Map(this.#rows.map((row, index) => [row.key, index]));
    for (let index = first; index < before.length; index += 1) {
      const place = places.get(before[index]?.key ?? "");
      if (place === undefined) continue;
      if (place !== index) this.#scrollTo = top + (place - index) * this.#rowPx;
      break;
    }
    if (top < 1 && came > 0) this.#isHeld = true;
    this.newCount += came;
  }

  protected override render(): TemplateResult {
    const rows = this.#rows;
    const rowPx = this.#rowPx;
    const { selected } = this.state;
    const top = this.#scrollTo ?? this.#scroll?.scrollTop ?? 0;
    const heightPx = this.#scroll?.clientHeight ?? window.innerHeight;
    const from = Math.max(0, Math.floor(top / rowPx) - OVERSCAN);
    const to = Math.min(rows.length, Math.ceil((top + heightPx) / rowPx) + OVERSCAN);
    const indices = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
    const active = rows.findIndex(row => row.key === selected.value);
    // A screen reader follows the active row wherever it is.
    if (active >= 0 && (active < from || active >= to)) indices.push(active);
    const context = this.#createContext();
    const isGrouped = this.#isGrouped;
    return html`<div
        class="scroll"
        role=${isGrouped ? "tree" : "listbox"}
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
        ${this.#renderEnd()}
      </div>
      <button
        class="pill"
        ?hidden=${this.newCount === 0}
        @click=${() => {
          this.#goTo(0);
          this.newCount = 0;
        }}
      >
        ${icons.up}${countOf(this.newCount, t("1 new"), t("{0} new"))}
      </button>`;
  }

  #renderRow(index: number, context: RowContext): TemplateResult | typeof nothing {
    const row = this.#rows[index];
    if (row === undefined) return nothing;
    const isGrouped = this.#isGrouped;
    const isGroup = row.kind === "group";
    const isSelected = this.state.selected.value === row.key;
    const classes = [
      "row",
      isGroup ? "group" : row.level === 2 ? "inner" : "",
      this.#arrived.has(row.key) ? "arrived" : "",
    ];
    const isWhole = this.state.list.value.cursor === undefined;
    return html`<div
      class=${classes.join(" ")}
      id=${rowId(index)}
      role=${isGrouped ? "treeitem" : "option"}
      aria-selected=${isSelected ? "true" : "false"}
      aria-level=${isGrouped ? (isGroup ? 1 : 2) : nothing}
      aria-expanded=${isGroup ? (row.isOpen ? "true" : "false") : nothing}
      aria-setsize=${isGrouped ? nothing : isWhole ? this.#rows.length : -1}
      aria-posinset=${isGrouped ? nothing : index + 1}
      aria-label=${isGroup ? labelGroup(row.group) : labelTrace(row.trace, context.nowMs)}
      data-key=${row.key}
      ${elementStyle({ top: `${index * this.#rowPx}px` })}
      @click=${() => this.#click(row)}
      @dblclick=${() => this.#open(row, true)}
    >
      ${isGroup ? renderGroup(row.group, row.isOpen, context) : renderTrace(row.trace, context)}
    </div>`;
  }

  /** What lies further back: nothing, a wait, or an offer to look there. */
  #renderEnd(): TemplateResult | typeof nothing {
    const { list, phase } = this.state;
    if (list.value.cursor === undefined) return nothing;
    const isAsking = phase.value.kind === "asking" && phase.value.extent === "more";
    const read = formatCount(list.value.traces.length);
    return html`<div class="end muted">
      ${
        isAsking
          ? html`<span role="status">${t("Looking further back…")}</span
              ><button class="link" @click=${() => void this.session.cancel()}>
                ${t("Stop")}
              </button>`
          : html`${
                this.#isGrouped
                  ? html`<span>${t("Of the newest {0} traces.", read)}</span>`
                  : nothing
              }<button class="link" @click=${() => void this.session.loadMore(true)}>
                ${t("Look further back")}
              </button>`
      }
    </div>`;
  }

  protected override updated(): void {
    const scroll = this.#scroll;
    if (scroll !== undefined && this.#scrollTo !== undefined) {
      this.#ownTop = this.#scrollTo;
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
    const restPx = this.#rows.length * this.#rowPx - scroll.scrollTop - scroll.clientHeight;
    const isEnough = this.#isGrouped && this.state.list.value.traces.length >= GROUPED_AT_FIRST;
    if (restPx < scroll.clientHeight && !isEnough) void this.session.loadMore();
  }

  #createContext(): RowContext {
    const situation = this.state.situation.value;
    return {
      nowMs: Date.now(),
      longestMs: this.#longestMs,
      canChange: situation?.isLocal === true,
      namedServices: this.wide ? 3 : 1,
      slotOf: service => this.#slots.get(service) ?? getOwnSlot(service),
      setPinned: (trace, isPinned) => this.#setPinned(trace, isPinned),
      remove: trace => this.#remove(trace),
    };
  }

  #click(row: ListRow): void {
    this.state.selected.set(row.key);
    this.#activate(row, false);
  }

  #activate(row: ListRow, isKept: boolean): void {
    if (row.kind === "group") this.#toggle(row.key, !row.isOpen);
    else this.#open(row, isKept);
  }

  #open(row: ListRow, isKept: boolean): void {
    clearTimeout(this.#resting);
    if (row.kind === "group") return;
    const { traceId, name, startUnixMs } = row.trace;
    this.#run(this.host.remote.open({ traceId, name, startUnixMs }, isKept));
  }

  #toggle(key: string, isOpen: boolean): void {
    const open = new Set(this.state.openGroups.value);
    if (isOpen) open.add(key);
    else open.delete(key);
    this.state.openGroups.set(open);
  }

  #setPinned(trace: ListedTrace, isPinned: boolean): void {
    this.#run(
      this.host.remote.setPinned(trace.traceId, isPinned).then(() => this.session.refresh()),
    );
  }

  /** The keyboard goes on to the row that takes its place. */
  #remove(trace: ListedTrace): void {
    const index = this.#rows.findIndex(row => row.key === trace.traceId);
    const next = this.#rows[index + 1] ?? this.#rows[index - 1];
    const isActive = this.state.selected.value === trace.traceId;
    this.#run(
      this.host.remote.deleteTrace(trace.traceId, trace.isPinned).then(isGone => {
        if (!isGone) return;
        if (isActive) this.state.selected.set(next?.key);
        this.session.remove(trace.traceId);
      }),
    );
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const action = readListKey(toKeyPress(event), {
      rows: this.#rows,
      index: this.#rows.findIndex(row => row.key === this.state.selected.value),
      pageRows: Math.floor((this.#scroll?.clientHeight ?? 0) / this.#rowPx),
    });
    if (action === undefined) return;
    event.preventDefault();
    switch (action.kind) {
      case "select":
        this.#select(action.index);
        break;
      case "fold":
      case "unfold":
        this.#toggle(action.key, action.kind === "unfold");
        break;
      case "activate":
        this.#activate(action.row, action.isKept);
        break;
      case "copy":
        this.#run(this.host.remote.copy(action.trace.traceId));
        break;
      case "pin":
        this.#setPinned(action.trace, !action.trace.isPinned);
        break;
      case "remove":
        this.#remove(action.trace);
        break;
      case "toFilter":
        this.dispatchEvent(new CustomEvent("to-filter", { bubbles: true, composed: true }));
        break;
    }
  };

  /** What the keyboard rests on is shown, as the pointer's row is. */
  #select(index: number): void {
    const row = this.#rows[index];
    this.state.selected.set(row?.key);
    this.#bringIntoSight(index);
    clearTimeout(this.#resting);
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
    const isSelected = this.#rows.some(row => row.key === this.state.selected.value);
    if (!isSelected) this.state.selected.set(this.#rows[0]?.key);
  };

  readonly #onScroll = (): void => {
    const top = this.#scroll?.scrollTop ?? 0;
    if (this.#ownTop === undefined || Math.abs(top - this.#ownTop) >= 1) {
      this.#isHeld = false;
      if (top < 1) this.newCount = 0;
    }
    this.#ownTop = undefined;
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
    const hit = event
      .composedPath()
      .find(each => each instanceof HTMLElement && each.dataset["key"] !== undefined);
    const key = hit instanceof HTMLElement ? hit.dataset["key"] : this.state.selected.value;
    const row = this.#rows.find(each => each.key === key);
    if (row !== undefined) this.state.selected.set(row.key);
    const situation = this.state.situation.value;
    setMenuContext({
      preventDefaultContextMenuItems: true,
      ...(row?.kind === "trace" && {
        webviewSection: "trace",
        traceId: row.trace.traceId,
        isPinned: row.trace.isPinned,
        isLocal: situation?.isLocal === true,
      }),
    });
  };

  #tick(): void {
    this.#ticks += 1;
    const isYoung = this.state.list.value.traces.some(
      trace => Date.now() - trace.startUnixMs < SECONDS_MS,
    );
    if (!document.hidden && (isYoung || this.#ticks % SLOW_TICKS === 0)) this.requestUpdate();
  }

  #run(work: Promise<unknown>): void {
    work.catch(this.host.report);
  }
}

/** By place: only those in sight have one, and keys may hold any letter. */
function rowId(index: number): string {
  return `row${index}`;
}

customElements.define("traceside-trace-list", TraceListElement);
