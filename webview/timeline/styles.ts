/** The timeline's styles. Colours are VS Code's variables only. */

import { css } from "lit";

export const timelineStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    height: 100%;
    position: relative;
    overflow: hidden;
    background: var(--vscode-editor-background);
  }
  .strip {
    display: flex;
    flex: none;
    height: 48px;
  }
  traceside-timeline-toolbar {
    flex: none;
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
  traceside-sash {
    position: absolute;
    inset-block: 0;
  }
  .scroller {
    position: absolute;
    inset: 22px 0 0 0;
    overflow-x: hidden;
    overflow-y: scroll;
    outline: none;
    touch-action: pan-y;
  }
  /* The ring is drawn around the row that is active. */
  .scroller[aria-activedescendant]:focus-visible {
    outline: none;
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
    line-height: 18px;
    padding: var(--space-3) var(--space-4) var(--space-4);
    pointer-events: none;
    color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
    background: var(--vscode-editorHoverWidget-background);
    border: 1px solid var(--vscode-editorHoverWidget-border);
    border-radius: var(--radius);
  }
  .ruler {
    position: absolute;
    inset-block: 0;
    pointer-events: none;
    border-inline-start: 1px solid var(--vscode-descriptionForeground);
  }
  .ruler::before {
    content: attr(data-words);
    position: absolute;
    left: 50%;
    translate: -50%;
    padding: 0 var(--space-2);
    font-size: var(--font-small);
    line-height: 19px;
    white-space: nowrap;
    background: var(--vscode-editorHoverWidget-background);
    border: 1px solid var(--vscode-editorHoverWidget-border);
    border-radius: var(--radius);
  }
  .tooltip-key {
    margin-top: var(--space-2);
    color: var(--vscode-descriptionForeground);
  }
  .tooltip-title {
    margin-bottom: var(--space-2);
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .tooltip dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: var(--space-1) var(--space-5);
  }
  .tooltip dt {
    color: var(--vscode-descriptionForeground);
  }
  .tooltip dd {
    overflow-wrap: anywhere;
  }
  .empty {
    margin: auto;
    padding: var(--space-7);
    color: var(--vscode-descriptionForeground);
  }
`;
