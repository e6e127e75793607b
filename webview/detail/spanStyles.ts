/** The styles of the view of one span. */

import { css } from "lit";

export const spanStyles = css`
  :host {
    display: block;
  }
  header {
    padding: 6px 12px 8px;
  }
  .title {
    display: flex;
    align-items: flex-start;
    gap: 8px;
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
    line-height: 22px;
  }
  .steps {
    display: inline-flex;
    flex: none;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    column-gap: 12px;
  }
  .chip,
  .id {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .id traceside-copy {
    margin-inline-start: -4px;
  }
  .place {
    position: relative;
    height: 8px;
    margin: 3px 0 6px;
    border-radius: 2px;
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .place > * {
    position: absolute;
    inset-block: 0;
    border-radius: 2px;
  }
  .place .ran {
    min-width: 2px;
    background: var(--slot);
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
    gap: 10px;
  }
`;
