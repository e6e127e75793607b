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
    gap: var(--space-4);
    height: 24px;
    padding: 0 var(--space-4);
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
    padding: 0 var(--space-4);
    line-height: 20px;
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
