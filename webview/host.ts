/** The only user of `acquireVsCodeApi`: the channel to the extension host, and the state that survives a reload. */

import { connectPeer, type Peer } from "../src/protocol/rpc.ts";
import type { HostApi, PersistedView, ViewApi } from "../src/protocol/traceView.ts";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  readonly remote: HostApi;
  getPersisted(): PersistedView | undefined;
  persist(view: PersistedView): void;
}

export function connectHost(view: ViewApi): Host {
  const vscode = acquireVsCodeApi();
  const peer: Peer<HostApi> = connectPeer<HostApi>(
    {
      post: message => {
        vscode.postMessage(message);
      },
      listen: onMessage => {
        const listener = (event: MessageEvent): void => {
          onMessage(event.data);
        };
        window.addEventListener("message", listener);
        return {
          dispose: () => {
            window.removeEventListener("message", listener);
          },
        };
      },
    },
    view,
    error => {
      console.error(error);
    },
  );
  return {
    remote: peer.remote,
    getPersisted: () => vscode.getState() as PersistedView | undefined,
    persist: next => {
      vscode.setState(next);
    },
  };
}
