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

/** The typed arrays in an answer, on their own or in a trace that was built; of a call what stands in a list of buffers. */
function findBuffers(message: unknown): ArrayBuffer[] {
  const { value, args } = message as { readonly value?: unknown; readonly args?: unknown[] };
  if (args !== undefined) {
    return args.flat().filter((each): each is ArrayBuffer => each instanceof ArrayBuffer);
  }
  return [...new Set(listViews(value, MAX_DEPTH).map(view => view.buffer as ArrayBuffer))];
}

/** `plain` of the cells of a trace has its columns in one more object. */
const MAX_DEPTH = 3;

function listViews(value: unknown, depth: number): ArrayBufferView[] {
  if (ArrayBuffer.isView(value)) return [value];
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth === 0) return [];
  return Object.values(value).flatMap(each => listViews(each, depth - 1));
}
