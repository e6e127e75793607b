/**
 * A store whose work is done in a worker thread, as its host side sees the worker. Knows no store in particular.
 *
 * Each call settles: when its caller aborts, at its deadline, or when the worker dies; the next call starts another.
 */

import { Worker } from "node:worker_threads";
import type { Disposable } from "../base/disposables.ts";
import { TraceError } from "../model/failure.ts";
import { connectPeer, PeerGone, type Api, type Peer } from "./rpc.ts";
import { openPortChannel } from "./portChannel.ts";

/** A number by which a caller tells the worker that it no longer waits. */
export type Ticket = number;

/** The questions that every such worker answers besides its own. */
export type LinkedApi = Api & {
  cancel(ticket: Ticket): Promise<void>;
  close(): Promise<void>;
};

export interface WorkerLinkOptions {
  /** The store's name and what it is about, for failures. */
  readonly store: string;
  readonly address: string;
  /** The bundled worker, or its source. */
  readonly workerPath: string;
  readonly workerData: unknown;
  /** The API that the worker may call. */
  readonly local: Api;
  readonly deadlineMs: number;
  /** The most that its values may take; the thread ends shortly before they do. */
  readonly maxHeapMb?: number;
  /** Called when it ended for its memory; whether the next one will do without what took it. */
  readonly onFull?: (reason: string) => boolean;
  readonly onStart?: () => void;
  readonly onExit?: () => void;
}

interface Running<Remote extends LinkedApi> {
  readonly worker: Worker;
  readonly peer: Peer<Remote>;
}

/** A worker that dies so often within a minute will not live. */
const MAX_STARTS = 4;
const STARTS_WINDOW_MS = 60_000;
const HEAP_CHECK_MS = 200;
/** The engine ends the whole process where one thread has no memory left; at most so much of it may be taken. */
const HEAP_SHARE = 0.85;

export class WorkerLink<Remote extends LinkedApi> implements Disposable {
  readonly #options: WorkerLinkOptions;
  #running: Running<Remote> | undefined;
  #startsMs: number[] = [];
  #lastDeath = "";
  #nextTicket: Ticket = 1;
  #isDisposed = false;

  constructor(options: WorkerLinkOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** One call: settled by its answer, its caller, its deadline or the worker's death, whichever comes first. */
  ask<T>(signal: AbortSignal, call: (remote: Remote, ticket: Ticket) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      signal.throwIfAborted();
      const { remote } = this.#start().peer;
      const { store, deadlineMs } = this.#options;
      const ticket = this.#nextTicket++;
      const giveUp = (error: Error): void => {
        settle();
        reject(error);
        remote.cancel(ticket).catch(() => {
          // The worker has died: then nothing is left to cancel.
        });
      };
      const onAbort = (): void => giveUp(signal.reason as Error);
      const timer = setTimeout(() => {
        giveUp(new TraceError({ code: "storeTimeout", store, afterMs: deadlineMs }));
      }, deadlineMs);
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      };
      signal.addEventListener("abort", onAbort);
      call(remote, ticket)
        .finally(settle)
        .then(resolve, (error: unknown) => {
          reject(error instanceof PeerGone ? this.#gone(this.#lastDeath) : (error as Error));
        });
    });
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    // What was asked before is still done; `close` then lets the thread end by itself.
    running.peer.remote
      .close()
      .catch(() => running.worker.terminate())
      .finally(() => {
        running.peer.dispose();
      });
  }

  /** Ends the thread at once, whatever it is doing: for work that nobody waits for. */
  terminate(): void {
    this.#isDisposed = true;
    const running = this.#running;
    this.#running = undefined;
    running?.peer.dispose();
    void running?.worker.terminate();
  }

  #gone(reason: string): TraceError {
    const { store, address } = this.#options;
    return new TraceError({ code: "storeUnreachable", store, address, reason });
  }

  #start(): Running<Remote> {
    if (this.#isDisposed) throw this.#gone("the store was closed");
    if (this.#running !== undefined) return this.#running;
    const nowMs = Date.now();
    this.#startsMs = this.#startsMs.filter(startMs => startMs > nowMs - STARTS_WINDOW_MS);
    if (this.#startsMs.length >= MAX_STARTS) throw this.#gone(this.#lastDeath);
    this.#startsMs.push(nowMs);
    const { store, workerPath, workerData, local, maxHeapMb } = this.#options;
    const { onFull, onStart, onExit } = this.#options;
    const worker = new Worker(workerPath, {
      workerData,
      name: `traceside-${store}`,
      ...(maxHeapMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
    });
    const peer = connectPeer<Remote>(openPortChannel(worker), local, error => {
      // A watcher's mistake is not the store's: let it surface where such mistakes are told.
      queueMicrotask(() => {
        throw error;
      });
    });
    const running: Running<Remote> = { worker, peer };
    this.#running = running;
    let death: string | undefined;
    const full = `it takes more than ${maxHeapMb ?? "all"} MB of memory`;
    const heapGuard =
      maxHeapMb === undefined ? undefined : guardHeap(worker, maxHeapMb, () => (death = full));
    worker.on("error", (error: unknown) => {
      const isFull =
        error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
      death = isFull
        ? full
        : `its worker failed: ${error instanceof Error ? error.message : String(error)}`;
    });
    worker.on("exit", code => {
      clearInterval(heapGuard);
      this.#lastDeath = death ?? `its worker ended with code ${code}`;
      if (death === full && onFull?.(full) === true) this.#startsMs.pop();
      if (this.#running === running) this.#running = undefined;
      peer.dispose();
      onExit?.();
    });
    onStart?.();
    return running;
  }
}

/** Ends a thread that has taken nearly all of its memory. An engine that cannot tell is left alone. */
function guardHeap(worker: Worker, maxHeapMb: number, onFull: () => void): NodeJS.Timeout {
  const check = async (): Promise<void> => {
    if (!("getHeapStatistics" in worker)) return;
    const { used_heap_size: bytes } = await worker.getHeapStatistics();
    if (bytes < HEAP_SHARE * maxHeapMb * 1024 * 1024) return;
    onFull();
    await worker.terminate();
  };
  return setInterval(() => {
    check().catch(() => {
      // The thread has ended meanwhile.
    });
  }, HEAP_CHECK_MS).unref();
}
