/**
 * The view "Stores": the collector, the embedded store, the configured ones. A configured store is asked how it is when
 * someone unfolds or refreshes it, never behind their back.
 */

import * as vscode from "vscode";
import { neverAborted } from "../../base/neverAborted.ts";
import type { Cell } from "../../base/cell.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import type { CollectorState } from "../../collector/collectorState.ts";
import { commands, settings, views } from "../../manifest.ts";
import { getFailure, type Failure } from "../../model/failure.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { reportError } from "../../platform/report.ts";
import { getSetting } from "../../platform/settings.ts";
import type { LocalFacts } from "../../stores/local/localApi.ts";
import type { LocalStore } from "../../stores/local/localStore.ts";
import type { StoreSet } from "../../stores/storeSet.ts";
import type { StoreAdvice, TraceStore } from "../../model/traceStore.ts";
import { droppedTypes, listDroppedFiles } from "./droppedFiles.ts";
import type { StoreNode } from "./storeNode.ts";
import {
  COLLECTOR_ID,
  createCollectorNode,
  createLocalNode,
  createStoreNode,
  listCollectorNodes,
  listLocalNodes,
  listStoreNodes,
  SWITCH_ID,
  type Checked,
} from "./storeNodes.ts";

export interface StoresViewServices {
  readonly log: Log;
  readonly local: LocalStore;
  stores(): Promise<StoreSet>;
  watchStores(onReopen: () => void): Disposable;
  readonly collector: Cell<CollectorState>;
  readonly telemetry: { readonly isOn: Cell<boolean>; set(isOn: boolean): Promise<void> };
  /** Asks before it does. */
  createIndex(store: string, advice: StoreAdvice): Promise<void>;
}

/** The embedded store's numbers while traces come in, at most so often. */
const FACTS_REST_MS = 3_000;

export class StoresView implements vscode.TreeDataProvider<StoreNode>, Disposable {
  readonly #owner = new Owner();
  readonly #services: StoresViewServices;
  readonly #changed = new vscode.EventEmitter<StoreNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<StoreNode>;
  readonly #checked = new Map<string, Checked>();
  /** The rows on the ground floor, by their ids. */
  #roots: ReadonlyMap<string, StoreNode> = new Map();
  #facts: LocalFacts | undefined;
  #factsFailure: Failure | undefined;
  #factsTimer: NodeJS.Timeout | undefined;
  #watching: Disposable | undefined;
  #shown = "";

  constructor(services: StoresViewServices) {
    this.#services = services;
    this.#owner.own(this.#changed);
    this.#view = this.#owner.own(
      vscode.window.createTreeView(views.stores, {
        treeDataProvider: this,
        dragAndDropController: {
          dragMimeTypes: [],
          dropMimeTypes: droppedTypes,
          handleDrop: async (_node, data) => {
            for (const file of await listDroppedFiles(data)) {
              await vscode.commands.executeCommand(commands.openTraceFile, file);
            }
          },
        },
      }),
    );
    this.#owner.own(this.#view.onDidChangeVisibility(({ visible }) => this.#setVisible(visible)));
    this.#owner.own(
      this.#view.onDidChangeCheckboxState(({ items }) => {
        const changed = items.find(([node]) => node.id === SWITCH_ID);
        if (changed === undefined) return;
        const isOn = changed[1] === vscode.TreeItemCheckboxState.Checked;
        this.#run(services.telemetry.set(isOn));
      }),
    );
    this.#owner.own(services.collector.watch(() => this.#drawCollector()));
    this.#owner.own(services.telemetry.isOn.watch(() => this.#drawCollector()));
    this.#owner.own(
      services.watchStores(() => {
        this.#checked.clear();
        this.#draw();
      }),
    );
    this.#owner.own(
      registerCommands(services.log, {
        [commands.refreshStores]: node => this.refresh(node?.store),
        [commands.openStoreSettings]: () =>
          vscode.commands.executeCommand("workbench.action.openSettings", settings.stores),
        [commands.createIndex]: async node => {
          if (node?.advice === undefined) return;
          await services.createIndex(node.store, node.advice as StoreAdvice);
          await this.refresh(node.store);
        },
      }),
    );
  }

  /** So many traces failed since someone looked: a number on the container's icon, in sight when the side bar is not. */
  showFailed(count: number): void {
    const { t } = vscode.l10n;
    const tooltip = count === 1 ? t("1 failed trace") : t("{0} failed traces", count);
    this.#view.badge = count === 0 ? undefined : { value: count, tooltip };
  }

  /** Asks this store again, or every one that was asked before. */
  async refresh(name?: string): Promise<void> {
    const { stores } = await this.#services.stores();
    const asked = stores.filter(store =>
      name === undefined ? this.#checked.has(store.name) : store.name === name,
    );
    this.#readFacts();
    await Promise.all(asked.map(store => this.#check(store)));
  }

  getTreeItem(node: StoreNode): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      node.label,
      node.fold === undefined ? None : node.fold === "open" ? Expanded : Collapsed,
    );
    item.id = node.id;
    item.description = node.description;
    item.tooltip = node.tooltip;
    item.contextValue = node.context;
    if (node.icon !== undefined) {
      const color = node.color === undefined ? undefined : new vscode.ThemeColor(node.color);
      item.iconPath = new vscode.ThemeIcon(node.icon, color);
    }
    if (node.isChecked !== undefined) {
      const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
      item.checkboxState = node.isChecked ? Checked : Unchecked;
    }
    if (node.advice !== undefined) {
      item.command = { command: commands.createIndex, title: node.label, arguments: [node] };
    }
    return item;
  }

  async getChildren(node?: StoreNode): Promise<StoreNode[]> {
    const { collector, telemetry } = this.#services;
    const { stores } = await this.#services.stores();
    if (node === undefined) {
      this.#updateRoots(stores);
      return [...this.#roots.values()];
    }
    if (node.id === COLLECTOR_ID) {
      return [...listCollectorNodes(collector.value, telemetry.isOn.value)];
    }
    if (node.children !== undefined) return [...node.children];
    const store = stores.find(each => each.name === node.store);
    if (store === undefined) return [];
    if (store.kind === "local" && store.name === this.#services.local.name) {
      const capBytes = getSetting(settings.maxStoreMegabytes) * 1e6;
      return this.#facts === undefined ? [] : [...listLocalNodes(this.#facts, capBytes)];
    }
    const checked = this.#checked.get(store.name) ?? (await this.#check(store));
    return [...listStoreNodes(store, checked)];
  }

  async #check(store: TraceStore): Promise<Checked> {
    this.#checked.set(store.name, { kind: "asking" });
    this.#draw();
    const startMs = performance.now();
    let checked: Checked;
    try {
      const health = await store.checkHealth(neverAborted());
      checked = { kind: "well", health, tookMs: performance.now() - startMs };
    } catch (error) {
      const failure = getFailure(error);
      if (failure === undefined) throw error;
      checked = { kind: "failed", failure };
    }
    this.#checked.set(store.name, checked);
    this.#draw();
    return checked;
  }

  #setVisible(isVisible: boolean): void {
    this.#watching?.dispose();
    this.#watching = undefined;
    if (!isVisible) return;
    this.#readFacts();
    this.#watching = this.#services.local.watch(() => this.#readFactsSoon());
  }

  #readFactsSoon(): void {
    this.#factsTimer ??= setTimeout(() => this.#readFacts(), FACTS_REST_MS);
  }

  #readFacts(): void {
    clearTimeout(this.#factsTimer);
    this.#factsTimer = undefined;
    const read = async (): Promise<void> => {
      try {
        this.#facts = await this.#services.local.readFacts(neverAborted());
        this.#factsFailure = undefined;
      } catch (error) {
        this.#factsFailure = getFailure(error);
        if (this.#factsFailure === undefined) throw error;
      }
      this.#draw();
    };
    this.#run(read());
  }

  /** Only where a word of it changes: its state is told twice a second. */
  #drawCollector(): void {
    const { collector, telemetry } = this.#services;
    const nodes = [
      createCollectorNode(collector.value),
      ...listCollectorNodes(collector.value, telemetry.isOn.value),
    ];
    const text = JSON.stringify(nodes);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#draw();
  }

  /** Rows keep their ids, so nothing folds and nothing scrolls. */
  #draw(): void {
    // Nobody has looked: nothing is drawn, and no store is opened for it.
    if (this.#roots.size > 0) this.#run(this.#drawRoots());
  }

  async #drawRoots(): Promise<void> {
    const before = [...this.#roots.keys()];
    this.#updateRoots((await this.#services.stores()).stores);
    const isSame = before.join("\n") === [...this.#roots.keys()].join("\n");
    this.#changed.fire(isSame ? [...this.#roots.values()] : undefined);
  }

  /**
   * While all rows are asked for anew the editor knows none, and a button that is clicked meanwhile has no row. So a row
   * keeps its object, and is drawn anew by itself.
   */
  #updateRoots([local, ...remote]: readonly TraceStore[]): void {
    const nodes = [
      createCollectorNode(this.#services.collector.value),
      ...(local === undefined ? [] : [createLocalNode(local, this.#facts, this.#factsFailure)]),
      ...remote.map(store => createStoreNode(store, this.#checked.get(store.name))),
    ];
    this.#roots = new Map(
      nodes.map(node => [node.id, replaceFields(this.#roots.get(node.id), node)]),
    );
  }

  #run(work: Promise<unknown>): void {
    work.catch((error: unknown) => reportError(error, "stores", this.#services.log));
  }

  dispose(): void {
    clearTimeout(this.#factsTimer);
    this.#watching?.dispose();
    this.#owner.dispose();
  }
}

function replaceFields(held: StoreNode | undefined, node: StoreNode): StoreNode {
  if (held === undefined) return node;
  for (const key of Object.keys(held)) if (!(key in node)) Reflect.deleteProperty(held, key);
  return Object.assign(held, node);
}
