/** `<traceside-detail>`: the selected span, or the trace as a whole. */

import { css, html, type TemplateResult } from "lit";
import { Owner } from "../../src/base/disposables.ts";
import { PanelElement } from "../panel/panelElement.ts";
import type { DetailView } from "../panel/state.ts";
import { baseStyles } from "../kit/styles.ts";
import "../kit/tabs.ts";
import { t } from "../words/words.ts";
import "./overview.ts";
import "./span.ts";

export class Detail extends PanelElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        overflow: hidden;
      }
      traceside-tabs {
        flex: none;
        border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
      }
      .scroll {
        flex: 1;
        min-height: 0;
        overflow: hidden auto;
        outline: none;
      }
    `,
  ];
  static override properties = {
    hasTabs: { attribute: false },
  };
  /** Whether it has tabs of its own; a narrow panel has them beside those of the other panes. */
  declare hasTabs: boolean;
  #owner: Owner | undefined;

  constructor() {
    super(({ detailView }) => [detailView]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#owner = new Owner();
    this.#owner.own(
      this.state.selection.watch(selection => {
        if (selection === undefined || selection.by === "growth") return;
        this.renderRoot.querySelector(".scroll")?.scrollTo(0, 0);
      }),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#owner?.dispose();
  }

  override render(): TemplateResult {
    const tabs: readonly { readonly id: DetailView; readonly label: string }[] = [
      { id: "overview", label: t("Overview") },
      { id: "span", label: t("Span") },
    ];
    const view = this.state.detailView.value;
    return html`<traceside-tabs
        ?hidden=${!this.hasTabs}
        .tabs=${tabs}
        .selected=${view}
        .label=${t("Detail")}
        .onSelect=${(id: string) => this.state.detailView.set(id as DetailView)}
      ></traceside-tabs>
      <div class="scroll" role="tabpanel" tabindex="-1">
        ${
          view === "overview"
            ? html`<traceside-overview
                .state=${this.state}
                .host=${this.host}
              ></traceside-overview>`
            : html`<traceside-span .state=${this.state} .host=${this.host}></traceside-span>`
        }
      </div>`;
  }
}

customElements.define("traceside-detail", Detail);
