/** `<traceside-timeline-toolbar>`: the timeline's few buttons; one tab stop, arrow keys between them. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import { moveFocus } from "../kit/moveFocus.ts";
import { t } from "../words/words.ts";
import { icons } from "./icons.ts";
import { baseStyles } from "../kit/styles.ts";

export type ToolbarCommand =
  | "find"
  | "filter"
  | "nextError"
  | "unfoldAll"
  | "foldAll"
  | "groupAlike"
  | "zoomToSelection"
  | "fit";

export class TimelineToolbar extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        container-type: inline-size;
        display: flex;
        flex-wrap: wrap;
        align-content: center;
      }
      /* Closer together before they stand on two lines of four. */
      .icon {
        flex: 1 0 19px;
        width: auto;
        max-width: 22px;
      }
      @container (width < 168px) {
        .icon {
          flex: none;
          width: 22px;
          margin-inline: calc((25% - 22px) / 2);
        }
      }
    `,
  ];
  static override properties = {
    disabledCommands: { attribute: false },
    isGrouped: { attribute: false },
    hasRows: { attribute: false },
  };
  declare disabledCommands: ReadonlySet<ToolbarCommand>;
  /** Alike siblings are one row. */
  declare isGrouped: boolean;
  /** Whether rows are seen, which can be folded; boxes cannot. */
  declare hasRows: boolean;

  onCommand: (command: ToolbarCommand, event: MouseEvent) => void = () => undefined;

  constructor() {
    super();
    this.disabledCommands = new Set();
    this.isGrouped = true;
    this.hasRows = true;
    this.setAttribute("role", "toolbar");
    this.addEventListener("keydown", moveFocus);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute("aria-label", t("Timeline"));
  }

  protected override render(): TemplateResult {
    return html`
      ${this.#button("find", t("Find in trace (/)"))} ${this.#button("filter", t("Filter spans"))}
      ${this.#button("nextError", t("Next error (e, Shift+E for the one before)"))}
      ${
        this.hasRows
          ? [
              this.#button("unfoldAll", t("Unfold all")),
              this.#button("foldAll", t("Fold all")),
              this.#button("groupAlike", t("Five or more alike calls in one row"), this.isGrouped),
            ]
          : nothing
      }
      ${this.#button("zoomToSelection", t("Zoom to the selected span (z)"))}
      ${this.#button("fit", t("Show the whole trace (0)"))}
    `;
  }

  #button(command: ToolbarCommand, label: string, isPressed?: boolean): TemplateResult {
    return html`<button
      class="icon toggle"
      title=${label}
      aria-label=${label}
      aria-pressed=${isPressed === undefined ? nothing : String(isPressed)}
      tabindex=${command === "find" ? 0 : -1}
      aria-disabled=${this.disabledCommands.has(command)}
      @click=${(event: MouseEvent) => {
        if (!this.disabledCommands.has(command)) this.onCommand(command, event);
      }}
    >
      ${icons[command]}
    </button>`;
  }
}

customElements.define("traceside-timeline-toolbar", TimelineToolbar);
