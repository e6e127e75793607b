/** A server that answers as a test tells it to: for what real servers cannot be made to show. Loopback, a free port. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface FaultyServer {
  readonly url: string;
  /** What it was asked, in order. */
  readonly asked: readonly IncomingMessage[];
  stop(): Promise<void>;
}

export async function startFaulty(
  listener: RequestListener,
  tls?: { readonly key: string; readonly cert: string },
): Promise<FaultyServer> {
  const asked: IncomingMessage[] = [];
  const answer: RequestListener = (request, response) => {
    asked.push(request);
    listener(request, response);
  };
  const server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    asked,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
