/** How a graph that is seen from afar looks, and the minimap that shows where one is in it. */

import { css } from "lit";

/** They follow the graph's own styles, some of which they take back. */
export const farStyles = css`
  /* Too small to be read: only what can be told by shape and place. */
  .far .times,
  .far .name,
  .far .call text,
  .far .mark,
  .far .fold.open {
    display: none;
  }
  .labels {
    pointer-events: none;
  }
  .labels text {
    fill: var(--vscode-foreground);
    paint-order: stroke;
    stroke: var(--vscode-editor-background);
    stroke-linejoin: round;
  }
  .labels text.failed {
    fill: var(--error);
    font-weight: 600;
  }
  /* Hairlines of a scaled picture would lose every colour: what is far away is filled and keeps its width. */
  .far .box {
    vector-effect: non-scaling-stroke;
  }
  .far .node.calls:not(.selected, .placeholder) .box {
    fill: color-mix(in srgb, var(--slot, var(--line)) 35%, var(--vscode-editor-background));
  }
  .tiny .node.calls:not(.selected, .placeholder) .box {
    fill: var(--slot, var(--line));
  }
  .far .node.failed .box {
    stroke-width: 2;
    stroke-opacity: 1;
  }
  .far .line {
    vector-effect: non-scaling-stroke;
  }
  .tiny :is(.fold, .stripe, .arrow) {
    display: none;
  }
  .minimap {
    position: absolute;
    right: 8px;
    bottom: 8px;
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
    border-radius: var(--radius);
    background: var(--vscode-editor-background);
    /* Nodes below it end before its own begin. */
    box-shadow:
      0 0 0 4px var(--vscode-editor-background),
      0 0 8px 4px var(--vscode-widget-shadow, transparent);
    cursor: default;
  }
  .minimap[hidden] {
    display: none;
  }
  .minimap[data-corner^="top"] {
    top: 8px;
    bottom: auto;
  }
  .minimap[data-corner$="left"] {
    right: auto;
    left: 8px;
  }
  /* Above the buttons that step through a node's spans. */
  .stage:has(.spans) .minimap[data-corner="bottom right"] {
    bottom: 34px;
  }
  .minimap path {
    fill: var(--slot);
  }
  .minimap .seen {
    fill: color-mix(in srgb, var(--vscode-foreground) 12%, transparent);
    stroke: var(--vscode-focusBorder);
    stroke-width: 1px;
    vector-effect: non-scaling-stroke;
  }
`;
