/** Suites that need a peer: where it cannot be had, each of their tests is counted as not run, with the reason. */

import { afterAll, describe } from "vitest";
import type { PeerUnavailable } from "./cache.ts";

interface Peer {
  readonly kind: "peer";
  stop(): Promise<void>;
}

/** Stops the peer at the end. Where there is none, `body` only says which tests it has: whatever it reads is a text. */
export function describePeer<T extends Peer>(
  name: string,
  peer: T | PeerUnavailable,
  body: (peer: T) => void,
): void {
  if (peer.kind === "unavailable") {
    const reason = `${peer.name}: ${peer.reason}`;
    const absent = new Proxy({} as T, { get: () => "http://127.0.0.1:9" });
    describe(name, { skip: true, meta: { reason } }, () => {
      body(absent);
    });
  } else {
    describe(name, () => {
      afterAll(() => peer.stop());
      body(peer);
    });
  }
}
