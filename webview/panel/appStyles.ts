/** The styles of the frame of the panel. */

import { css } from "lit";

export const appStyles = css`
  :host {
    display: flex !important;
    flex-direction: column;
    height: 100%;
    /* Not hidden, which focus and a find in the page can scroll: the header would move out of sight. */
    overflow: clip;
    background: var(--vscode-editor-background);
  }
  .panes,
  .left,
  .pane {
    display: flex;
    flex: 1 1 0;
    min-width: 0;
    min-height: 0;
  }
  .left,
  .panes.narrow {
    flex-direction: column;
  }
  .pane > * {
    flex: 1;
    min-width: 0;
    min-height: 0;
  }
  .views {
    display: flex;
    flex-direction: column;
  }
  .views > :not(traceside-tabs) {
    flex: 1;
    min-height: 0;
  }
  traceside-tabs {
    flex: none;
    border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  }
  .toggles {
    display: inline-flex;
    gap: 4px;
  }
  .toggles .icon[aria-pressed="true"] {
    background: var(--vscode-inputOption-activeBackground);
    color: var(--vscode-inputOption-activeForeground, inherit);
    outline: 1px solid var(--vscode-inputOption-activeBorder, transparent);
    outline-offset: -1px;
  }
  .toggles .icon[aria-pressed="true"]:focus-visible {
    outline-color: var(--vscode-focusBorder);
  }
  .message {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 10px;
    width: min(560px, calc(100% - 48px));
    margin: 18vh auto 0;
    overflow-wrap: anywhere;
  }
  .message h1 {
    display: flex;
    align-items: center;
    gap: 10px;
    font-size: var(--font-title);
    font-weight: 600;
  }
  .message h1 .mono {
    font-size: inherit;
    font-weight: 400;
  }
  .message.failed h1 {
    align-items: flex-start;
    font-weight: 400;
  }
  .message .failure {
    margin-top: 3px;
  }
  .answers {
    display: grid;
    grid-template-columns: max-content 1fr;
    column-gap: 16px;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 6px;
  }
  vscode-progress-ring {
    width: 18px;
    height: 18px;
  }
`;
