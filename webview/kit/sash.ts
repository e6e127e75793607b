/** `<traceside-sash>`: the line between two panes, moved by pointer or arrow keys, reset by a double click. */

import { css, LitElement } from "lit";

const KEY_STEP_PX = 24;

export type SashDirection = "vertical" | "horizontal";

export class Sash extends LitElement {
  static override styles = css`
    :host {
      position: relative;
      z-index: 2;
      flex: none;
      touch-action: none;
      outline: none;
      background: var(--vscode-contrastBorder, var(--vscode-panel-border));
    }
    :host([aria-orientation="vertical"]) {
      width: 1px;
      cursor: ew-resize;
    }
    :host([aria-orientation="horizontal"]) {
      height: 1px;
      cursor: ns-resize;
    }
    /* Wider to grasp than to see. */
    :host::before {
      content: "";
      position: absolute;
      inset: -4px;
    }
    :host::after {
      content: "";
      position: absolute;
      inset: -1px;
    }
    :host(:hover)::after,
    :host(:focus-visible)::after,
    :host(.moving)::after {
      background: var(--vscode-sash-hoverBorder, var(--vscode-focusBorder));
    }
  `;
  static override properties = {
    direction: { attribute: false },
    share: { attribute: false },
    label: { attribute: false },
  };
  /** The direction of the line itself. */
  declare direction: SashDirection;
  /** The share of the pane before the line, 0 to 1. */
  declare share: number;
  declare label: string;
  /** Told by how far the line should move; `undefined`: back to where it stood at first. */
  onMove: (byPx: number | undefined) => void = () => undefined;

  constructor() {
    super();
    this.addEventListener("pointerdown", down => {
      if (down.button !== 0) return;
      down.preventDefault();
      this.setPointerCapture(down.pointerId);
      this.classList.add("moving");
      let lastPx = this.#along(down);
      const move = (event: PointerEvent): void => {
        const nowPx = this.#along(event);
        this.onMove(nowPx - lastPx);
        lastPx = nowPx;
      };
      const stop = (): void => {
        this.classList.remove("moving");
        this.removeEventListener("pointermove", move);
        this.removeEventListener("lostpointercapture", stop);
      };
      this.addEventListener("pointermove", move);
      this.addEventListener("lostpointercapture", stop);
    });
    this.addEventListener("dblclick", () => this.onMove(undefined));
    this.addEventListener("keydown", event => {
      const [less, more] =
        this.direction === "vertical" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
      if (event.key !== less && event.key !== more) return;
      event.preventDefault();
      this.onMove(event.key === less ? -KEY_STEP_PX : KEY_STEP_PX);
    });
  }

  #along(event: PointerEvent): number {
    return this.direction === "vertical" ? event.clientX : event.clientY;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.setAttribute("role", "separator");
  }

  override updated(): void {
    this.setAttribute("aria-orientation", this.direction);
    this.setAttribute("aria-label", this.label);
    this.setAttribute("aria-valuemin", "0");
    this.setAttribute("aria-valuemax", "100");
    this.setAttribute("aria-valuenow", String(Math.round(this.share * 100)));
  }
}

customElements.define("traceside-sash", Sash);
