/** Around the rows of the list: what came above them, what lies further back, and how a deletion is undone. */

import { html, nothing, type TemplateResult } from "lit";
import { icons } from "../kit/icons.ts";
import { countOf, formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";
import type { TracesSession } from "./tracesSession.ts";
import type { TracesState } from "./tracesState.ts";

/** Further back there is nothing, a wait, or an offer to look there. */
export function renderListEnd(
  state: TracesState,
  session: TracesSession,
): TemplateResult | typeof nothing {
  const { list, phase, situation } = state;
  const { traces, cursor } = list.value;
  const grouping = situation.value?.grouping ?? "none";
  const note =
    grouping === "session" && traces.every(({ session }) => session === undefined)
      ? html`<span>${t("None of these traces tells of a session or conversation.")}</span>`
      : nothing;
  if (cursor === undefined) {
    return note === nothing ? nothing : html`<div class="end muted" role="status">${note}</div>`;
  }
  const isAsking = phase.value.kind === "asking" && phase.value.extent === "more";
  const read = formatCount(traces.length);
  const isWhole = grouping === "none" && situation.value?.sort === "time";
  return html`<div class="end muted">
    ${note}${
      isAsking
        ? html`<span role="status">${t("Looking further back…")}</span
            ><button class="link" @click=${() => void session.cancel()}>${t("Stop")}</button>`
        : html`${isWhole ? nothing : html`<span>${t("Of the newest {0} traces.", read)}</span>`}<button
              class="link"
              @click=${() => void session.loadMore(true)}
            >
              ${t("Look further back")}
            </button>`
    }
  </div>`;
}

/** How many traces came while someone read, and the way to them. */
export function renderPill(newCount: number, goUp: () => void): TemplateResult {
  return html`<button class="pill" ?hidden=${newCount === 0} @click=${goUp}>
    ${icons.up}${countOf(newCount, t("1 new"), t("{0} new"))}
  </button>`;
}

/** While a deletion can be undone. */
export function renderUndo(undoable: number, undo: () => void): TemplateResult | typeof nothing {
  if (undoable === 0) return nothing;
  return html`<div class="undo" role="status">
    <span class="cut">${countOf(undoable, t("1 trace deleted"), t("{0} traces deleted"))}</span>
    <button class="link" @click=${undo}>${t("Undo")}</button>
  </div>`;
}
