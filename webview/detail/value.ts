/** `<traceside-value>`: a value as a tree: what is small lies open, what is large opens on demand. Knows no trace. */

import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import type { AttributeValue } from "../../src/model/spanDetail.ts";
import { countOf } from "../words/localText.ts";
import { CutLists } from "../kit/showAll.ts";
import { baseStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";
import { detailStyles } from "./styles.ts";
import "./text.ts";
import { CUT_AT, renderText } from "./text.ts";
import { isLink, readJson } from "./valueForms.ts";

const ENTRIES_AT_FIRST = 100;
/** A branch of at most so many entries lies open, this deep. */
const OPEN_ENTRIES = 20;
const OPEN_DEPTH = 2;
const PREVIEW_LENGTH = 60;

type Entries = readonly (readonly [string, AttributeValue])[];

export class ValueView extends LitElement {
  static override styles = [
    baseStyles,
    detailStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        line-height: 18px;
      }
      .mono {
        overflow-wrap: anywhere;
      }
      .branch {
        padding-inline-start: var(--space-5);
      }
      button.key::before {
        content: "";
        display: inline-block;
        width: 5px;
        height: 5px;
        margin-inline: calc(-5px - var(--space-2)) var(--space-2);
        vertical-align: 2px;
        border: solid var(--vscode-descriptionForeground);
        border-width: 0 1.2px 1.2px 0;
        transform: rotate(-45deg);
      }
      button.key[aria-expanded="true"]::before {
        transform: translateY(-1px) rotate(45deg);
      }
      .key {
        color: var(--vscode-debugTokenExpression-name, var(--vscode-foreground));
      }
      .string {
        color: var(--vscode-debugTokenExpression-string, inherit);
      }
      .number {
        color: var(--vscode-debugTokenExpression-number, inherit);
      }
      .boolean {
        color: var(--vscode-debugTokenExpression-boolean, inherit);
      }
    `,
  ];
  static override properties = {
    value: { attribute: false },
    plain: { attribute: false },
    toggled: { state: true },
  };
  declare value: AttributeValue;
  /** A text at the top stands without quotes and colour: a table of texts is calmer so. */
  declare plain: boolean;
  /** Branches that are not as they were at first, by path. */
  declare toggled: ReadonlySet<string>;
  readonly #lists = new CutLists(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("value")) return;
    this.toggled = new Set();
    this.#lists.reset();
  }

  override render(): TemplateResult {
    const { value } = this;
    if (typeof value === "string" && this.plain) {
      return html`<span class="mono"
        >${value === "" ? renderEmpty(t("empty text")) : renderText(value)}</span
      >`;
    }
    const entries = listEntries(value);
    return html`<div class="mono">
      ${
        entries === undefined
          ? renderLeaf(value)
          : entries.length === 0
            ? renderEmpty(Array.isArray(value) ? "[]" : "{}")
            : this.#renderEntries(entries, "", 0)
      }
    </div>`;
  }

  #renderEntries(entries: Entries, path: string, depth: number): TemplateResult {
    const { shown, more } = this.#lists.cut(entries, ENTRIES_AT_FIRST, path);
    return html`${shown.map(([key, value], index) => this.#renderEntry(key, value, `${path}/${index}`, depth))}
    ${more}`;
  }

  #renderEntry(key: string, value: AttributeValue, path: string, depth: number): TemplateResult {
    const entries = listEntries(typeof value === "string" ? (readJson(value) ?? value) : value);
    if (entries === undefined || entries.length === 0) {
      const leaf =
        entries === undefined ? renderLeaf(value) : renderEmpty(Array.isArray(value) ? "[]" : "{}");
      return html`<div><span class="key">${key}</span>: ${leaf}</div>`;
    }
    const opensAlone = depth < OPEN_DEPTH && entries.length <= OPEN_ENTRIES;
    const isOpen = opensAlone !== this.toggled.has(path);
    return html`<div>
      <button
        class="key"
        aria-expanded=${isOpen ? "true" : "false"}
        .textContent=${key}
        @click=${() => this.#toggle(path)}
      ></button
      >:
      ${
        isOpen
          ? html`<div class="branch">${this.#renderEntries(entries, path, depth + 1)}</div>`
          : html`<span class="muted">${describeBranch(value, entries)}</span>`
      }
    </div>`;
  }

  #toggle(path: string): void {
    const toggled = new Set(this.toggled);
    if (!toggled.delete(path)) toggled.add(path);
    this.toggled = toggled;
  }
}

function listEntries(value: AttributeValue): Entries | undefined {
  // Databases and JSON say null where we say undefined.
  if (typeof value !== "object" || (value as unknown) === null) return undefined;
  return Array.isArray(value)
    ? value.map((each: AttributeValue, index) => [String(index), each] as const)
    : Object.entries(value);
}

function renderLeaf(value: AttributeValue): TemplateResult {
  switch (typeof value) {
    case "string":
      return html`<span class="string"
        >"${isLink(value) ? renderLink(value) : renderText(value)}"</span
      >`;
    case "number":
      return html`<span class="number">${value}</span>`;
    case "boolean":
      return html`<span class="boolean">${String(value)}</span>`;
    default:
      return renderEmpty("null");
  }
}

function renderEmpty(text: string): TemplateResult {
  return html`<span class="muted">${text}</span>`;
}

/** A closed branch: its size, and how it begins. */
function describeBranch(value: AttributeValue, entries: Entries): string {
  const count = countOf(entries.length, t("1 entry"), t("{0} entries"));
  if (entries.length > OPEN_ENTRIES) return count;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= PREVIEW_LENGTH ? text : count;
}

customElements.define("traceside-value", ValueView);

export function renderValue(value: AttributeValue, plain = false): TemplateResult {
  // Most values are short texts, and a table has a thousand of them: an element for each would be felt.
  if (plain && typeof value === "string" && value !== "" && value.length <= CUT_AT) {
    return html`<span class="mono plain">${value}</span>`;
  }
  return html`<traceside-value .value=${value} .plain=${plain}></traceside-value>`;
}

/** VS Code opens it in the browser, after it has asked. */
export function renderLink(url: string): TemplateResult {
  return html`<a class="mono plain link" href=${url} rel="noreferrer">${url}</a>`;
}

/** A value as a text to copy. */
export function toText(value: AttributeValue): string {
  if (value === undefined) return "null";
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}
