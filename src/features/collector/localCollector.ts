/** The collector of this window: by its settings, by its two commands, and in the status bar. */

import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { Owner } from "../../base/disposables.ts";
import { Turns } from "../../base/turns.ts";
import { Collector } from "../../collector/collector.ts";
import type { ToolHost } from "../../collector/collectorApi.ts";
import type {
  CollectorControl,
  ReceiverState,
  ReceiverStatus,
} from "../../collector/collectorState.ts";
import { commands, contextKeys, settings } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import { setContextKey } from "../../platform/contextKeys.ts";
import type { Log } from "../../platform/log.ts";
import {
  getListenOn,
  getSetting,
  getStoreTimeoutMs,
  watchSettings,
} from "../../platform/settings.ts";
import { StoredToken } from "../../platform/storedToken.ts";
import type { StoreSet } from "../../stores/storeSet.ts";
import { copyCollectorToken } from "./copyCollectorToken.ts";
import { getCollectorSettings } from "./collectorSettings.ts";
import { CollectorStatus } from "./collectorStatus.ts";
import { answerTasks } from "./taskAnswers.ts";

export interface LocalCollectorServices {
  readonly log: Log;
  /** The embedded store's file; its folder is there. */
  readonly storeFile: string;
  /** Where the bundles of the workers are. */
  readonly inDist: (file: string) => string;
  readonly stores: () => Promise<StoreSet>;
  /** The tools of coding agents, for the collector's HTTP port. */
  readonly tools: ToolHost;
  readonly secrets: vscode.SecretStorage;
}

export class LocalCollector implements Disposable {
  readonly #owner = new Owner();
  readonly #collector: Collector;
  readonly #log: Log;
  readonly #token: StoredToken;
  /** Settings that change twice are in force in their order. */
  readonly #turns = new Turns();

  constructor({ log, stores, tools, secrets, storeFile, inDist }: LocalCollectorServices) {
    this.#log = log;
    const onBug = (error: unknown): void => log.error(error, "collector");
    this.#collector = this.#owner.own(
      new Collector({
        ...getCollectorSettings(),
        file: storeFile,
        workerPath: inDist("collectorWorker.cjs"),
        localWorkerPath: inDist("localWorker.cjs"),
        answerTasks: async question => answerTasks(await stores(), question, getStoreTimeoutMs()),
        tools,
        onBug,
      }),
    );
    const { state } = this.#collector;
    this.#owner.own(new CollectorStatus(state));
    this.#owner.own(state.watch(({ phase }) => setContextKey(contextKeys.collector, phase.kind)));
    setContextKey(contextKeys.collector, state.value.phase.kind);
    const received = this.#owner.own(
      state.watch(({ traffic }) => {
        if (traffic.spans === 0) return;
        setContextKey(contextKeys.hasReceivedTrace, true);
        received.dispose();
      }),
    );
    this.#logChanges();
    this.#token = new StoredToken(secrets, "traceside.collectorToken");
    const configure = (): Promise<void> => this.#turns.run(() => this.#configure());
    const watched = [settings.ports, settings.maxStoreMegabytes, settings.listenOn];
    this.#owner.own(watchSettings(watched, () => void configure().catch(onBug)));
    this.#owner.own(vscode.workspace.onDidGrantWorkspaceTrust(() => void configure().catch(onBug)));
    this.#owner.own(
      registerCommands(log, {
        [commands.startCollector]: () => this.#start(),
        [commands.copyCollectorToken]: () => copyCollectorToken(this.#token),
        [commands.stopCollector]: () => this.#collector.stop(),
      }),
    );
    if (getSetting(settings.autoStart)) this.#start().catch(onBug);
  }

  /** The token that senders beyond loopback must show. */
  get token(): StoredToken {
    return this.#token;
  }

  async #start(): Promise<void> {
    if (getListenOn().length > 0) await this.#turns.run(() => this.#configure());
    await this.#collector.start();
  }

  async #configure(): Promise<void> {
    const interfaces = getListenOn();
    const exposure = interfaces.length > 0 && { interfaces, token: await this.#token.get() };
    await this.#collector.configure({
      ...getCollectorSettings(),
      ...(exposure !== false && { exposure }),
    });
  }

  get control(): CollectorControl {
    return this.#collector;
  }

  /** Settles when the ports are free for another window. */
  close(): Promise<void> {
    return this.#collector.stop();
  }

  /** For the log, each time that a phase or a port's fate changes. */
  #logChanges(): void {
    let logged = "";
    this.#owner.own(
      this.#collector.state.watch(({ phase, receivers, storeTrouble }) => {
        const ports = listPlaces(receivers)
          .filter(({ status }) => status.kind !== "off")
          .map(({ name, port, status }) => `${name} ${port} ${describeForLog(status)}`);
        const text = [phase.kind, ...("reason" in phase ? [phase.reason] : []), ...ports].join(
          ", ",
        );
        const line = storeTrouble === undefined ? text : `${text}; ${storeTrouble}`;
        if (line === logged) return;
        logged = line;
        this.#log.info(`collector: ${line}`);
      }),
    );
  }

  dispose(): void {
    this.#owner.dispose();
  }
}

/** Each place that a receiver has, on loopback and beyond. */
function listPlaces(receivers: readonly ReceiverState[]): readonly Place[] {
  return receivers.flatMap(({ name, port, status, exposed = [] }) => [
    { name, port, status },
    ...exposed.map(each => ({ name: `${name} on ${each.interface}`, port, status: each.status })),
  ]);
}

interface Place {
  readonly name: string;
  readonly port: number;
  readonly status: ReceiverStatus;
}

function describeForLog(status: { readonly kind: string }): string {
  return JSON.stringify(status).replaceAll(/["{}]|^\{|\}$/g, "");
}
