/**
 * `<traceside-answers>`: above the panes, the few lines that say where the time went, what failed and why. Each leads to
 * its spans in graph and timeline. Hidden while there is nothing worth a line.
 */

import { css, html, nothing, type TemplateResult } from "lit";
import type { Answer, AnswerCode } from "../../src/analysis/answers/answer.ts";
import { renderBreaks } from "../kit/breaks.ts";
import { icons, stateIcons } from "../kit/icons.ts";
import { CutLists } from "../kit/showAll.ts";
import { baseStyles } from "../kit/styles.ts";
import { PanelElement } from "../panel/panelElement.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { describeCertainty, describeTraceAnswer, type AnswerText } from "../words/answerText.ts";
import { countOf } from "../words/localText.ts";
import { t } from "../words/words.ts";

const noText: AnswerText = { text: "", note: "", cost: "" };
/** More lines would push the picture away; in a narrow panel each takes two. */
const MOST = { wide: 4, narrow: 2 } as const;

export class Answers extends PanelElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        flex: none;
        padding: var(--space-1) var(--space-5) var(--space-2);
        border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
        max-height: 40%;
        overflow: hidden auto;
      }
      .fold {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        max-width: 100%;
        border-radius: var(--radius);
      }
      .fold svg {
        width: 12px;
        height: 12px;
      }
      .fold[aria-expanded="true"] svg {
        rotate: 90deg;
      }
      .fold h2 {
        font-weight: 600;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        column-gap: var(--space-4);
        width: 100%;
        padding: 0 var(--space-2);
      }
      .line[aria-pressed="true"] {
        background: var(--vscode-list-inactiveSelectionBackground);
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      .line .sign {
        align-self: flex-start;
        padding-block: calc((22px - 16px) / 2);
      }
      .line .sign:not(.failed) {
        color: var(--vscode-descriptionForeground);
      }
      .text {
        /* In a narrow panel what stands at the end goes below, and leaves the line its width. */
        flex: 1 1 230px;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .end {
        flex: none;
        margin-inline-start: auto;
        white-space: nowrap;
      }
      .more,
      .limit {
        padding-inline-start: calc(16px + var(--space-2) + var(--space-4));
      }
    `,
  ];
  static override properties = {
    narrow: { attribute: false },
  };
  declare narrow: boolean;
  readonly #lists = new CutLists(this);

  constructor() {
    super(({ analysis, areAnswersFolded, filter, losses, lossLimit, trace }) => [
      analysis,
      areAnswersFolded,
      filter,
      losses,
      lossLimit,
      trace,
    ]);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state } = this;
    const trace = state.trace.value;
    const answers = state.analysis.value?.answers ?? [];
    const losses = state.losses.value;
    const count = answers.length + losses.length;
    const limit = state.lossLimit.value;
    this.hidden = trace === undefined || (count === 0 && limit === undefined);
    if (trace === undefined || this.hidden) return nothing;
    const isFolded = state.areAnswersFolded.value;
    const texts = this.#describe(state.getTraceNow() ?? trace, answers);
    const [first] = texts;
    const most = this.narrow ? MOST.narrow : MOST.wide;
    const { shown, more } = this.#lists.cut(answers, most);
    return html`<button
        class="fold quiet"
        aria-expanded=${isFolded ? "false" : "true"}
        @click=${() => state.areAnswersFolded.set(!isFolded)}
      >
        ${icons.next}
        <h2>${t("Answers")}</h2>
        ${
          isFolded
            ? html`<span class="muted cut">
                ${first?.text ?? losses[0] ?? limit}${count > 1 ? ` · +${count - 1}` : ""}
              </span>`
            : nothing
        }
      </button>
      ${
        isFolded
          ? nothing
          : html`<ul aria-label=${countOf(count, t("1 answer"), t("{0} answers"))}>
                ${losses.map((text, i) => this.#renderLoss(text, i))}
                ${shown.map((answer, i) => this.#renderLine(answer, texts[i] ?? noText))}
              </ul>
              ${limit === undefined ? nothing : html`<p class="limit muted">${limit}</p>`}
              <div class="more">${more}</div>`
      }`;
  }

  /** Leads to the line of the code. */
  #renderLoss(text: string, index: number): TemplateResult {
    return html`<li>
      <button
        class="line lineRow"
        data-answer="lostContext"
        title=${text}
        @click=${() => {
          this.host.remote.openLoss(index).catch(this.host.report);
        }}
      >
        <span class="sign">${signs.lostContext}</span>
        <span class="text">${text}</span>
        <span class="end muted">${t("likely")}</span>
      </button>
    </li>`;
  }

  #renderLine(answer: Answer, { text, note, cost }: AnswerText): TemplateResult {
    const certainty = describeCertainty(answer.certainty);
    const isChosen = this.state.filter.value.chosen?.title === text;
    const unsure =
      answer.certainty === "certain"
        ? ""
        : answer.certainty === "likely"
          ? t("likely")
          : t("possibly");
    return html`<li>
      <button
        class="line lineRow"
        data-answer=${answer.code}
        aria-pressed=${isChosen ? "true" : "false"}
        title="${text}
${note}
${certainty}"
        @click=${() => this.#go(answer, text, isChosen)}
      >
        <span class="sign ${answer.code === "failure" ? "state failed" : ""}"
          >${signs[answer.code]}</span
        >
        <span class="text">${renderBreaks(text)}</span>
        <span class="end muted">${[unsure, cost].filter(Boolean).join(" · ")}</span>
      </button>
    </li>`;
  }

  /** One span is selected; several are what graph and timeline are filtered by, until the line is clicked again. */
  #go(answer: Answer, title: string, isChosen: boolean): void {
    const { state } = this;
    const [first] = answer.spans;
    // Of older columns the indices mean other spans; new answers are on their way.
    if (state.getAnalysis() === undefined || first === undefined) return;
    const isOne = answer.spans.length === 1 || isChosen;
    state.filterBy({ chosen: isOne ? undefined : { title, spans: answer.spans } });
    if (isChosen) return;
    state.goTo(first, "header");
  }

  #described: { readonly of: readonly Answer[]; readonly texts: readonly AnswerText[] } | undefined;

  /** Written once for each analysis: what an older one's indices mean, only its own trace knows. */
  #describe(trace: LoadedTrace, answers: readonly Answer[]): readonly AnswerText[] {
    if (this.#described?.of !== answers) {
      const texts = answers.map(answer => describeTraceAnswer(trace, answer));
      this.#described = { of: answers, texts };
    }
    return this.#described.texts;
  }
}

const signs: Readonly<Record<AnswerCode, TemplateResult>> = {
  failure: stateIcons.failed,
  retries: icons.retry,
  repeatedCalls: icons.timeline,
  serialCalls: icons.timeline,
  queueWait: icons.clock,
  stillQueued: icons.clock,
  noHeartbeat: stateIcons.silent,
  lostContext: icons.warning,
  slowStart: icons.clock,
  idle: icons.clock,
  bottleneck: icons.timeline,
};

customElements.define("traceside-answers", Answers);
