/**
 * The lines with ids that terminals and debug consoles of this session printed, the newest of them, in memory alone.
 * Pure; knows no terminal.
 */

import { stripVTControlCharacters } from "node:util";
import { IdScan, type ScannedLine } from "../../logs/idScan.ts";

/** A terminal or a debug console. */
export interface PrintedSource {
  readonly name: string;
  readonly kind: "terminal" | "debugConsole";
  /** Brings it to the front. */
  show(): void;
}

export interface PrintedLine {
  readonly source: PrintedSource;
  readonly ids: readonly string[];
  readonly text: string;
  /** When it was printed. */
  readonly unixMs: number;
}

/** Some megabytes: with what is older nobody works any more. */
const MAX_LINES = 5_000;
const MAX_TEXT = 1_000;
/** A line that has not ended by then is no log line. */
const MAX_REST = 65_536;

export class PrintedLines {
  readonly #lines: PrintedLine[] = [];
  readonly #streams = new Set<PrintedStream>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Whoever opens a stream ends it. */
  open(source: PrintedSource): PrintedStream {
    const stream = new PrintedStream(
      text => this.#take(source, text),
      () => this.#streams.delete(stream),
    );
    this.#streams.add(stream);
    return stream;
  }

  /** In the order in which they were printed, lines that have not ended among them. */
  list(): readonly PrintedLine[] {
    for (const stream of this.#streams) stream.flush();
    return this.#lines;
  }

  #take(source: PrintedSource, printed: string): void {
    const unixMs = this.#now();
    // Terminals colour ids, and move the cursor between what belongs together.
    const scan = new IdScan(({ ids, readText }: ScannedLine) => {
      this.#lines.push({ source, ids, text: readText().trim().slice(0, MAX_TEXT), unixMs });
    });
    scan.push(Buffer.from(stripVTControlCharacters(printed)));
    scan.end();
    if (this.#lines.length > MAX_LINES) this.#lines.splice(0, this.#lines.length - MAX_LINES);
  }
}

/** The output of one program, as it comes: in pieces that end anywhere. */
export class PrintedStream {
  readonly #take: (text: string) => void;
  readonly #onEnd: () => void;
  #rest = "";

  constructor(take: (text: string) => void, onEnd: () => void) {
    this.#take = take;
    this.#onEnd = onEnd;
  }

  push(text: string): void {
    const all = this.#rest + text;
    const end = all.length > MAX_REST ? all.length : all.lastIndexOf("\n") + 1;
    this.#rest = all.slice(end);
    if (end > 0) this.#take(all.slice(0, end));
  }

  flush(): void {
    if (this.#rest !== "") this.#take(this.#rest);
    this.#rest = "";
  }

  end(): void {
    this.flush();
    this.#onEnd();
  }
}
