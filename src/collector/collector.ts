/**
 * The collector, as the extension host sees it: starts its worker, starts it again when it dies, and knows how it is.
 * Knows no editor, no socket and no store.
 */

import { Worker } from "node:worker_threads";
import { Cell } from "../base/cell.ts";
import type { Disposable } from "../base/disposables.ts";
import { Turns } from "../base/turns.ts";
import { connectPeer, PeerGone, type Peer } from "../threads/rpc.ts";
import { openPortChannel } from "../threads/portChannel.ts";
import type {
  CollectorHostApi,
  CollectorSettings,
  CollectorWorkerApi,
  CollectorWorkerData,
  TaskAnswer,
  TaskQuestion,
  ToolHost,
} from "./collectorApi.ts";
import { stoppedState, type CollectorControl, type CollectorState } from "./collectorState.ts";

export interface CollectorOptions extends CollectorSettings {
  /** The embedded store's file; its folder is there. */
  readonly file: string;
  /** The bundled workers, or their sources. */
  readonly workerPath: string;
  readonly localWorkerPath: string;
  /** Asks all configured stores, for the read API. */
  answerTasks(question: TaskQuestion): Promise<TaskAnswer>;
  /** The tools of coding agents. */
  readonly tools: ToolHost;
  /** Reports an error that should not have happened, for the log. */
  onBug(error: unknown): void;
}

/** A worker that dies so often within a minute will not live. */
const MAX_STARTS = 4;
const STARTS_WINDOW_MS = 60_000;
/** For the second death in a row and later ones. */
const RESTART_MS = 1_000;
/** Whatever is being answered is answered by then, or its sender comes again. */
const CLOSE_MS = 4_000;

interface Running {
  readonly worker: Worker;
  readonly peer: Peer<CollectorWorkerApi>;
  readonly exited: Promise<void>;
}

export class Collector implements CollectorControl, Disposable {
  readonly state = new Cell<CollectorState>(stoppedState);
  readonly #options: CollectorOptions;
  #settings: CollectorSettings;
  #isStarted = false;
  #running: Running | undefined;
  #startsMs: number[] = [];
  #restart: NodeJS.Timeout | undefined;
  /** Starts and stops never overlap. */
  readonly #turns = new Turns();

  constructor(options: CollectorOptions) {
    this.#options = options;
    const { ports, capBytes, exposure } = options;
    this.#settings = { ports, capBytes, ...(exposure && { exposure }) };
  }

  start(): Promise<void> {
    return this.#turns.run(async () => {
      this.#startsMs = [];
      this.#isStarted = true;
      this.#run();
      await this.#whenSettled();
    });
  }

  stop(): Promise<void> {
    return this.#turns.run(async () => {
      this.#isStarted = false;
      clearTimeout(this.#restart);
      const running = this.#running;
      this.#running = undefined;
      if (running !== undefined) await closeWorker(running);
      this.state.set(stoppedState);
    });
  }

  /** In force without a new start; ports that stay the same stay open. */
  async configure(settings: CollectorSettings): Promise<void> {
    this.#settings = settings;
    await this.#running?.peer.remote.configure(settings).catch((error: unknown) => {
      // A worker that died meanwhile starts again with these settings.
      if (!(error instanceof PeerGone)) throw error;
    });
  }

  dispose(): void {
    void this.stop();
  }

  #run(): void {
    clearTimeout(this.#restart);
    if (this.#running !== undefined || !this.#isStarted) return;
    const nowMs = Date.now();
    this.#startsMs = this.#startsMs.filter(startMs => startMs > nowMs - STARTS_WINDOW_MS);
    this.#startsMs.push(nowMs);
    const options = this.#options;
    const { file, workerPath, localWorkerPath } = options;
    const workerData: CollectorWorkerData = { ...this.#settings, file, localWorkerPath };
    this.state.set({ ...stoppedState, phase: { kind: "starting" } });
    const worker = new Worker(workerPath, { workerData, name: "traceside-collector" });
    const local: CollectorHostApi = {
      tell: state => {
        if (this.#running === running) this.state.set(state);
        return Promise.resolve();
      },
      answerTasks: question => options.answerTasks(question),
      runTool: question => options.tools.runTool(question),
      cancelTool: ticket => options.tools.cancelTool(ticket),
      checkToolToken: token => options.tools.checkToolToken(token),
    };
    const peer = connectPeer<CollectorWorkerApi>(openPortChannel(worker), local, error =>
      options.onBug(error),
    );
    let death: unknown;
    worker.on("error", error => {
      death = error;
    });
    const exited = new Promise<void>(resolve => {
      worker.on("exit", code => {
        peer.dispose();
        resolve();
        if (this.#running !== running) return;
        this.#revive(death ?? new Error(`it ended with code ${code}`));
      });
    });
    const running: Running = { worker, peer, exited };
    this.#running = running;
  }

  #revive(death: unknown): void {
    this.#running = undefined;
    this.#options.onBug(death);
    if (this.#startsMs.length >= MAX_STARTS) {
      const reason = death instanceof Error ? death.message : String(death);
      this.state.set({ ...stoppedState, phase: { kind: "failed", reason } });
      return;
    }
    this.state.set({ ...stoppedState, phase: { kind: "starting" } });
    const waitMs = this.#startsMs.length < 2 ? 0 : RESTART_MS;
    this.#restart = setTimeout(() => this.#run(), waitMs);
  }

  #whenSettled(): Promise<void> {
    return new Promise(resolve => {
      const isSettled = (): boolean => this.state.value.phase.kind !== "starting";
      if (isSettled()) {
        resolve();
        return;
      }
      const watch = this.state.watch(() => {
        if (!isSettled()) return;
        watch.dispose();
        resolve();
      });
    });
  }
}

async function closeWorker({ worker, peer, exited }: Running): Promise<void> {
  const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
  await peer.remote.close().catch((error: unknown) => {
    // It died while it closed, which is what was wanted.
    if (!(error instanceof PeerGone)) throw error;
  });
  await exited;
  clearTimeout(timer);
}
