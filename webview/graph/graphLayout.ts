/**
 * The layout worker's life. One layout at a time: a newer one kills the older, and so does the deadline, because a
 * running layout hears nothing. Knows no call graph and no DOM.
 */

import type { Disposable } from "../../src/base/disposables.ts";
import type { ElkAnswer, ElkGraph } from "./elkGraph.ts";

/** What of a `Worker` is needed; so that a test can bring its own. */
export interface LayoutWorker {
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}

export type LayoutAnswer =
  | { readonly kind: "done"; readonly answer: ElkAnswer }
  /** The deadline passed; the worker was stopped. */
  | { readonly kind: "late" }
  | { readonly kind: "failed"; readonly message: string }
  /** A newer layout or the end of the view came before. */
  | { readonly kind: "superseded" };

interface Reply {
  readonly id: number;
  readonly data?: ElkAnswer;
  readonly error?: { readonly message?: string };
}

const warmUpGraph: ElkGraph = {
  id: "warmUp",
  layoutOptions: { "elk.algorithm": "layered" },
  children: [],
  edges: [],
};

export class GraphLayout implements Disposable {
  readonly #createWorker: () => LayoutWorker;
  readonly #deadlineMs: number;
  #worker: LayoutWorker | undefined;
  #nextId = 1;
  #settle: ((answer: LayoutAnswer) => void) | undefined;

  constructor(createWorker: () => LayoutWorker, deadlineMs: number) {
    this.#createWorker = createWorker;
    this.#deadlineMs = deadlineMs;
  }

  /** Starts the worker and lets it load its code, so that the first layout finds it ready. */
  warm(): void {
    if (this.#worker !== undefined) return;
    this.#post({ cmd: "layout", graph: warmUpGraph, layoutOptions: {}, options: {} });
  }

  layout(graph: ElkGraph): Promise<LayoutAnswer> {
    if (this.#settle !== undefined) this.#stop({ kind: "superseded" });
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        this.#stop({ kind: "late" });
      }, this.#deadlineMs);
      this.#settle = answer => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(answer);
      };
      try {
        this.#post({ cmd: "layout", graph, layoutOptions: {}, options: {} });
      } catch (error) {
        // The worker cannot be started: the page forbids it, or memory is short.
        this.#stop({ kind: "failed", message: String(error) });
      }
    });
  }

  /** Stops the worker; a later layout would start another. */
  dispose(): void {
    this.#stop({ kind: "superseded" });
  }

  #post(message: Readonly<Record<string, unknown>>): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id: this.#nextId, ...message });
    this.#nextId += 1;
  }

  #start(): LayoutWorker {
    const worker = this.#createWorker();
    worker.onmessage = event => {
      const { id, data, error } = event.data as Reply;
      // Answers to registration and warm-up have older ids.
      if (worker !== this.#worker || id !== this.#nextId - 1) return;
      this.#settle?.(
        data === undefined
          ? { kind: "failed", message: error?.message ?? "" }
          : { kind: "done", answer: data },
      );
    };
    worker.onerror = event => {
      if (worker === this.#worker) this.#stop({ kind: "failed", message: event.message });
    };
    worker.postMessage({ id: 0, cmd: "register", algorithms: ["layered"] });
    return worker;
  }

  #stop(answer: LayoutAnswer): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#settle?.(answer);
  }
}
