/** `<traceside-timeline-divider>`: the line between names and bars, moved by pointer or arrow keys. Knows no trace. */

import { css, LitElement } from "lit";

import { Owner } from "../../src/base/disposables.ts";
import { t } from "../words/words.ts";
import { listen } from "./listen.ts";

const KEY_STEP_PX = 16;

export class TimelineDivider extends LitElement {
  static override styles = css`
    :host {
      position: absolute;
      top: 0;
      bottom: 0;
      width: 9px;
      margin-left: calc(-9px / 2);
      cursor: ew-resize;
      touch-action: none;
      outline: none;
    }
    :host::after {
      content: "";
      position: absolute;
      top: 0;
      bottom: 0;
      left: 4px;
      width: 1px;
      background: var(--vscode-contrastBorder, var(--vscode-panel-border));
    }
    :host(:hover)::after,
    :host(:focus-visible)::after {
      left: 3px;
      width: 3px;
      background: var(--vscode-sash-hoverBorder, var(--vscode-focusBorder));
    }
  `;

  /** Told where the line should stand; the owner decides, and answers by `place`. */
  onMove: (xPx: number) => void = () => undefined;
  #xPx = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.setAttribute("role", "separator");
    this.setAttribute("aria-orientation", "vertical");
    this.setAttribute("aria-label", t("Width of the names"));
  }

  constructor() {
    super();
    this.addEventListener("pointerdown", down => {
      if (down.button !== 0) return;
      const startPx = this.#xPx;
      const drag = new Owner();
      this.setPointerCapture(down.pointerId);
      drag.own(
        listen(this, "pointermove", move => this.onMove(startPx + move.clientX - down.clientX)),
      );
      drag.own(listen(this, "pointerup", () => drag.dispose()));
      drag.own(listen(this, "pointercancel", () => drag.dispose()));
    });
    this.addEventListener("keydown", event => {
      const steps: Record<string, number> = { ArrowLeft: -KEY_STEP_PX, ArrowRight: KEY_STEP_PX };
      const step = steps[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.onMove(this.#xPx + step);
    });
  }

  place(xPx: number, widthPx: number): void {
    this.#xPx = xPx;
    this.style.left = `${xPx}px`;
    const percent = widthPx === 0 ? 0 : Math.round((xPx / widthPx) * 100);
    this.setAttribute("aria-valuenow", String(percent));
    this.setAttribute("aria-valuemin", "0");
    this.setAttribute("aria-valuemax", "100");
  }
}

customElements.define("traceside-timeline-divider", TimelineDivider);
