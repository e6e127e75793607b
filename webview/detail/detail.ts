/** `<traceside-detail>`: the selected span, or the trace as a whole. */

import { css, html, LitElement, type TemplateResult } from "lit";
import { Owner } from "../../src/base/disposables.ts";
import type { Host } from "../host.ts";
import type { ViewState } from "../state.ts";
import { baseStyles } from "../styles.ts";
import "../tabs.ts";
import { t } from "../words.ts";
import "./overview.ts";
import "./span.ts";

type View = "overview" | "span";

export class Detail extends LitElement {
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
    state: { attribute: false },
    host: { attribute: false },
    view: { state: true },
  };
  declare state: ViewState;
  declare host: Host;
  declare view: View;
  #owner: Owner | undefined;

  constructor() {
    super();
    this.view = "overview";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#owner = new Owner();
    this.view = this.state.selection.value === undefined ? "overview" : "span";
    // A selection brings its span to the front; the other way the user goes by the tab.
    this.#owner.own(
      this.state.selection.watch(selection => {
        this.view = selection === undefined ? "overview" : "span";
        this.renderRoot.querySelector(".scroll")?.scrollTo(0, 0);
      }),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#owner?.dispose();
  }

  override render(): TemplateResult {
    const tabs: readonly { readonly id: View; readonly label: string }[] = [
      { id: "overview", label: t("Overview") },
      { id: "span", label: t("Span") },
    ];
    return html`<traceside-tabs
        .tabs=${tabs}
        .selected=${this.view}
        .label=${t("Detail")}
        .onSelect=${(id: string) => {
          this.view = id as View;
        }}
      ></traceside-tabs>
      <div class="scroll" role="tabpanel" tabindex="-1">
        ${
          this.view === "overview"
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
