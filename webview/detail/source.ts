/** `<traceside-source>`: where the code of a span stands, how that was found, and what else it might be. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { latestFor } from "../kit/latestFor.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { SourceAnswer, SourceCandidate } from "../../src/protocol/traceView.ts";
import type { Host } from "../panel/host.ts";
import { formatCount } from "../words/localText.ts";
import { explainError } from "../words/storeAnswers.ts";
import { baseStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";
import { detailStyles } from "./styles.ts";

type Search =
  | { readonly kind: "searching" }
  | { readonly kind: "found"; readonly candidates: readonly SourceCandidate[] }
  | { readonly kind: "failed"; readonly text: string };

export class SourceView extends LitElement {
  static override styles = [
    baseStyles,
    detailStyles,
    css`
      :host {
        display: block;
        min-height: 40px;
      }
      .place {
        display: flex;
        align-items: flex-start;
        gap: var(--space-4);
      }
      .words {
        flex: 1;
        min-width: 0;
        line-height: 18px;
        padding-top: calc((22px - 18px) / 2);
        overflow-wrap: anywhere;
      }
      details {
        margin-top: var(--space-1);
      }
      details .place {
        padding-inline-start: var(--space-5);
      }
      details summary {
        font-size: inherit;
        font-weight: inherit;
        letter-spacing: 0;
        text-transform: none;
      }
    `,
  ];
  static override properties = {
    trace: { attribute: false },
    span: { attribute: false },
    search: { state: true },
    answer: { state: true },
  };
  declare host: Host;
  /** Only to know that the columns changed, and with them what an index means. */
  declare trace: unknown;
  declare span: SpanIndex;
  declare search: Search;
  declare answer: SourceAnswer | undefined;
  readonly #latest = latestFor(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("span") || changed.has("trace")) this.#find();
  }

  #find(): void {
    this.search = { kind: "searching" };
    this.answer = undefined;
    this.#latest
      .run(() => this.host.remote.sourceCandidates(this.span))
      .then(
        candidates => {
          if (candidates !== undefined) this.search = { kind: "found", candidates };
        },
        (error: unknown) => {
          this.search = {
            kind: "failed",
            text: explainError(error),
          };
        },
      );
  }

  override render(): TemplateResult {
    return html`${this.#renderSearch()}
      <p class="note wrap" role="status">
        ${this.answer?.kind === "none" ? renderNone(this.answer.tried) : nothing}
      </p>`;
  }

  #renderSearch(): TemplateResult {
    switch (this.search.kind) {
      case "searching":
        return html`<p class="muted">${t("Looking for the source…")}</p>`;
      case "failed":
        return html`<p class="wrap">${this.search.text}</p>
          <button class="link" @click=${() => this.#find()}>${t("Try Again")}</button>`;
      case "found": {
        const [best, ...others] = this.search.candidates;
        if (best === undefined) {
          return html`<div class="place">
            <span class="words muted">${t("No source was found in this workspace.")}</span>
            <vscode-button appearance="secondary" @click=${() => this.#open(undefined)}
              >${t("Find…")}</vscode-button
            >
          </div>`;
        }
        return html`${this.#renderCandidate(best, true)}
        ${
          others.length === 0
            ? nothing
            : html`<details>
                <summary>
                  ${
                    others.length === 1
                      ? t("1 other place")
                      : t("{0} other places", formatCount(others.length))
                  }
                </summary>
                ${others.map(candidate => this.#renderCandidate(candidate, false))}
              </details>`
        }`;
      }
    }
  }

  #renderCandidate(candidate: SourceCandidate, isBest: boolean): TemplateResult {
    const open = (): void => this.#open(candidate);
    return html`<div class="place">
      <div class="words">
        <button class="link mono" @click=${open}>${candidate.path}:${candidate.line0 + 1}</button>
        <div class="muted">${candidate.reason}</div>
      </div>
      ${
        isBest
          ? html`<vscode-button
              appearance=${candidate.isSure ? "primary" : "secondary"}
              title=${t("Open the source (Enter in the timeline)")}
              @click=${open}
              >${t("Open")}</vscode-button
            >`
          : nothing
      }
    </div>`;
  }

  #open(candidate: SourceCandidate | undefined): void {
    this.host.remote.openSource(this.span, true, candidate).then(
      answer => {
        this.answer = answer;
      },
      (error: unknown) => {
        this.search = {
          kind: "failed",
          text: explainError(error),
        };
      },
    );
  }
}

function renderNone(tried: readonly string[]): TemplateResult {
  return html`${t("Nothing was found. Tried:")}
    <ul>
      ${tried.map(each => html`<li>${each}</li>`)}
    </ul>`;
}

customElements.define("traceside-source", SourceView);
