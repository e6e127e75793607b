/**
 * One protocol, made of functions: an interface of async functions on each side, messages derived from it.
 * The same peer serves the webview and the workers. Knows no VS Code.
 *
 * Every call settles: a handler that throws rejects its caller, and a disposed peer rejects what is in flight.
 */

import type { Disposable } from "../base/disposables.ts";
import { getFailure, TraceError, type Failure } from "../model/failure.ts";

/** An interface of async functions whose arguments and results survive structured cloning. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the one place where any function is meant
export type Api = { [method: string]: (...args: any[]) => Promise<unknown> };

/** Carries messages both ways; webviews, workers and tests each give one. */
export interface Channel {
  post(message: unknown): void;
  /** At most one listener: the peer. */
  listen(onMessage: (message: unknown) => void): Disposable;
}

type Message =
  | {
      readonly kind: "call";
      readonly id: number;
      readonly method: string;
      readonly args: unknown[];
    }
  | { readonly kind: "value"; readonly id: number; readonly value: unknown }
  | {
      readonly kind: "error";
      readonly id: number;
      readonly message: string;
      readonly failure?: Failure;
    };

interface Settle {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface Peer<Remote extends Api> extends Disposable {
  readonly remote: Remote;
}

/** Thrown to callers whose peer went away before it answered. */
export class PeerGone extends Error {
  constructor() {
    super("The other side has gone.");
    this.name = "PeerGone";
  }
}

/** `onBug` is told of handler errors that are no `TraceError`; the caller is told of all. */
export function connectPeer<Remote extends Api>(
  channel: Channel,
  local: Api,
  onBug: (error: unknown) => void,
): Peer<Remote> {
  const waiting = new Map<number, Settle>();
  let nextId = 1;
  let isGone = false;

  const answer = async (call: Extract<Message, { kind: "call" }>): Promise<void> => {
    let reply: Message;
    try {
      const handler = Object.hasOwn(local, call.method) ? local[call.method] : undefined;
      if (handler === undefined) throw new Error(`No method ${call.method}`);
      // A channel that writes JSON has `null` for `undefined`, which no API of ours means.
      const args = call.args.map(arg => arg ?? undefined);
      reply = { kind: "value", id: call.id, value: await handler(...args) };
    } catch (error) {
      const failure = getFailure(error);
      if (failure === undefined && !(error instanceof PeerGone)) onBug(error);
      const message = error instanceof Error ? error.message : String(error);
      reply = { kind: "error", id: call.id, message, ...(failure && { failure }) };
    }
    if (!isGone) channel.post(reply);
  };

  const listener = channel.listen(data => {
    const message = data as Message;
    switch (message.kind) {
      case "call":
        void answer(message);
        break;
      case "value":
        waiting.get(message.id)?.resolve(message.value);
        waiting.delete(message.id);
        break;
      case "error": {
        const { failure } = message;
        waiting
          .get(message.id)
          ?.reject(failure === undefined ? new Error(message.message) : new TraceError(failure));
        waiting.delete(message.id);
        break;
      }
    }
  });

  const remote = new Proxy({} as Remote, {
    get: (_target, method) => {
      // A promise that resolves to this proxy must not take it for a thenable.
      if (typeof method !== "string" || method === "then") return undefined;
      return (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          if (isGone) {
            reject(new PeerGone());
            return;
          }
          const id = nextId;
          nextId += 1;
          waiting.set(id, { resolve, reject });
          channel.post({ kind: "call", id, method, args } satisfies Message);
        });
    },
  });

  return {
    remote,
    dispose() {
      if (isGone) return;
      isGone = true;
      listener.dispose();
      for (const { reject } of waiting.values()) reject(new PeerGone());
      waiting.clear();
    },
  };
}
