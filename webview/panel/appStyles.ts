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
    gap: var(--space-2);
  }
  .message {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: var(--space-4);
    width: min(560px, calc(100% - 48px));
    margin: 18vh auto 0;
    overflow-wrap: anywhere;
  }
  /* Most traces are there sooner: a ring that turns for them would take the processor from what it waits for. */
  .message[aria-busy] {
    animation: appear 0s 300ms both;
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
  .message [role="alert"] {
    display: contents;
  }
  .message h1 {
    display: flex;
    align-items: center;
    gap: var(--space-4);
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
    margin-top: calc((22px - 16px) / 2);
  }
  .answers {
    display: grid;
    grid-template-columns: max-content 1fr;
    column-gap: var(--space-6);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-4);
    margin-top: var(--space-3);
  }
  vscode-progress-ring {
    width: 18px;
    height: 18px;
  }
`;
