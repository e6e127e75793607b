/** The only user of `acquireVsCodeApi`: the channel to the extension host, and the state that survives a reload. */

import { connectPeer, type Api } from "../src/protocol/rpc.ts";
import type { HostApi, PersistedView } from "../src/protocol/traceView.ts";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface HostOf<Remote, Persisted> {
  readonly remote: Remote;
  getPersisted(): Persisted | undefined;
  persist(view: Persisted): void;
}

/** That of the trace panel. */
export type Host = HostOf<HostApi, PersistedView>;

export function connectHost<Remote extends Api, Persisted>(view: Api): HostOf<Remote, Persisted> {
  const vscode = acquireVsCodeApi();
  const peer = connectPeer<Remote>(
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
    getPersisted: () => vscode.getState() as Persisted | undefined,
    persist: next => {
      vscode.setState(next);
    },
  };
}
