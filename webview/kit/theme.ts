/** The colours and fonts of VS Code as values, for what is drawn and not styled. Knows no trace and no view. */

import { PALETTE_SIZE, SLOT_COUNT } from "../../src/analysis/groups.ts";
import type { Disposable } from "../../src/base/disposables.ts";

export type ThemeKind = "light" | "dark" | "hcDark" | "hcLight";

export interface Theme {
  readonly kind: ThemeKind;
  /** The colour of each slot of a queue or service. */
  readonly palette: readonly string[];
  readonly foreground: string;
  /** For what is secondary. */
  readonly muted: string;
  readonly background: string;
  readonly border: string;
  readonly error: string;
  readonly warning: string;
  readonly queueWait: string;
  readonly selection: string;
  readonly hover: string;
  readonly focusBorder: string;
  readonly fontFamily: string;
  readonly fontSizePx: number;
}

/** Reads every variable once; a canvas asks again only when `watchTheme` says so. */
export function readTheme(): Theme {
  const kind = readKind(document.body.classList);
  const isLight = kind === "light" || kind === "hcLight";
  const isContrast = kind === "hcDark" || kind === "hcLight";
  const styles = getComputedStyle(document.documentElement);
  const read = (name: string, otherwise: string): string =>
    styles.getPropertyValue(`--vscode-${name}`).trim() || otherwise;
  const foreground = read("foreground", isLight ? "#3b3b3b" : "#cccccc");
  const border =
    read("contrastBorder", "") || read("panel-border", isLight ? "#e5e5e5" : "#2b2b2b");
  return {
    kind,
    palette: Array.from({ length: SLOT_COUNT }, (_, slot) =>
      read(`traceside-palette${(slot % PALETTE_SIZE) + 1}`, foreground),
    ),
    foreground,
    muted: isContrast ? foreground : read("descriptionForeground", foreground),
    background: read("editor-background", isLight ? "#ffffff" : "#1f1f1f"),
    border,
    error: read("traceside-error", read("errorForeground", isLight ? "#e51400" : "#f85149")),
    warning: read("editorWarning-foreground", isLight ? "#bf8803" : "#cca700"),
    queueWait: read("traceside-queueWait", border),
    selection: read("traceside-selection", read("list-activeSelectionBackground", border)),
    hover: read("list-hoverBackground", "transparent"),
    focusBorder: read("focusBorder", "#0078d4"),
    fontFamily: read("font-family", "sans-serif"),
    fontSizePx: Number.parseFloat(read("font-size", "13px")) || 13,
  };
}

/** A high-contrast light body carries both contrast classes, so that one is asked for first. */
function readKind(classes: DOMTokenList): ThemeKind {
  if (classes.contains("vscode-high-contrast-light")) return "hcLight";
  if (classes.contains("vscode-high-contrast")) return "hcDark";
  return classes.contains("vscode-light") ? "light" : "dark";
}

/** VS Code writes the variables to `<html style>` and the kind to the classes of `<body>`. */
export function watchTheme(onChange: (theme: Theme) => void): Disposable {
  const observer = new MutationObserver(() => onChange(readTheme()));
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["style", "class"],
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  return {
    dispose: () => {
      observer.disconnect();
    },
  };
}

/** The user asked the editor for stillness. */
export function prefersStillness(): boolean {
  return (
    document.body.classList.contains("vscode-reduce-motion") ||
    matchMedia("(prefers-reduced-motion: reduce)").matches
  );
}
