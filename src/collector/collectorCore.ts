/**
 * The collector without its thread: owns the store's file and the ports, or waits until it can. Knows no editor; the
 * store and the wires only by what opens them.
 */

import type { Disposable } from "../base/disposables.ts";
import type { SpanLog } from "../model/spanSink.ts";
import type { CollectorSettings } from "./collectorApi.ts";
import {
  quietTraffic,
  stoppedState,
  type CollectorPhase,
  type CollectorState,
  type CollectorTraffic,
} from "./collectorState.ts";
import { readOwnerNotice, writeOwnerNotice } from "./ownerNotice.ts";
import { ReceiverSet, type Openers } from "./receiverSet.ts";
import { SinkBusy, type IngestResult, type SpanSink } from "../model/spanSink.ts";
import { reasonOf } from "../model/failure.ts";
import { WireError } from "../formats/encodings/protoReader.ts";

export interface CollectorCoreOptions extends CollectorSettings {
  readonly file: string;
  /** The lock, or `undefined` where another window holds it. */
  tryLockStore(file: string): Disposable | undefined;
  openLog(capBytes: number): SpanLog;
  createOpeners(sink: SpanSink): Openers;
  tell(state: CollectorState): void;
}

/** How soon another window takes over when the owner goes. A try costs a tenth of a millisecond. */
const OWN_EVERY_MS = 300;
const TELL_EVERY_MS = 500;
/** The rate is that of the last so many states: two seconds. */
const RATE_TELLINGS = 4;

interface Owned {
  readonly lock: Disposable;
  readonly receivers: ReceiverSet;
}

export class CollectorCore {
  readonly #options: CollectorCoreOptions;
  readonly #sink: LogSink;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #rate = new Rate(RATE_TELLINGS);
  #settings: CollectorSettings;
  #phase: CollectorPhase = { kind: "starting" };
  #owned: Owned | undefined;
  #lastNotice = "";
  #noticed = "";
  #isClosed = false;

  constructor(options: CollectorCoreOptions) {
    this.#options = options;
    this.#settings = options;
    this.#sink = new LogSink();
    this.#tryToLock();
    this.#timers = [
      setInterval(() => this.#tryToLock(), OWN_EVERY_MS),
      setInterval(() => this.#tell(), TELL_EVERY_MS),
    ];
  }

  async configure(settings: CollectorSettings): Promise<void> {
    const isOtherCap = settings.capBytes !== this.#settings.capBytes;
    this.#settings = settings;
    if (this.#owned === undefined) return;
    if (isOtherCap) this.#sink.setCap(settings.capBytes);
    await this.#owned.receivers.listen(settings.ports, settings.exposure);
    this.#tell();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    const owned = this.#owned;
    this.#owned = undefined;
    if (owned === undefined) return;
    await owned.receivers.close();
    await this.#sink.close();
    // The last thing: who owns next may open ports and file at once.
    owned.lock.dispose();
  }

  #tryToLock(): void {
    if (this.#owned !== undefined || this.#isClosed) return;
    try {
      const lock = this.#options.tryLockStore(this.#options.file);
      if (lock === undefined) {
        this.#enter({ kind: "elsewhere" });
        return;
      }
      this.#open(lock);
    } catch (error) {
      // A file that cannot be opened now may be later: the disk is full, the folder is on a drive that sleeps.
      const reason = reasonOf(error);
      this.#enter({ kind: "failed", reason });
    }
  }

  #open(lock: Disposable): void {
    try {
      this.#sink.open(this.#options.openLog(this.#settings.capBytes));
    } catch (error) {
      lock.dispose();
      throw error;
    }
    const receivers = new ReceiverSet(this.#options.createOpeners(this.#sink));
    this.#owned = { lock, receivers };
    void receivers.listen(this.#settings.ports, this.#settings.exposure).then(() => {
      this.#enter({ kind: "receiving" });
    });
  }

  #enter(phase: CollectorPhase): void {
    const isNew = phase.kind !== this.#phase.kind;
    this.#phase = phase;
    if (isNew) this.#tell();
  }

  #tell(): void {
    if (this.#isClosed) return;
    const state = this.#readState();
    const text = JSON.stringify(state);
    if (text === this.#lastNotice) return;
    this.#lastNotice = text;
    if (this.#owned !== undefined) this.#notice(state);
    this.#options.tell(state);
  }

  #notice({ receivers }: CollectorState): void {
    const text = JSON.stringify(receivers);
    if (text === this.#noticed) return;
    this.#noticed = text;
    try {
      writeOwnerNotice(this.#options.file, receivers);
    } catch {
      // A full disk: the other windows show older ports, and this one says what is wrong.
    }
  }

  #readState(): CollectorState {
    const phase = this.#phase;
    if (this.#owned === undefined) {
      const theirs = phase.kind === "elsewhere" ? readOwnerNotice(this.#options.file) : undefined;
      const receivers = theirs ?? stoppedState.receivers;
      return { phase, receivers, traffic: quietTraffic };
    }
    const { receivers } = this.#owned;
    const trouble = this.#sink.trouble;
    return {
      phase,
      receivers: receivers.list(),
      traffic: this.#readTraffic(receivers),
      ...(trouble !== undefined && { storeTrouble: trouble }),
    };
  }

  #readTraffic(receivers: ReceiverSet): CollectorTraffic {
    const { spans, logs, waitingBytes } = this.#sink.readStats();
    const spansPerSecond = this.#rate.add(spans, performance.now());
    return { spansPerSecond, spans, logs, waitingBytes, ...receivers.countProblems() };
  }
}

/** The log behind the receivers, while there is one; and whether it can write. */
class LogSink implements SpanSink {
  #log: SpanLog | undefined;
  /** The counts that earlier logs had taken. */
  #before = { spans: 0, logs: 0 };
  #trouble: string | undefined;

  /** Why the last request could not be written, until one is. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  open(log: SpanLog): void {
    this.#log = log;
  }

  setCap(bytes: number): void {
    this.#log?.setCap(bytes);
  }

  /** Resolves when what waits is on disk. */
  async close(): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    await log?.close();
    const { spans, logs } = log?.readStats() ?? { spans: 0, logs: 0 };
    this.#before = { spans: this.#before.spans + spans, logs: this.#before.logs + logs };
  }

  ingestOtlp(request: Uint8Array): Promise<IngestResult> {
    return this.#keep(log => log.ingestOtlp(request));
  }

  ingestSpans: SpanSink["ingestSpans"] = records => this.#keep(log => log.ingestSpans(records));

  ingestLogs: SpanSink["ingestLogs"] = records => this.#keep(log => log.ingestLogs(records));

  readStats(): { spans: number; logs: number; waitingBytes: number } {
    const now = this.#log?.readStats() ?? { spans: 0, logs: 0, waitingBytes: 0 };
    return {
      spans: this.#before.spans + now.spans,
      logs: this.#before.logs + now.logs,
      waitingBytes: now.waitingBytes,
    };
  }

  async #keep(keep: (log: SpanLog) => Promise<IngestResult>): Promise<IngestResult> {
    // Only while the collector closes: the sender comes again, and finds the next owner.
    if (this.#log === undefined) throw new SinkBusy(1_000);
    try {
      const result = await keep(this.#log);
      this.#trouble = undefined;
      return result;
    } catch (error) {
      const isTheirs = error instanceof WireError || error instanceof SinkBusy;
      if (!isTheirs) this.#trouble = reasonOf(error);
      throw error;
    }
  }
}

/** How fast a counter grows, over its last readings. */
class Rate {
  readonly #size: number;
  readonly #readings: { readonly count: number; readonly atMs: number }[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  add(count: number, atMs: number): number {
    this.#readings.push({ count, atMs });
    if (this.#readings.length > this.#size + 1) this.#readings.shift();
    const [first] = this.#readings;
    if (first === undefined || atMs <= first.atMs) return 0;
    return Math.round(((count - first.count) * 1_000) / (atMs - first.atMs));
  }
}
