/** Styles of the log lines of a span. */

import { css } from "lit";

export const logLineStyles = css`
  .line {
    display: flex;
    gap: 6px;
    width: 100%;
    padding: 2px 0;
    border: none;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .line:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .line:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .line .end {
    flex: none;
    margin-inline-start: auto;
  }
  .sign {
    flex: none;
    width: 1.2em;
    text-align: center;
    color: var(--vscode-descriptionForeground);
  }
  .error .sign {
    color: var(--vscode-errorForeground);
  }
  .warning .sign {
    color: var(--vscode-editorWarning-foreground);
  }
`;
