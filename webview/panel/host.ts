/** The only user of `acquireVsCodeApi`: the channel to the extension host, and the state that survives a reload. */

import { exportedDataId } from "../../src/protocol/exportedPage.ts";
import { connectPeer, type Api } from "../../src/threads/rpc.ts";
import type { HostApi, PersistedView } from "../../src/protocol/traceView.ts";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface HostOf<Remote, Persisted> {
  readonly remote: Remote;
  /** A page that was exported is alone: there is no workspace beside it whose sources could be shown. */
  readonly hasEditor: boolean;
  /** For the log: what went wrong where nobody waits for an answer. */
  readonly report: (error: unknown) => void;
  getPersisted(): Persisted | undefined;
  persist(view: Persisted): void;
}

/** That of the trace panel. */
export type Host = HostOf<HostApi, PersistedView>;

export function connectHost<
  Remote extends Api & { logError(message: string): Promise<void> },
  Persisted,
>(view: Api): HostOf<Remote, Persisted> {
  const vscode = acquireVsCodeApi();
  const report = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    peer.remote.logError(text).catch((unsaid: unknown) => {
      console.error(error, unsaid);
    });
  };
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
    report,
  );
  return {
    remote: peer.remote,
    hasEditor: document.getElementById(exportedDataId) === null,
    report,
    getPersisted: () => vscode.getState() as Persisted | undefined,
    persist: next => {
      vscode.setState(next);
    },
  };
}
