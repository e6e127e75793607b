/** `<traceside-stack>`: a stack trace whose frames open their source. Knows no trace. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Host } from "../panel/host.ts";
import { CutLists } from "../kit/showAll.ts";
import { explainError } from "../words/storeAnswers.ts";
import { baseStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";
import { findProgramFrame, readStack, type StackLine } from "./stackLines.ts";
import { detailStyles } from "./styles.ts";

const LINES_AT_FIRST = 30;
/** Among so many first lines the program's own frame is seen without being told before all others. */
const LINES_SEEN_AT_ONCE = 6;

export class StackView extends LitElement {
  static override styles = [
    baseStyles,
    detailStyles,
    css`
      .lines {
        line-height: 18px;
        overflow-wrap: anywhere;
        tab-size: 2;
      }
      /* The lines alone: white space of the template is none of the stack's. */
      .lines > * {
        white-space: pre-wrap;
      }
      .lines button {
        display: block;
        width: 100%;
      }
      /* Its mark stands beside the text, which begins where the others do. */
      .own {
        margin-inline-start: calc(-2px - var(--space-3));
        padding-inline-start: var(--space-3);
        border-inline-start: 2px solid var(--vscode-textLink-foreground);
      }
      .frame {
        color: var(--vscode-textLink-foreground);
      }
      .frame:hover {
        text-decoration: underline;
      }
      .lines.own {
        margin-block: var(--space-2);
      }
      .foreign {
        color: var(--vscode-descriptionForeground);
      }
    `,
  ];
  static override properties = {
    stack: { attribute: false },
    answer: { state: true },
  };
  declare host: Host;
  declare stack: string;
  declare answer: string | undefined;
  readonly #lists = new CutLists(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("stack")) return;
    this.#lists.reset();
    this.answer = undefined;
  }

  override render(): TemplateResult {
    const lines = readStack(this.stack);
    const { shown, more } = this.#lists.cut(lines, LINES_AT_FIRST);
    const programFrame = findProgramFrame(lines);
    const isFar = programFrame !== undefined && lines.indexOf(programFrame) >= LINES_SEEN_AT_ONCE;
    return html`${
        isFar
          ? html`<div class="lines mono own" title=${t("The program's own frame")}>
              ${this.#renderLine({ ...programFrame, text: programFrame.text.trim() })}
            </div>`
          : nothing
      }
      <div class="lines mono">
        ${shown.map(line => this.#renderLine(line, !isFar && line === programFrame))}
      </div>
      ${more}
      <p class="note" role="status">${this.answer ?? nothing}</p>`;
  }

  /** As a property: in a template, line breaks of the source would be lines of the stack. */
  #renderLine({ text, isFrame, isForeign }: StackLine, isOwn = false): TemplateResult {
    if (!isFrame) return html`<div .textContent=${text === "" ? " " : text}></div>`;
    return html`<button
      class="frame ${isForeign ? "foreign" : ""} ${isOwn ? "own" : ""}"
      title=${t("Open this line")}
      .textContent=${text}
      @click=${() => this.#open(text)}
    ></button>`;
  }

  #open(frame: string): void {
    this.host.remote.openFrame(frame).then(
      answer => {
        this.answer =
          answer.kind === "none" ? t("No file of this workspace fits this frame.") : undefined;
      },
      (error: unknown) => {
        this.answer = explainError(error);
      },
    );
  }
}

customElements.define("traceside-stack", StackView);
