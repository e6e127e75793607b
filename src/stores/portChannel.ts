/** How messages travel between the host and a worker thread: typed arrays in an answer are handed over, not copied. */

import { toDisposable, type Disposable } from "../base/disposables.ts";
import type { Channel } from "../protocol/rpc.ts";

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

function findBuffers(message: unknown): ArrayBuffer[] {
  const { value } = message as { readonly value?: unknown };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.values(value)
    .filter(each => ArrayBuffer.isView(each))
    .map(view => view.buffer as ArrayBuffer);
}
