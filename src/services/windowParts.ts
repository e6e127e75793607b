/** The parts of a window that features which must not know each other ask of: the source of its spans, and its panels. */

import type * as vscode from "vscode";
import type { FoundLines } from "../analysis/spanLines.ts";
import type { Disposable } from "../base/disposables.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import type { SpanFacts } from "../source/codeHints.ts";
import type { SymbolPlace } from "../source/location.ts";

export interface SpanLineFinder {
  /** False in a window without a file of source, where every search would find nothing. */
  hasSource(): Promise<boolean>;
  /** Where the span ran and where its error was raised, as far as that is certain. */
  findLines(detail: SpanDetail, span: SpanFacts, signal: AbortSignal): Promise<FoundLines>;
}

export interface SourceReader extends SpanLineFinder {
  /** The definitions of a file as it is in its editor. */
  readSymbols(uri: vscode.Uri): Promise<readonly SymbolPlace[]>;
}

/** A panel whose picture comes before what is looked for besides. */
export interface SettlingPanel {
  /** `settle` resolves when the first picture of so many spans is drawn. */
  readonly firstPaint: { settle(spanCount: number): Promise<void> };
}

/** The panel that was in front last, as long as it is open. */
export interface LatestPanel<Panel> {
  getLatest(): Panel | undefined;
  /** Told of another latest panel, trace or selection. */
  watchLatest(onChange: () => void): Disposable;
}

/** The panel in front, whose menus are used. */
export interface ActivePanel<Panel> {
  getActive(): Panel | undefined;
}

export interface TraceLister {
  /** Lists the traces that the text of a filter finds. */
  filter(text: string): Promise<void>;
}
