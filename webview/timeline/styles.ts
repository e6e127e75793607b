/** The timeline's styles. Colours are VS Code's variables only. */

import { css } from "lit";

export const buttonStyles = css`
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    width: 22px;
    height: 22px;
    padding: 0;
    border: 0;
    border-radius: 5px;
    color: var(--vscode-icon-foreground, inherit);
    background: none;
    cursor: pointer;
  }
  button:hover:not([aria-disabled="true"]) {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  button[aria-pressed="true"] {
    background: var(--vscode-toolbar-activeBackground, var(--vscode-toolbar-hoverBackground));
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  button[aria-disabled="true"] {
    opacity: 0.4;
    cursor: default;
  }
  button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
`;

export const timelineStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    height: 100%;
    position: relative;
    overflow: hidden;
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    color: var(--vscode-foreground);
    background: var(--vscode-editor-background);
    font-variant-numeric: tabular-nums;
  }
  [hidden] {
    display: none !important;
  }
  .strip {
    display: flex;
    flex: none;
    height: 48px;
  }
  traceside-timeline-toolbar {
    flex: none;
    box-sizing: border-box;
  }
  canvas {
    display: block;
  }
  .minimap {
    flex: 1 1 0;
    min-width: 0;
    width: 0;
    height: 48px;
    touch-action: none;
  }
  .body {
    position: relative;
    flex: 1 1 0;
    min-height: 0;
    overflow: hidden;
  }
  .rows {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  .axis {
    position: absolute;
    top: 0;
    right: 0;
    height: 22px;
    cursor: crosshair;
    touch-action: none;
  }
  .count {
    position: absolute;
    top: 0;
    left: 8px;
    line-height: 21px;
    font-size: var(--font-small);
    color: var(--vscode-descriptionForeground);
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
    pointer-events: none;
  }
  .scroller {
    position: absolute;
    inset: 22px 0 0 0;
    overflow-x: hidden;
    overflow-y: scroll;
    outline: none;
    touch-action: pan-y;
  }
  /* Else the ring is drawn around the row that is active. */
  .scroller:focus-visible:not([aria-activedescendant]) {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  /* It keeps its size, and nobody walks into it. */
  .scroller[data-covered] {
    visibility: hidden;
  }
  .scroller::-webkit-scrollbar {
    width: 10px;
  }
  .scroller::-webkit-scrollbar-thumb {
    background: var(--vscode-scrollbarSlider-background);
  }
  .scroller::-webkit-scrollbar-thumb:hover {
    background: var(--vscode-scrollbarSlider-hoverBackground);
  }
  .scroller::-webkit-scrollbar-thumb:active {
    background: var(--vscode-scrollbarSlider-activeBackground);
  }
  .spacer {
    position: relative;
    overflow: hidden;
  }
  [role="treeitem"] {
    position: absolute;
    left: 0;
    right: 0;
    height: 22px;
    pointer-events: none;
  }
  .tooltip {
    position: absolute;
    z-index: 3;
    max-width: min(420px, calc(100% - 16px));
    box-sizing: border-box;
    padding: 6px 10px 7px;
    pointer-events: none;
    color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
    background: var(--vscode-editorHoverWidget-background);
    border: 1px solid var(--vscode-editorHoverWidget-border);
    border-radius: 3px;
  }
  .tooltip-key {
    margin-top: 4px;
    color: var(--vscode-descriptionForeground);
  }
  .tooltip-title {
    margin-bottom: 4px;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .tooltip dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 1px 12px;
    margin: 0;
  }
  .tooltip dt {
    color: var(--vscode-descriptionForeground);
  }
  .tooltip dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .empty {
    margin: auto;
    padding: 24px;
    color: var(--vscode-descriptionForeground);
  }
`;
