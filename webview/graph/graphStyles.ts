/** How the call graph looks, in the editor's own colours. */

import { css } from "lit";
import { switchStyles } from "../kit/radioButton.ts";
import { slotStyles } from "../kit/styles.ts";

export const graphStyles = css`
  ${slotStyles}
  ${switchStyles}
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    height: 100%;
    container-type: inline-size;
    --muted: var(--vscode-descriptionForeground);
    --line: color-mix(in srgb, var(--vscode-foreground) 38%, var(--vscode-editor-background));
    --error: var(--vscode-traceside-error);
    --accent: var(--vscode-focusBorder);
  }
  :host-context(.vscode-high-contrast) {
    --muted: var(--vscode-foreground);
    --line: var(--vscode-foreground);
  }
  .bar {
    display: flex;
    align-items: center;
    gap: var(--space-5);
    min-height: 30px;
    padding: 0 var(--space-4);
    flex: none;
  }
  .tools,
  .view {
    display: flex;
    flex: none;
    align-items: center;
    gap: var(--space-1);
  }
  @container (max-width: 620px) {
    .bar {
      flex-wrap: wrap;
      row-gap: 0;
      padding-bottom: var(--space-1);
    }
    .tools {
      order: -1;
      width: 100%;
      min-height: 30px;
    }
    .grow {
      flex: 1;
    }
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-3);
    height: 22px;
    min-width: 22px;
    padding: 0 var(--space-3);
    border-radius: var(--radius);
    white-space: nowrap;
  }
  button:hover {
    background: var(--vscode-toolbar-hoverBackground, var(--vscode-list-hoverBackground));
  }
  button svg {
    width: 16px;
    height: 16px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.2;
    flex: none;
  }
  .switch {
    margin-right: var(--space-4);
  }
  @container (max-width: 400px) {
    .percent {
      display: none;
    }
  }
  .percent {
    min-width: 44px;
    color: var(--muted);
  }
  .key {
    font-size: var(--font-small);
    display: inline-flex;
    align-items: center;
    gap: var(--space-3);
    padding: 0 var(--space-3);
    color: var(--muted);
    white-space: nowrap;
    flex: none;
  }
  .key svg {
    width: 22px;
    height: 10px;
    overflow: visible;
  }
  .stage {
    position: relative;
    flex: 1;
    min-height: 0;
    overflow: hidden;
    touch-action: none;
    cursor: grab;
  }
  .stage.panning {
    cursor: grabbing;
  }
  .stage > [role="tree"] {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    display: block;
    outline: none;
    user-select: none;
  }
  .node:focus-visible {
    outline: none;
  }
  .node {
    cursor: pointer;
  }
  .box {
    fill: var(--vscode-editorWidget-background, var(--vscode-editor-background));
    stroke: var(--vscode-contrastBorder, var(--line));
    stroke-width: 1;
    stroke-opacity: 0.55;
  }
  :host-context(.vscode-high-contrast) .box {
    stroke-opacity: 1;
  }
  .stripe {
    fill: var(--slot, var(--line));
    clip-path: var(--slits);
  }
  .ring {
    fill: none;
    stroke: none;
    pointer-events: none;
  }
  .name {
    fill: var(--vscode-foreground);
    font-size: var(--vscode-font-size, 13px);
  }
  .times {
    fill: var(--muted);
    font-size: var(--font-small);
  }
  .node.hovered .box,
  .node:hover .box {
    fill: color-mix(
      in srgb,
      var(--vscode-foreground) 7%,
      var(--vscode-editorWidget-background, var(--vscode-editor-background))
    );
    stroke-opacity: 1;
  }
  .node.failed .box {
    stroke: var(--error);
    stroke-opacity: 0.9;
  }
  .node.placeholder .box,
  .node.more .box {
    fill: none;
    pointer-events: all;
    stroke-dasharray: 4 3;
  }
  .node.more .name {
    fill: var(--muted);
  }
  .node.placeholder .name {
    font-style: italic;
    fill: var(--muted);
  }
  .change {
    fill: var(--vscode-foreground);
    font-size: var(--font-small);
    font-weight: 600;
  }
  .far .change {
    display: none;
  }
  /* As below the bars of the timeline. */
  .criticalLine {
    display: none;
    stroke: var(--vscode-foreground);
    stroke-width: 2;
  }
  .node.critical .criticalLine {
    display: inline;
  }
  .call.critical .line {
    stroke: var(--vscode-foreground);
  }
  .call.critical .arrow {
    fill: var(--vscode-foreground);
  }
  .node.way .box {
    stroke: var(--vscode-foreground);
    stroke-opacity: 0.75;
  }
  .node.selected .box {
    fill: color-mix(
      in srgb,
      var(--accent) 20%,
      var(--vscode-editorWidget-background, var(--vscode-editor-background))
    );
    stroke: var(--accent);
    stroke-opacity: 1;
    stroke-width: 2;
  }
  .node.selected.holds .box {
    stroke-dasharray: 5 3;
  }
  .node:focus-visible .ring {
    stroke: var(--vscode-focusBorder);
    stroke-width: 1.5;
  }
  .mark path {
    fill: var(--muted);
    fill-rule: evenodd;
  }
  .mark text {
    font-size: var(--font-small);
    fill: var(--muted);
  }
  .mark.error path {
    fill: var(--error);
  }
  .mark.error text {
    fill: var(--error);
    font-weight: 600;
  }
  .mark.running path,
  .mark.silent path {
    fill: none;
    stroke: var(--vscode-foreground);
    stroke-width: 1.3;
    stroke-linejoin: round;
  }
  .fold text {
    font-size: var(--font-small);
    text-anchor: middle;
    fill: var(--vscode-badge-foreground);
  }
  .folded rect {
    fill: var(--vscode-badge-background);
    stroke: var(--vscode-contrastBorder, none);
  }
  .fold.folded:hover rect {
    stroke: var(--vscode-focusBorder);
  }
  .fold.open {
    opacity: 0;
  }
  .node:hover .fold.open,
  .node.selected .fold.open,
  .node:focus-visible .fold.open {
    opacity: 1;
  }
  .fold.open circle {
    fill: var(--vscode-editor-background);
    stroke: var(--line);
  }
  .fold.open circle.reach {
    fill: transparent;
    stroke: none;
  }
  .fold.open path {
    stroke: var(--vscode-foreground);
    stroke-width: 1.3;
  }
  .fold.open:hover circle:not(.reach) {
    stroke: var(--vscode-focusBorder);
  }
  .line {
    fill: none;
    stroke: var(--line);
  }
  .arrow {
    fill: var(--line);
  }
  .call text {
    font-size: var(--font-small);
    fill: var(--muted);
    paint-order: stroke;
    stroke: var(--vscode-editor-background);
    stroke-width: 3px;
    stroke-linejoin: round;
  }
  .call text.before {
    text-anchor: end;
  }
  .call.more .line {
    stroke-dasharray: 4 3;
  }
  .call.way .line {
    stroke: var(--accent);
    stroke-width: 2px;
  }
  .call.way .arrow {
    fill: var(--accent);
  }
  .cause .line {
    stroke: var(--muted);
    stroke-width: 1.2;
    stroke-dasharray: 6 4;
  }
  .cause.kind1 .line {
    stroke-dasharray: 2 3;
  }
  .cause.kind2 .line {
    stroke-dasharray: 10 3 2 3;
  }
  .cause.kind3 .line {
    stroke-dasharray: 10 3 2 3 2 3;
  }
  .cause .arrow {
    fill: var(--muted);
  }
  /* Too many to be followed by eye: there to be seen, and told apart where one is chosen. */
  .cause.over {
    opacity: 0.22;
  }
  .cause.touched {
    opacity: 1;
  }
  .cause.touched .line {
    stroke: var(--accent);
    stroke-width: 1.8;
  }
  .cause.touched .arrow {
    fill: var(--accent);
  }
  .dim {
    opacity: 0.25;
  }
  :host-context(.vscode-high-contrast) .dim {
    opacity: 0.45;
  }
  .empty {
    position: absolute;
    inset: 0;
    display: flex;
    align-items: center;
    justify-content: center;
    padding: var(--space-7);
    color: var(--muted);
    text-align: center;
    cursor: default;
  }
  .status {
    position: absolute;
    left: 8px;
    right: 8px;
    bottom: 6px;
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: var(--space-2);
    font-size: var(--font-small);
    pointer-events: none;
    color: var(--muted);
  }
  .notes {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-5);
    padding: var(--space-1) var(--space-4);
    font-size: var(--font-small);
    color: var(--muted);
  }
  .status > div {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-3);
    padding: var(--space-1) var(--space-3);
    border-radius: var(--radius);
    background: color-mix(in srgb, var(--vscode-editor-background) 88%, transparent);
    pointer-events: auto;
  }
  .status .spans {
    color: var(--vscode-foreground);
    margin-left: auto;
  }
  .status .warning {
    color: var(--vscode-foreground);
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  }
`;
