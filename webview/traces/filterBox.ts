/**
 * `<traceside-filter>`: the box that narrows the list. It completes what is typed from what the store knows, and says
 * under itself what it did not understand.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { findCompletion, type Completion } from "../../src/analysis/traceFilter.ts";
import { Latest } from "../../src/base/latest.ts";
import type { TracesHostApi } from "../../src/protocol/tracesView.ts";
import type { HostOf } from "../panel/host.ts";
import { renderIconButton } from "../kit/iconButton.ts";
import { icons } from "../kit/icons.ts";
import { baseStyles } from "../kit/styles.ts";
import { WatchCells } from "../kit/watchCells.ts";
import { t } from "../words/words.ts";
import { describeProblem, listSuggestions, type Suggestion } from "./filterWords.ts";
import { traceIcons } from "./traceIcons.ts";
import type { TracesSession } from "./tracesSession.ts";
import type { TracesState } from "./tracesState.ts";

export class FilterBox extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        position: relative;
        display: block;
        padding: var(--space-3) var(--space-5);
      }
      .box {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        height: 26px;
        padding: 0 var(--space-1) 0 var(--space-3);
        color: var(--vscode-input-foreground);
        background: var(--vscode-input-background);
        border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
        border-radius: var(--radius);
      }
      .box:focus-within {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
      .box > svg {
        color: var(--vscode-input-placeholderForeground);
      }
      .box .icon {
        width: 20px;
        height: 20px;
      }
      input {
        flex: 1;
        min-width: 0;
        height: 100%;
        padding: 0;
        font: inherit;
        color: inherit;
        background: none;
        border: 0;
        outline: none;
        text-overflow: ellipsis;
      }
      input::placeholder {
        color: var(--vscode-input-placeholderForeground);
      }
      .problem {
        display: flex;
        gap: var(--space-3);
        padding: var(--space-2) var(--space-1) 0 var(--space-3);
        line-height: 18px;
        color: var(--vscode-inputValidation-warningForeground, inherit);
        overflow-wrap: anywhere;
      }
      .problem svg {
        margin-top: calc((18px - 16px) / 2);
        color: var(--vscode-editorWarning-foreground, inherit);
      }
      .popup {
        position: absolute;
        z-index: 5;
        inset-inline: 12px;
        top: 34px;
        max-height: 242px;
        padding: var(--space-2);
        overflow: hidden auto;
        color: var(--vscode-editorSuggestWidget-foreground, var(--vscode-foreground));
        background: var(--vscode-editorSuggestWidget-background, var(--vscode-editor-background));
        border: 1px solid
          var(
            --vscode-contrastBorder,
            var(--vscode-editorSuggestWidget-border, var(--vscode-panel-border))
          );
        border-radius: var(--radius);
      }
      .option {
        display: flex;
        gap: var(--space-4);
        padding: 0 var(--space-3);
        border-radius: var(--radius);
        white-space: nowrap;
        cursor: pointer;
      }
      .option .cut:first-child {
        flex: none;
        max-width: 100%;
      }
      .option:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .option[aria-selected="true"] {
        color: var(--vscode-editorSuggestWidget-selectedForeground, inherit);
        background: var(
          --vscode-editorSuggestWidget-selectedBackground,
          var(--vscode-list-activeSelectionBackground)
        );
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      .option[aria-selected="true"] .muted {
        color: inherit;
      }
    `,
  ];
  static override properties = {
    state: { attribute: false },
    host: { attribute: false },
    session: { attribute: false },
    suggestions: { state: true },
    active: { state: true },
  };
  declare state: TracesState;
  declare host: HostOf<TracesHostApi, unknown>;
  declare session: TracesSession;
  declare suggestions: readonly Suggestion[];
  /** Which suggestion Enter and Tab take; −1: Enter takes none and asks, Tab takes the first. */
  declare active: number;
  readonly #latest = new Latest();
  /** The key whose values are offered; empty while keys are. */
  #offered = "";

  constructor() {
    super();
    this.suggestions = [];
    this.active = -1;
    new WatchCells(this, () => [this.state.filterText, this.state.shownFilter]);
  }

  override focus(): void {
    this.#input?.focus();
    this.#input?.select();
  }

  get #input(): HTMLInputElement | undefined {
    return this.renderRoot.querySelector("input") ?? undefined;
  }

  protected override render(): TemplateResult {
    const text = this.state.filterText.value;
    const { suggestions, active } = this;
    const isOpen = suggestions.length > 0;
    const label = t("Filter traces");
    return html`<div class="box">
        ${traceIcons.filter}
        <input
          type="text"
          role="combobox"
          aria-label=${label}
          aria-autocomplete="list"
          aria-controls="suggestions"
          aria-expanded=${isOpen ? "true" : "false"}
          aria-activedescendant=${active >= 0 ? `option${active}` : nothing}
          aria-describedby="problems"
          placeholder=${t("Filter: text, service:, status:error…")}
          title=${t("Words, service:, operation:, status:, session:, duration:>100ms, key=value")}
          spellcheck="false"
          autocomplete="off"
          .value=${text}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
          @click=${() => {
            if (this.state.filterText.value === "") this.#suggest();
          }}
          @blur=${this.#close}
        />
        ${
          text === ""
            ? nothing
            : renderIconButton(icons.close, t("Clear the filter"), () => this.clear())
        }
      </div>
      <div id="problems" role="status">${this.#renderProblems()}</div>
      <div class="popup" id="suggestions" role="listbox" aria-label=${label} ?hidden=${!isOpen}>
        ${suggestions.map((each, index) => this.#renderSuggestion(each, index))}
      </div>`;
  }

  #renderSuggestion({ text, hint }: Suggestion, index: number): TemplateResult {
    return html`<div
      class="option"
      id=${`option${index}`}
      role="option"
      aria-selected=${index === this.active ? "true" : "false"}
      @pointerdown=${(event: Event) => {
        // The box keeps the keyboard.
        event.preventDefault();
        this.#take(index);
      }}
    >
      <span class="cut" title=${text}>${text}</span>
      ${hint === undefined ? nothing : html`<span class="muted cut">${hint}</span>`}
    </div>`;
  }

  /** Draws the problems; what is being typed is not told of until the typing rests. */
  #renderProblems(): readonly TemplateResult[] {
    const { problems } = this.state.parseFilter();
    const caret = this.#input?.selectionStart ?? 0;
    const isTyping = this.suggestions.length > 0;
    return problems
      .filter(({ start, end }) => !(isTyping && start <= caret && caret <= end))
      .map(
        problem =>
          html`<div class="problem">${icons.warning}<span>${describeProblem(problem)}</span></div>`,
      );
  }

  clear(): void {
    this.state.filterText.set("");
    this.suggestions = [];
    void this.session.applyFilter();
    this.#input?.focus();
  }

  readonly #onInput = (): void => {
    // Half a value would find nothing: it counts when it is chosen, or when there is nothing to choose from.
    const place = this.#findPlace();
    this.session.type(this.#input?.value ?? "", place.kind === "key");
    // Between terms nothing is offered unasked: it would lie over the list that one types for.
    if (place.kind === "key" && place.typed === "") this.#close();
    else this.#suggest();
  };

  readonly #suggest = (): void => {
    this.#findSuggestions().catch((error: unknown) => {
      // Without what the store knows the box is still a box; the list tells of the store.
      this.suggestions = [];
      this.host.report(error);
    });
  };

  readonly #close = (): void => {
    this.#latest.dispose();
    this.suggestions = [];
    this.active = -1;
    void this.session.applyFilter();
  };

  /** Finds the term that the caret stands in. */
  #findPlace(): Completion {
    const input = this.#input;
    return findCompletion(input?.value ?? "", input?.selectionStart ?? 0);
  }

  async #findSuggestions(): Promise<void> {
    const input = this.#input;
    if (input === undefined) return;
    const completion = this.#findPlace();
    const offered = completion.kind === "key" ? "" : completion.key;
    // What was offered for a key must not be taken for a value.
    if (offered !== this.#offered) this.suggestions = [];
    this.#offered = offered;
    const values = await this.#latest.run(async () => {
      if (completion.kind === "key") return [];
      const { remote } = this.host;
      if (completion.key === "service") return remote.listServices();
      if (completion.key === "session") {
        return [...new Set(this.state.list.value.traces.flatMap(({ session }) => session ?? []))];
      }
      if (completion.key !== "operation") return [];
      return remote.listOperations(this.state.parseFilter().filter.service);
    });
    if (values === undefined || this.shadowRoot?.activeElement !== input) return;
    const found = listSuggestions(completion, values);
    // What is written already needs no offer.
    const isDone = found.length === 1 && found[0]?.text === completion.typed;
    this.suggestions = isDone ? [] : found;
    if (this.suggestions.length === 0) void this.session.applyFilter();
    // What begins as it is typed is taken by Tab and Enter; Escape goes on with the word as a word.
    this.active = completion.typed === "" ? -1 : 0;
  }

  #take(index: number): void {
    const input = this.#input;
    const suggestion = this.suggestions[index];
    if (input === undefined || suggestion === undefined) return;
    const { start, end } = this.#findPlace();
    const after = input.value.slice(end);
    const blank = suggestion.isOpen || after.startsWith(" ") ? "" : " ";
    const before = input.value.slice(0, start) + suggestion.insert + blank;
    input.value = before + after;
    input.setSelectionRange(before.length, before.length);
    this.state.filterText.set(input.value);
    this.#close();
    if (suggestion.isOpen) this.#suggest();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const count = this.suggestions.length;
    switch (event.key) {
      case "ArrowDown":
        if (count > 0) this.active = (this.active + 1) % count;
        else this.#leave();
        break;
      case "ArrowUp":
        if (count === 0) return;
        this.active = (this.active <= 0 ? count : this.active) - 1;
        break;
      case "Tab":
        if (count === 0 || event.shiftKey) return;
        this.#take(Math.max(0, this.active));
        break;
      case "Enter":
        // The keyboard stays: who goes on typing must not find that letters are commands now. The down arrow leaves.
        if (count > 0 && this.active >= 0) this.#take(this.active);
        else this.#close();
        break;
      case "Escape":
        if (count > 0) this.#close();
        else if (this.state.filterText.value !== "") this.clear();
        else this.#leave();
        break;
      case " ":
        if (!event.ctrlKey) return;
        this.#suggest();
        break;
      default:
        return;
    }
    event.preventDefault();
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
    });
  };

  #leave(): void {
    this.dispatchEvent(new CustomEvent("to-list", { bubbles: true, composed: true }));
  }
}

customElements.define("traceside-filter", FilterBox);
