/**
 * `<traceside-traces>`: the whole view. The filter above, the list below it; where there is no list, why, and what to do.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Failure } from "../../src/model/failure.ts";
import { describeFailure } from "../../src/model/failureWords.ts";
import type {
  TracesAction,
  TracesHostApi,
  TracesSituation,
} from "../../src/protocol/tracesView.ts";
import type { HostOf } from "../panel/host.ts";
import { icons } from "../kit/icons.ts";
import { baseStyles } from "../kit/styles.ts";
import { WatchCells } from "../kit/watchCells.ts";
import { t } from "../words/words.ts";
import "./filterBox.ts";
import { renderUndo } from "./listEnd.ts";
import "./traceListElement.ts";
import type { TracesSession } from "./tracesSession.ts";
import type { TracesState } from "./tracesState.ts";
import "./welcome.ts";

/** A store that has not answered by now is worth a word. */
const SLOW_MS = 2_000;

export class TracesApp extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        position: relative;
        display: flex !important;
        flex-direction: column;
        height: 100%;
        overflow: clip;
      }
      traceside-trace-list,
      traceside-welcome {
        flex: 1;
        min-height: 0;
      }
      traceside-trace-list.old {
        opacity: 0.6;
      }
      :host([dropping])::after {
        content: "";
        position: absolute;
        z-index: 4;
        inset: 0;
        border: 1px dashed var(--vscode-focusBorder);
        background: var(--vscode-list-dropBackground);
        pointer-events: none;
      }
      .progress {
        position: absolute;
        z-index: 3;
        top: 0;
        inset-inline: 0;
        height: 2px;
        overflow: clip;
        visibility: hidden;
        /* An answer that comes at once needs no bar. */
        animation: late 0s 250ms forwards;
      }
      .progress::after {
        content: "";
        position: absolute;
        inset-block: 0;
        width: 30%;
        background: var(--vscode-progressBar-background);
        animation: run 1.6s linear infinite;
      }
      @keyframes late {
        to {
          visibility: visible;
        }
      }
      @keyframes run {
        from {
          left: -30%;
        }
        to {
          left: 100%;
        }
      }
      .undo {
        flex: none;
        display: flex;
        gap: var(--space-5);
        justify-content: space-between;
        margin-top: auto;
        padding: var(--space-2) var(--space-5);
        line-height: 20px;
        color: var(--vscode-notifications-foreground);
        background: var(--vscode-notifications-background);
        border-top: 1px solid var(--vscode-notifications-border, var(--vscode-contrastBorder));
      }
      .notice {
        display: flex;
        flex-direction: column;
        align-items: flex-start;
        gap: var(--space-1);
        padding: var(--space-2) var(--space-5) var(--space-4);
        line-height: 20px;
        overflow-wrap: anywhere;
      }
      .notice p {
        display: flex;
        gap: var(--space-4);
      }
      .notice svg {
        margin-top: var(--space-1);
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-5);
      }
      .notice p + .actions {
        padding-inline-start: var(--space-7);
      }
      .notice.plain .actions {
        padding-inline-start: 0;
      }
    `,
  ];
  static override properties = {
    state: { attribute: false },
    host: { attribute: false },
    session: { attribute: false },
    isSlow: { state: true },
    isDropping: { type: Boolean, attribute: "dropping", reflect: true },
  };
  declare state: TracesState | undefined;
  declare host: HostOf<TracesHostApi, unknown>;
  declare session: TracesSession;
  declare isSlow: boolean;
  /** A file is over the view. */
  declare isDropping: boolean;
  #slow: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.isSlow = false;
    this.isDropping = false;
    new WatchCells(this, () => {
      if (this.state === undefined) return [];
      const { situation, list, phase, shownFilter } = this.state;
      return [situation, list, phase, shownFilter];
    });
    this.addEventListener("to-filter", () => this.focusFilter());
    this.addEventListener("to-list", () => this.focusList());
  }

  focusFilter(): void {
    this.renderRoot.querySelector<HTMLElement>("traceside-filter")?.focus();
  }

  focusList(): void {
    this.renderRoot.querySelector<HTMLElement>("traceside-trace-list")?.focus();
  }

  protected override willUpdate(): void {
    const isAsking = this.state?.phase.value.kind === "asking";
    if (isAsking && this.#slow === undefined) {
      this.#slow = setTimeout(() => {
        this.isSlow = true;
      }, SLOW_MS);
    } else if (!isAsking) {
      clearTimeout(this.#slow);
      this.#slow = undefined;
      this.isSlow = false;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state } = this;
    const situation = state?.situation.value;
    if (state === undefined || situation === undefined) return nothing;
    const phase = state.phase.value;
    const isAnew = phase.kind === "asking" && phase.extent === "anew";
    return html`${isAnew ? html`<div class="progress"></div>` : nothing}
      <traceside-filter .state=${state} .host=${this.host} .session=${this.session}>
      </traceside-filter>
      ${this.#renderNotice(state, situation)} ${this.#renderBody(state, situation, isAnew)}
      ${renderUndo(situation.undoable, () => {
        this.host.remote.undoDelete().catch(this.host.report);
      })}`;
  }

  #renderBody(
    state: TracesState,
    situation: TracesSituation,
    isAnew: boolean,
  ): TemplateResult | typeof nothing {
    const { traces, cursor } = state.list.value;
    const isEmpty = traces.length === 0 && cursor === undefined;
    const isFirst = state.shownFilter.value === undefined;
    const isFiltered = hasFilter(state);
    if (isEmpty && isFirst) return nothing;
    const { kind } = state.phase.value;
    const isAnswered = kind === "answered" || kind === "asking";
    if (isEmpty && !isFiltered && situation.isLocal && isAnswered) {
      return html`<traceside-welcome
        .situation=${situation}
        .host=${this.host}
      ></traceside-welcome>`;
    }
    if (isEmpty) return nothing;
    return html`<traceside-trace-list
      class=${isAnew ? "old" : ""}
      .state=${state}
      .host=${this.host}
      .session=${this.session}
    ></traceside-trace-list>`;
  }

  /** Draws what stands between the filter and the list: a failure, a wait, or that nothing was found. */
  #renderNotice(state: TracesState, situation: TracesSituation): TemplateResult | typeof nothing {
    const { store } = situation;
    if (situation.isGone) {
      return this.#renderMessage(t("{0} is no longer among the stores.", store), [
        { title: t("Show the embedded store"), run: () => this.#act("showLocal") },
      ]);
    }
    const retry = { title: t("Try Again"), run: () => void this.session.retry() };
    const phase = state.phase.value;
    switch (phase.kind) {
      case "failed":
        return this.#renderFailure(phase.failure, situation, retry);
      case "cancelled":
        return this.#renderMessage(t("The search was stopped."), [retry], "plain");
      case "asking":
        return this.isSlow && phase.extent !== "more"
          ? this.#renderMessage(
              t("{0} is taking its time…", store),
              [{ title: t("Stop"), run: () => void this.session.cancel() }],
              "plain",
            )
          : nothing;
      case "answered":
        return this.#renderNothingFound(state, situation);
    }
  }

  #renderFailure(
    failure: Failure | undefined,
    situation: TracesSituation,
    retry: Way,
  ): TemplateResult {
    const text =
      failure === undefined
        ? t("Traceside met an unexpected error. The log has the details.")
        : describeFailure(failure, t);
    const ways: Way[] = [retry];
    if (failure?.code === "storeUnauthorized") {
      ways.push({ title: t("Set Credentials…"), run: () => this.#act("setCredentials") });
    }
    if (!situation.isLocal) {
      ways.push(
        { title: t("Open Settings"), run: () => this.#act("openSettings") },
        { title: t("Show the embedded store"), run: () => this.#act("showLocal") },
      );
    }
    return this.#renderMessage(text, ways);
  }

  #renderNothingFound(
    state: TracesState,
    situation: TracesSituation,
  ): TemplateResult | typeof nothing {
    const { traces, cursor } = state.list.value;
    if (traces.length > 0 || cursor !== undefined) return nothing;
    if (hasFilter(state)) {
      const clear = (): void => {
        state.filterText.set("");
        void this.session.applyFilter();
      };
      return this.#renderMessage(
        t("No trace matches."),
        [{ title: t("Clear the filter"), run: clear }],
        "plain",
      );
    }
    if (situation.isLocal) return nothing;
    return this.#renderMessage(
      t("{0} has no traces.", situation.store),
      [{ title: t("Show the embedded store"), run: () => this.#act("showLocal") }],
      "plain",
    );
  }

  #renderMessage(
    text: string,
    ways: readonly Way[],
    kind: "warning" | "plain" = "warning",
  ): TemplateResult {
    return html`<div class="notice ${kind}" role=${kind === "warning" ? "alert" : "status"}>
      <p>
        ${kind === "warning" ? html`<span class="failure">${icons.warning}</span>` : nothing}
        <span class=${kind === "plain" ? "muted" : ""}>${text}</span>
      </p>
      <div class="actions">
        ${ways.map(({ title, run }) => html`<button class="link" @click=${run}>${title}</button>`)}
      </div>
    </div>`;
  }

  #act(action: TracesAction): void {
    this.host.remote.run(action).catch(this.host.report);
  }

  protected override updated(): void {
    this.dataset["phase"] = this.state?.phase.value.kind ?? "";
  }
}

/** A way out. */
interface Way {
  readonly title: string;
  readonly run: () => void;
}

function hasFilter(state: TracesState): boolean {
  return Object.keys(state.shownFilter.value?.filter ?? {}).length > 0;
}

customElements.define("traceside-traces", TracesApp);
