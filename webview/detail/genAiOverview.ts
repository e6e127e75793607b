/**
 * `<traceside-gen-ai>`: the language models, tools and agents of a trace: how often, for how many tokens, how long. Every
 * line leads to its longest or failed call. Shows nothing where there are none.
 */

import { html, nothing, type TemplateResult } from "lit";
import {
  buildGenAiOverview,
  type GenAiOverview,
  type GenAiUse,
} from "../../src/analysis/genAi/genAiUse.ts";
import { formatDuration } from "../../src/model/units.ts";
import { latestFor } from "../kit/latestFor.ts";
import { CutLists } from "../kit/showAll.ts";
import { renderSpanRow } from "../kit/spanRow.ts";
import { baseStyles, paletteStyles, spanRowStyles } from "../kit/styles.ts";
import { PanelElement } from "../panel/panelElement.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { countOf, formatCount } from "../words/localText.ts";
import { getSpanFacts } from "../words/spanFacts.ts";
import { t } from "../words/words.ts";
import { overviewStyles } from "./overviewStyles.ts";
import { detailStyles } from "./styles.ts";

const AT_FIRST = 5;

type Part = keyof GenAiOverview;

export class GenAiOverviewView extends PanelElement {
  static override styles = [baseStyles, paletteStyles, spanRowStyles, detailStyles, overviewStyles];
  static override properties = { found: { state: true } };
  /** With the trace that its spans are of: until the next answer, an older one than is shown. */
  declare found:
    (GenAiOverview & { readonly unread: number; readonly trace: LoadedTrace }) | undefined;
  readonly #lists = new CutLists(this);
  readonly #latest = latestFor(this, () => {
    this.#asked = undefined;
  });
  #asked: LoadedTrace | undefined;

  constructor() {
    super(({ trace }) => [trace]);
  }

  protected override willUpdate(): void {
    const trace = this.state.trace.value;
    if (trace === undefined || trace.columns === this.#asked?.columns) return;
    // What is known stays while the same trace grows.
    if (trace.summary.traceId !== this.#asked?.summary.traceId) this.found = undefined;
    this.#asked = trace;
    this.#latest
      .run(() => this.host.remote.genAiSpans())
      .then(answer => {
        if (answer === undefined || this.#asked !== trace) return;
        const overview = buildGenAiOverview(trace.columns, answer.spans);
        this.found = { ...overview, unread: answer.unread, trace };
      })
      .catch(this.host.report);
  }

  override render(): TemplateResult | typeof nothing {
    const { found } = this;
    if (found === undefined) return nothing;
    const { models, tools, agents, unread, trace } = found;
    if (models.length + tools.length + agents.length === 0) return nothing;
    return html`<section class="section">
      <div class="heading"><h2>${t("Models, tools and agents")}</h2></div>
      ${this.#renderPart(trace, "models", t("Models"), models, describeTokens)}
      ${this.#renderPart(trace, "tools", t("Tools"), tools, describeTime)}
      ${this.#renderPart(trace, "agents", t("Agents"), agents, describeTime)}
      ${
        unread === 0
          ? nothing
          : html`<p class="note">
              ${countOf(
                unread,
                t("1 span could not be looked into."),
                t("{0} spans could not be looked into."),
              )}
            </p>`
      }
    </section>`;
  }

  #renderPart(
    trace: LoadedTrace,
    part: Part,
    title: string,
    uses: readonly GenAiUse[],
    describe: (use: GenAiUse) => string,
  ): TemplateResult | typeof nothing {
    if (uses.length === 0) return nothing;
    const { shown, more } = this.#lists.cut(uses, AT_FIRST, part);
    return html`<h3>${title}</h3>
      <div class="rows">
        ${shown.map(use => {
          const facts = getSpanFacts(trace, use.worst);
          const failed = use.failed > 0 ? countOf(use.failed, t("1 failed"), t("{0} failed")) : "";
          return renderSpanRow(
            { ...facts, name: use.name },
            {
              number: describe(use),
              note: [use.calls > 1 ? `×${formatCount(use.calls)}` : "", failed]
                .filter(Boolean)
                .join(" · "),
              title: [
                [use.name, use.provider].filter(Boolean).join(" · "),
                countOf(use.calls, t("1 call"), t("{0} calls")),
                t("total {0}", formatDuration(use.totalNs)),
                ...(use.cachedTokens === undefined
                  ? []
                  : [t("{0} from the cache", formatCount(use.cachedTokens))]),
              ].join("\n"),
              onClick: () => {
                if (trace.columns !== this.state.trace.value?.columns) return;
                this.state.goTo(use.worst, "detail");
              },
            },
          );
        })}
      </div>
      ${more}`;
  }
}

function describeTime({ totalNs }: GenAiUse): string {
  return formatDuration(totalNs);
}

/** The tokens that went in and out; the time where no call tells tokens, and a price only where one is told. */
function describeTokens(use: GenAiUse): string {
  const { inputTokens, outputTokens, costUsd } = use;
  const price = costUsd === undefined ? [] : [`$${costUsd.toPrecision(2)}`];
  if (inputTokens === undefined && outputTokens === undefined) {
    return [...price, describeTime(use)].join(" · ");
  }
  const part = (count: number | undefined): string =>
    count === undefined ? "?" : formatCount(count);
  return [t("{0} → {1} tokens", part(inputTokens), part(outputTokens)), ...price].join(" · ");
}

customElements.define("traceside-gen-ai", GenAiOverviewView);
