/** How messages travel between the host and a worker thread: what is large is handed over, not copied. */

import { toDisposable, type Disposable } from "../base/disposables.ts";
import type { Channel } from "./rpc.ts";

/** The part of a worker and of a parent port that is the same. */
interface Port {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  on(event: "message", listener: (message: unknown) => void): void;
  off(event: "message", listener: (message: unknown) => void): void;
}

export function openPortChannel(port: Port): Channel {
  return {
    post(message) {
      port.postMessage(message, findBuffers(message));
    },
    listen(onMessage): Disposable {
      port.on("message", onMessage);
      return toDisposable(() => port.off("message", onMessage));
    },
  };
}

/** The typed arrays in an answer; of a call what stands in a list of buffers among its arguments. */
function findBuffers(message: unknown): ArrayBuffer[] {
  const { value, args } = message as { readonly value?: unknown; readonly args?: unknown[] };
  if (args !== undefined) {
    return args.flat().filter((each): each is ArrayBuffer => each instanceof ArrayBuffer);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.values(value)
    .filter(each => ArrayBuffer.isView(each))
    .map(view => view.buffer as ArrayBuffer);
}
