/** Windows that share one store, each a process; their ports; and what is in the file when all is done. */

import { fork, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { CollectorSettings } from "../../../src/collector/collectorApi.ts";
import {
  receiverNames,
  stoppedState,
  type CollectorPorts,
  type CollectorState,
  type ReceiverName,
} from "../../../src/collector/collectorState.ts";
import type { WindowCommand, WindowOptions, WindowReport } from "./window.ts";

export class Window {
  state: CollectorState = stoppedState;
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #answers: (() => void)[] = [];

  constructor(options: WindowOptions) {
    const file = join(import.meta.dirname, "window.ts");
    this.#child = fork(file, [JSON.stringify(options)], { execArgv: [], stdio: "inherit" });
    this.#child.on("message", (report: WindowReport) => {
      if (report.kind === "done") {
        this.#answers.shift()?.();
        return;
      }
      this.state = report.state;
      for (const watcher of [...this.#watchers]) watcher();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  start(): Promise<void> {
    return this.#tell({ kind: "start" });
  }

  stop(): Promise<void> {
    return this.#tell({ kind: "stop" });
  }

  configure(settings: CollectorSettings): Promise<void> {
    return this.#tell({ kind: "configure", settings });
  }

  /** Settles when it is so, and says how long that took. The test's own timeout bounds it. */
  async until(isSo: (state: CollectorState) => boolean): Promise<number> {
    const startMs = performance.now();
    while (!isSo(this.state)) {
      await new Promise<void>(resolve => {
        const watcher = (): void => {
          this.#watchers.delete(watcher);
          resolve();
        };
        this.#watchers.add(watcher);
      });
    }
    return performance.now() - startMs;
  }

  /** At once and without a word, as a crash is. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  #tell(command: WindowCommand): Promise<void> {
    return new Promise(resolve => {
      this.#answers.push(resolve);
      this.#child.send(command);
    });
  }
}

const udp: ReadonlySet<ReceiverName> = new Set(["jaegerCompact", "jaegerBinary", "xray"]);

/** Free now; whoever takes one before the collector does makes the test fail, and not in silence. */
export async function findPorts(): Promise<CollectorPorts> {
  const ports = {} as Record<ReceiverName, number>;
  const held: (() => void)[] = [];
  for (const name of receiverNames) {
    if (udp.has(name)) {
      const socket = createSocket("udp4");
      socket.bind(0, "127.0.0.1");
      await once(socket, "listening");
      ports[name] = socket.address().port;
      held.push(() => socket.close());
    } else {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      ports[name] = (server.address() as { port: number }).port;
      held.push(() => server.close());
    }
  }
  for (const release of held) release();
  return ports;
}

export const isReceiving = ({ phase }: CollectorState): boolean => phase.kind === "receiving";
export const isElsewhere = ({ phase }: CollectorState): boolean => phase.kind === "elsewhere";
