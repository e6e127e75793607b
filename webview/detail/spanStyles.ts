/** The styles of the view of one span. */

import { css } from "lit";

export const spanStyles = css`
  header {
    padding: var(--space-3) var(--space-5) var(--space-4);
  }
  .title {
    display: flex;
    align-items: flex-start;
    gap: var(--space-4);
  }
  .title .state {
    height: 22px;
    align-items: center;
  }
  h1 {
    flex: 1;
    min-width: 0;
    font-size: var(--font-title);
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .steps {
    display: inline-flex;
    flex: none;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    column-gap: var(--space-5);
  }
  .chip,
  .id {
    display: inline-flex;
    align-items: center;
    gap: var(--space-3);
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .id traceside-copy {
    margin-inline-start: calc(-1 * var(--space-2));
  }
  .place {
    position: relative;
    height: 8px;
    margin: var(--space-2) 0 var(--space-3);
    border-radius: var(--radius-small);
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .place > * {
    position: absolute;
    inset-block: 0;
    border-radius: var(--radius-small);
  }
  .place .ran {
    min-width: 2px;
    background: var(--slot);
    clip-path: var(--slits);
  }
  .place .wait {
    inset-block: 3px;
    background: var(--vscode-traceside-queueWait);
  }
  /* Beside the fold and not in it: a button in a button is nobody's. */
  .copied {
    position: relative;
  }
  .copier {
    position: absolute;
    inset-inline-end: 12px;
    top: 8px;
  }
  summary .end,
  .linkRow .end {
    margin-inline-start: auto;
    white-space: nowrap;
  }
  .event summary {
    font-size: inherit;
    font-weight: inherit;
    letter-spacing: 0;
    text-transform: none;
    color: inherit;
  }
  .linkRow {
    display: flex;
    align-items: center;
    gap: var(--space-4);
  }
`;
