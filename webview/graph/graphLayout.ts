/**
 * The layout worker's life. One layout at a time: a newer one kills the older, and so does the deadline, because a
 * running layout hears nothing. Knows no call graph and no DOM.
 */

import type { Disposable } from "../../src/base/disposables.ts";
import type { ElkAnswer, ElkGraph } from "./elkGraph.ts";

/** The part of a `Worker` that is needed; so that a test can bring its own. */
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

/** A machine may be busy with other things when the worker starts; only a page that forbids workers never ends this. */
const START_DEADLINE_MS = 60_000;

export class GraphLayout implements Disposable {
  readonly #createWorker: () => Promise<LayoutWorker>;
  readonly #deadlineMs: number;
  #worker: Promise<LayoutWorker> | undefined;
  #nextId = 1;
  #settle: ((answer: LayoutAnswer) => void) | undefined;
  /** The worker has loaded its code and answered. */
  #isReady = false;
  #onReady: (() => void) | undefined;

  constructor(createWorker: () => Promise<LayoutWorker>, deadlineMs: number) {
    this.#createWorker = createWorker;
    this.#deadlineMs = deadlineMs;
  }

  /** Whether the next layout begins at once, with no code to be loaded before. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Starts the worker and lets it load its code, so that the first layout finds it ready. */
  warm(): void {
    if (this.#worker !== undefined) return;
    this.#post({ cmd: "layout", graph: warmUpGraph, layoutOptions: {}, options: {} });
  }

  layout(graph: ElkGraph): Promise<LayoutAnswer> {
    this.cancel();
    return new Promise(resolve => {
      let timer = setTimeout(() => this.#stop({ kind: "late" }), START_DEADLINE_MS);
      // A worker that is still loading its code has not begun the layout.
      this.#onReady = () => {
        clearTimeout(timer);
        timer = setTimeout(() => this.#stop({ kind: "late" }), this.#deadlineMs);
      };
      if (this.#isReady) this.#onReady();
      this.#settle = answer => {
        clearTimeout(timer);
        this.#settle = undefined;
        this.#onReady = undefined;
        resolve(answer);
      };
      this.#post({ cmd: "layout", graph, layoutOptions: {}, options: {} });
    });
  }

  /** Ends the layout that is under way, if there is one. */
  cancel(): void {
    if (this.#settle !== undefined) this.#stop({ kind: "superseded" });
  }

  /** Stops the worker; a later layout would start another. */
  dispose(): void {
    this.#stop({ kind: "superseded" });
  }

  #post(message: Readonly<Record<string, unknown>>): void {
    const starting = (this.#worker ??= this.#start());
    const id = this.#nextId;
    this.#nextId += 1;
    starting
      .then(worker => worker.postMessage({ id, ...message }))
      .catch((error: unknown) => {
        // The worker cannot be started: the page forbids it, its code cannot be loaded, or memory is short.
        if (starting === this.#worker) this.#stop({ kind: "failed", message: String(error) });
      });
  }

  #start(): Promise<LayoutWorker> {
    const starting: Promise<LayoutWorker> = this.#createWorker().then(worker => {
      worker.onmessage = event => {
        const { id, data, error } = event.data as Reply;
        if (starting !== this.#worker) return;
        if (!this.#isReady) {
          this.#isReady = true;
          this.#onReady?.();
        }
        // Answers to registration and warm-up have older ids.
        if (id !== this.#nextId - 1) return;
        this.#settle?.(
          data === undefined
            ? { kind: "failed", message: error?.message ?? "" }
            : { kind: "done", answer: data },
        );
      };
      worker.onerror = event => {
        if (starting === this.#worker) this.#stop({ kind: "failed", message: event.message });
      };
      worker.postMessage({ id: 0, cmd: "register", algorithms: ["layered"] });
      return worker;
    });
    return starting;
  }

  #stop(answer: LayoutAnswer): void {
    // One that could not be started has been told of.
    this.#worker?.then(worker => worker.terminate()).catch(() => undefined);
    this.#worker = undefined;
    this.#isReady = false;
    this.#settle?.(answer);
  }
}
