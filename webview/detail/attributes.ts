/** `<traceside-attributes>`: a table of keys and values, filtered by a text where there are many. Knows no trace. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Attribute } from "../../src/model/spanDetail.ts";
import { renderCopy } from "../kit/copyButton.ts";
import type { Host } from "../panel/host.ts";
import { icons } from "../kit/icons.ts";
import { formatCount, formatMoment, getZoneName } from "../words/localText.ts";
import { CutLists } from "../kit/showAll.ts";
import { baseStyles, inputStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";
import { detailStyles } from "./styles.ts";
import "./sql.ts";
import "./stack.ts";
import "./value.ts";
import { findDatabase, isWide, languageOf, readForm, type ValueForm } from "./valueForms.ts";
import { renderLink, renderValue, toText } from "./value.ts";

const ROWS_AT_FIRST = 100;
/** Fewer are seen at a glance. */
const FILTER_FROM = 8;

export class AttributeTable extends LitElement {
  static override styles = [
    baseStyles,
    detailStyles,
    inputStyles,
    css`
      input {
        width: 100%;
        margin: var(--space-1) 0 var(--space-3);
      }
      .table {
        display: grid;
        grid-template-columns: fit-content(42%) minmax(0, 1fr);
        column-gap: var(--space-5);
        line-height: 18px;
      }
      .row {
        position: relative;
        display: grid;
        grid-column: 1 / -1;
        grid-template-columns: subgrid;
        align-items: start;
        padding: var(--space-1) 0;
        margin: 0 calc(-1 * var(--space-3));
        padding-inline: var(--space-3);
      }
      .key {
        overflow-wrap: anywhere;
        color: var(--vscode-descriptionForeground);
      }
      .teller {
        padding: 0 var(--space-2);
        border-radius: var(--radius);
        white-space: nowrap;
        color: var(--vscode-badge-foreground);
        background: var(--vscode-badge-background);
        outline: 1px solid var(--vscode-contrastBorder, transparent);
        font-size: var(--font-small);
      }
      .wide traceside-value {
        padding-inline-start: var(--space-5);
      }
      .wide > * {
        grid-column: 1 / -1;
      }
      .actions {
        position: absolute;
        inset-block-start: 0;
        inset-inline-end: 2px;
        display: flex;
        border-radius: var(--radius);
        background: var(--vscode-editorWidget-background, var(--vscode-editor-background));
        opacity: 0;
      }
      .row:hover .actions,
      .row:focus-within .actions {
        opacity: 1;
      }
    `,
  ];
  static override properties = {
    rows: { attribute: false },
    filter: { state: true },
    zone: { attribute: false },
  };
  declare host: Host;
  declare rows: readonly Attribute[];
  /** Kept from span to span, so that one attribute can be followed through a trace. */
  declare filter: string;
  /** The zone that moments are written in: another is a reason to write them anew. */
  declare zone: string;
  readonly #lists = new CutLists(this);

  constructor() {
    super();
    this.filter = "";
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("rows")) this.#lists.reset();
  }

  override render(): TemplateResult {
    const all = this.rows;
    const hasFilter = all.length >= FILTER_FROM;
    const found = hasFilter && this.filter !== "" ? filterAttributes(all, this.filter) : all;
    const { shown, more } = this.#lists.cut(found, ROWS_AT_FIRST);
    const database = findDatabase(all);
    return html`${
        hasFilter
          ? html`<input
              type="text"
              placeholder=${t("Filter {0} attributes", formatCount(all.length))}
              aria-label=${t("Filter the attributes")}
              .value=${this.filter}
              @input=${this.#onFilter}
            />`
          : nothing
      }
      <div class="table" role="table">
        ${shown.map(attribute => this.#renderRow(attribute, database))}
      </div>
      ${
        found.length === 0
          ? html`<p class="note">
              ${t("No attribute has “{0}” in its key or value.", this.filter)}
            </p>`
          : nothing
      }
      ${more}`;
  }

  #renderRow({ key, value, store }: Attribute, database: string): TemplateResult {
    const form = readForm(key, value);
    return html`<div class="row lineRow ${isWide(form) ? "wide" : ""}" role="row">
      <span class="key" role="rowheader"
        >${key}${
          store === undefined
            ? nothing
            : html` <span class="teller" title=${t("The stores tell this differently")}
                >${store}</span
              >`
        }</span
      >
      <span role="cell">${this.#renderForm(form, database)}</span>
      <span class="actions" role="cell">
        ${
          this.host.hasEditor && isWide(form)
            ? html`<button
                class="icon"
                title=${t("Open in Editor")}
                aria-label=${t("Open {0} in an editor", key)}
                @click=${() => this.#openText(form)}
              >
                ${icons.open}
              </button>`
            : nothing
        }
        ${renderCopy(this.host, () => toText(value), t("Copy {0}", key))}
      </span>
    </div>`;
  }

  #renderForm(form: ValueForm, database: string): TemplateResult {
    switch (form.kind) {
      case "sql":
        return html`<traceside-sql
          .host=${this.host}
          .text=${form.text}
          .system=${database}
        ></traceside-sql>`;
      case "stack":
        return html`<traceside-stack .host=${this.host} .stack=${form.text}></traceside-stack>`;
      case "link":
        return renderLink(form.text);
      case "moment":
        return html`<span class="mono plain">${form.text}</span>
          <span class="muted">${formatMoment(form.unixMs)}</span>`;
      case "tree":
        return renderValue(form.value);
      case "text":
        return renderValue(form.value, true);
    }
  }

  /** As it is laid out here; a statement is laid out by the host. */
  #openText(form: ValueForm): void {
    const { remote, report } = this.host;
    const text = "text" in form ? form.text : toText(form.value);
    remote.openText(text, languageOf(form)).catch(report);
  }

  readonly #onFilter = (event: Event): void => {
    this.filter = (event.target as HTMLInputElement).value;
  };
}

function filterAttributes(attributes: readonly Attribute[], filter: string): readonly Attribute[] {
  const needle = filter.toLowerCase();
  return attributes.filter(
    ({ key, value }) =>
      key.toLowerCase().includes(needle) || toText(value).toLowerCase().includes(needle),
  );
}

customElements.define("traceside-attributes", AttributeTable);

export function renderAttributes(host: Host, attributes: readonly Attribute[]): TemplateResult {
  return html`<traceside-attributes
    .host=${host}
    .rows=${attributes}
    .zone=${getZoneName()}
  ></traceside-attributes>`;
}
