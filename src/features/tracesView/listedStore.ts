/** The store whose traces are listed: which one it is, remembered for the workspace, and what the page asks of it. */

import * as vscode from "vscode";
import type { WindowPalette } from "../../analysis/groups.ts";
import type { TraceFilter } from "../../analysis/traceFilter.ts";
import { Latest } from "../../base/latest.ts";
import { neverAborted } from "../../base/neverAborted.ts";
import { TraceError } from "../../model/failure.ts";
import type { TraceStore } from "../../model/traceStore.ts";
import { createTraceUri } from "../../platform/traceUri.ts";
import type { WorkspaceGit } from "../../platform/workspaceGit.ts";
import type { ListedPage } from "../../protocol/tracesView.ts";
import type { LocalStore } from "../../stores/local/localStore.ts";
import type { StoreSet } from "../../stores/storeSet.ts";
import type { ExpectationChecks } from "./expectationChecks.ts";
import { toListed } from "./listedTrace.ts";

export interface ListedStoreServices {
  readonly memento: vscode.Memento;
  readonly local: LocalStore;
  readonly palette: WindowPalette;
  readonly git: WorkspaceGit;
  stores(): Promise<StoreSet>;
}

const STORE_KEY = "traceside.traces.store";
/** So many services are asked for their operations where none is named. */
const MAX_SERVICES = 20;

export class ListedStore {
  readonly #services: ListedStoreServices;
  readonly #search = new Latest();
  #name: string;

  constructor(services: ListedStoreServices) {
    this.#services = services;
    this.#name = services.memento.get(STORE_KEY, services.local.name);
  }

  get name(): string {
    return this.#name;
  }

  get isLocal(): boolean {
    return this.#name === this.#services.local.name;
  }

  async choose(name: string): Promise<void> {
    this.#name = name;
    await this.#services.memento.update(STORE_KEY, name);
  }

  async find(): Promise<TraceStore | undefined> {
    const { stores } = await this.#services.stores();
    return stores.find(store => store.name === this.#name);
  }

  /** A page of traces without those that are about to be deleted; a newer question leaves this one without any. */
  async searchTraces(
    filter: TraceFilter,
    limit: number,
    cursor: string | undefined,
    isDeleted: (traceId: string) => boolean,
    expectations: ExpectationChecks,
  ): Promise<ListedPage> {
    const page = await this.#search.run(async signal => {
      const store = await this.#require();
      const query = { ...filter, limit, ...(cursor !== undefined && { cursor }) };
      return store.searchTraces(query, signal);
    });
    if (page === undefined) return { traces: [] };
    const { palette, git } = this.#services;
    const shown = page.traces.filter(each => !this.isLocal || !isDeleted(each.traceId));
    return {
      traces: shown
        .map(each => toListed(each, git.findCommit(each.captured)))
        .map(trace => ({
          ...trace,
          uri: createTraceUri(trace).toString(),
          expectations: expectations.resultOf(trace.traceId),
          slots: trace.services.map(service => palette.slotOf(service)),
        })),
      ...(page.cursor !== undefined && { cursor: page.cursor }),
    };
  }

  cancelSearch(): void {
    this.#search.dispose();
  }

  async listServices(): Promise<readonly string[]> {
    return (await this.#require()).listServices(neverAborted());
  }

  async listOperations(service: string | undefined): Promise<readonly string[]> {
    const store = await this.#require();
    const services =
      service === undefined
        ? (await store.listServices(neverAborted())).slice(0, MAX_SERVICES)
        : [service];
    const lists = await Promise.all(
      services.map(each => store.listOperations(each, neverAborted())),
    );
    return [...new Set(lists.flat())].sort();
  }

  async #require(): Promise<TraceStore> {
    const store = await this.find();
    if (store !== undefined) return store;
    const reason = vscode.l10n.t("it is no longer in the settings");
    throw new TraceError({ code: "storeMisconfigured", store: this.#name, reason });
  }
}
