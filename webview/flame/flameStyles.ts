/** The flame view's styles; what it shares with the waterfall is timeline/styles.ts's. */

import { css } from "lit";
import { switchStyles } from "../kit/radioButton.ts";

export const flameStyles = css`
  ${switchStyles}
  :host {
    position: absolute;
    inset: 0;
    z-index: 1;
  }
  .bar {
    display: flex;
    flex: none;
    align-items: center;
    gap: 8px;
    height: 24px;
    padding: 0 8px;
    overflow: hidden;
    white-space: nowrap;
  }
  .bar .note {
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--vscode-descriptionForeground);
  }
  .bar .back {
    flex: none;
    width: auto;
    height: 20px;
    padding: 0 8px;
    font: inherit;
    margin-inline-start: auto;
    color: var(--vscode-textLink-foreground);
  }
  .axis {
    left: 0;
  }
  [role="treeitem"] {
    right: auto;
    height: 20px;
  }
`;
