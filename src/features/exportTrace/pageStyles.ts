/** The colours of VS Code's own light and dark themes, for a page that no editor gives them to. */

const light = {
  foreground: "#3b3b3b",
  descriptionForeground: "#616161",
  "icon-foreground": "#3b3b3b",
  errorForeground: "#d1242f",
  focusBorder: "#005fb8",
  "editor-background": "#ffffff",
  "editorWidget-background": "#f8f8f8",
  "editorWidget-border": "#c8c8c8",
  "editorHoverWidget-background": "#f8f8f8",
  "editorHoverWidget-foreground": "#3b3b3b",
  "editorHoverWidget-border": "#c8c8c8",
  "editorWarning-foreground": "#9d5d00",
  "sideBar-background": "#f8f8f8",
  "sideBarSectionHeader-foreground": "#3b3b3b",
  "panel-border": "#e5e5e5",
  "panelTitle-activeForeground": "#3b3b3b",
  "panelTitle-activeBorder": "#005fb8",
  "panelTitle-inactiveForeground": "#616161",
  "toolbar-hoverBackground": "#b8b8b850",
  "list-hoverBackground": "#f2f2f2",
  "list-hoverForeground": "#3b3b3b",
  "list-activeSelectionBackground": "#e8e8e8",
  "list-activeSelectionForeground": "#000000",
  "list-inactiveSelectionBackground": "#e4e6f1",
  "list-inactiveSelectionForeground": "#3b3b3b",
  "textLink-foreground": "#005fb8",
  "textLink-activeForeground": "#005fb8",
  "textCodeBlock-background": "#f8f8f8",
  "input-background": "#ffffff",
  "input-foreground": "#3b3b3b",
  "input-border": "#cecece",
  "input-placeholderForeground": "#767676",
  "inputOption-activeBackground": "#bed6ed",
  "inputOption-activeForeground": "#000000",
  "inputOption-activeBorder": "#005fb8",
  "button-background": "#005fb8",
  "button-foreground": "#ffffff",
  "button-hoverBackground": "#0258a8",
  "button-secondaryBackground": "#e5e5e5",
  "button-secondaryForeground": "#3b3b3b",
  "button-secondaryHoverBackground": "#cccccc",
  "badge-background": "#cccccc",
  "badge-foreground": "#3b3b3b",
  "progressBar-background": "#005fb8",
  "sash-hoverBorder": "#005fb8",
  "scrollbarSlider-background": "#64646466",
  "scrollbarSlider-hoverBackground": "#646464b3",
  "scrollbarSlider-activeBackground": "#00000099",
  "debugTokenExpression-name": "#9b46b0",
  "debugTokenExpression-string": "#a31515",
  "debugTokenExpression-number": "#098658",
  "debugTokenExpression-boolean": "#0000ff",
};

const dark: typeof light = {
  foreground: "#cccccc",
  descriptionForeground: "#9d9d9d",
  "icon-foreground": "#cccccc",
  errorForeground: "#f85149",
  focusBorder: "#0078d4",
  "editor-background": "#1f1f1f",
  "editorWidget-background": "#202020",
  "editorWidget-border": "#454545",
  "editorHoverWidget-background": "#202020",
  "editorHoverWidget-foreground": "#cccccc",
  "editorHoverWidget-border": "#454545",
  "editorWarning-foreground": "#cca700",
  "sideBar-background": "#181818",
  "sideBarSectionHeader-foreground": "#cccccc",
  "panel-border": "#2b2b2b",
  "panelTitle-activeForeground": "#cccccc",
  "panelTitle-activeBorder": "#0078d4",
  "panelTitle-inactiveForeground": "#9d9d9d",
  "toolbar-hoverBackground": "#5a5d5e50",
  "list-hoverBackground": "#2a2d2e",
  "list-hoverForeground": "#cccccc",
  "list-activeSelectionBackground": "#04395e",
  "list-activeSelectionForeground": "#ffffff",
  "list-inactiveSelectionBackground": "#37373d",
  "list-inactiveSelectionForeground": "#cccccc",
  "textLink-foreground": "#4daafc",
  "textLink-activeForeground": "#4daafc",
  "textCodeBlock-background": "#2b2b2b",
  "input-background": "#313131",
  "input-foreground": "#cccccc",
  "input-border": "#3c3c3c",
  "input-placeholderForeground": "#989898",
  "inputOption-activeBackground": "#2489db82",
  "inputOption-activeForeground": "#ffffff",
  "inputOption-activeBorder": "#2488db",
  "button-background": "#0078d4",
  "button-foreground": "#ffffff",
  "button-hoverBackground": "#026ec1",
  "button-secondaryBackground": "#313131",
  "button-secondaryForeground": "#cccccc",
  "button-secondaryHoverBackground": "#3c3c3c",
  "badge-background": "#616161",
  "badge-foreground": "#f8f8f8",
  "progressBar-background": "#0078d4",
  "sash-hoverBorder": "#0078d4",
  "scrollbarSlider-background": "#79797966",
  "scrollbarSlider-hoverBackground": "#646464b3",
  "scrollbarSlider-activeBackground": "#bfbfbf66",
  "debugTokenExpression-name": "#c586c0",
  "debugTokenExpression-string": "#ce9178",
  "debugTokenExpression-number": "#b5cea8",
  "debugTokenExpression-boolean": "#4e94ce",
};

const fonts = {
  "font-family": 'system-ui, "Segoe UI", Ubuntu, "PingFang SC", "Microsoft YaHei", sans-serif',
  "font-size": "13px",
  "editor-font-family": 'ui-monospace, Menlo, Consolas, "Droid Sans Mono", monospace',
  "editor-font-size": "12px",
};

/** The part of package.json that contributes colours. */
export interface ContributedColor {
  readonly id: string;
  readonly defaults: { readonly light: string; readonly dark: string };
}

export function createPageStyles(colors: readonly ContributedColor[]): string {
  const stylesOf = (theme: "light" | "dark"): Record<string, string> =>
    Object.fromEntries(
      colors.map(({ id, defaults }) => [id.replaceAll(".", "-"), defaults[theme]]),
    );
  return [
    `:root { color-scheme: light dark; ${declare({ ...fonts, ...light, ...stylesOf("light") })} }`,
    `@media (prefers-color-scheme: dark) { :root { ${declare({ ...dark, ...stylesOf("dark") })} } }`,
    "html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; }",
    "body { background: var(--vscode-editor-background); color: var(--vscode-foreground);",
    "  font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }",
    "traceside-app { display: block; height: 100%; }",
  ].join("\n");
}

/** A colour that stands for another id of VS Code's becomes that one's variable. */
function declare(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `--vscode-${name}: ${toCss(value)};`)
    .join(" ");
}

function toCss(value: string): string {
  return /^[a-z]+(?:\.[A-Za-z]+)+$/.test(value)
    ? `var(--vscode-${value.replaceAll(".", "-")})`
    : value;
}
