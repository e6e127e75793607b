/**
 * The lines with ids that terminals and debug consoles of this session printed, the newest of them, in memory alone.
 * Pure; knows no terminal.
 */

import { stripVTControlCharacters } from "node:util";
import { IdScan } from "../../logs/idScan.ts";

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
    const stream: PrintedStream = new PrintedStream(
      text => this.#keep(this.#read(source, text)),
      rest => this.#read(source, rest),
      () => this.#streams.delete(stream),
    );
    this.#streams.add(stream);
    return stream;
  }

  /** In the order in which they were printed; behind them those that have not ended. */
  list(): readonly PrintedLine[] {
    return [...this.#lines, ...[...this.#streams].flatMap(stream => stream.readRest())];
  }

  #read(source: PrintedSource, printed: string): readonly PrintedLine[] {
    const unixMs = this.#now();
    const lines: PrintedLine[] = [];
    const scan = new IdScan(line => {
      lines.push({
        source,
        ids: line.ids,
        text: line.readText().trim().slice(0, MAX_TEXT),
        unixMs,
      });
    });
    // Terminals colour ids, and move the cursor between what belongs together.
    scan.push(Buffer.from(stripVTControlCharacters(printed)));
    scan.end();
    return lines;
  }

  #keep(lines: readonly PrintedLine[]): void {
    for (const line of lines) this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.splice(0, this.#lines.length - MAX_LINES);
  }
}

/** The output of one program, as it comes: in pieces that end anywhere. */
export class PrintedStream {
  readonly #take: (text: string) => void;
  readonly #read: (rest: string) => readonly PrintedLine[];
  readonly #onEnd: () => void;
  #rest = "";

  constructor(
    take: (text: string) => void,
    read: (rest: string) => readonly PrintedLine[],
    onEnd: () => void,
  ) {
    this.#take = take;
    this.#read = read;
    this.#onEnd = onEnd;
  }

  push(text: string): void {
    const all = this.#rest + text;
    const end = all.length > MAX_REST ? all.length : all.lastIndexOf("\n") + 1;
    this.#rest = all.slice(end);
    if (end > 0) this.#take(all.slice(0, end));
  }

  /** Reads the line that has not ended, and leaves it there: more of it may come. */
  readRest(): readonly PrintedLine[] {
    return this.#read(this.#rest);
  }

  end(): void {
    this.#take(this.#rest);
    this.#rest = "";
    this.#onEnd();
  }
}
