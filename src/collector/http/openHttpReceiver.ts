/** Opens an HTTP receiver on loopback, IPv4 and IPv6 on one port, or where else it is exposed. Knows no route. */

import { createServer, type Server } from "node:http";
import { isIPv6, type AddressInfo } from "node:net";
import { bindAddresses, type Binding } from "../bindAddresses.ts";
import { createCounters, loopbackAddresses, type Receiver } from "../receiver.ts";
import { HttpHandler } from "./httpHandler.ts";
import type { ExposedAt } from "../exposure.ts";
import { ConnectionLimit } from "../connectionLimit.ts";
import { ReceiveBudget } from "../receiveBudget.ts";
import type { Route } from "./route.ts";

export interface HttpReceiverOptions extends Partial<HttpTimeouts> {
  /** By which its owner knows it. */
  readonly name: string;
  /** 0: any that is free on both addresses. */
  readonly port: number;
  /** Instead of loopback. */
  readonly exposedAt?: ExposedAt;
  /** The first that fits answers. */
  readonly routes: readonly Route[];
  readonly onBug?: (error: unknown) => void;
  /** That all receivers share. */
  readonly budget?: ReceiveBudget;
  readonly maxConnections?: number;
}

/** Against senders that hold a connection without using it, by mistake or not. */
export interface HttpTimeouts {
  /** For the headers, from the connection on. */
  readonly headersTimeoutMs: number;
  /** For the whole request. */
  readonly requestTimeoutMs: number;
  /** Between requests; exporters send every five seconds, some every minute. */
  readonly idleTimeoutMs: number;
}

const defaults = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  idleTimeoutMs: 120_000,
};
/** For what is being kept when the receiver is closed. */
const CLOSE_MS = 2_000;

/** Rejects with a `BindError` where the port cannot be had. */
export async function openHttpReceiver(options: HttpReceiverOptions): Promise<Receiver> {
  const counters = createCounters();
  const settings = { ...defaults, ...options };
  const handler = new HttpHandler({
    routes: options.routes,
    budget: options.budget ?? new ReceiveBudget(),
    counters,
    ...(options.exposedAt && { token: options.exposedAt.token }),
    onBug: options.onBug ?? (() => undefined),
  });
  const connections = new ConnectionLimit(options.maxConnections);
  const create = (): Server => {
    const server = createServer(
      {
        headersTimeout: settings.headersTimeoutMs,
        requestTimeout: settings.requestTimeoutMs,
        keepAliveTimeout: settings.idleTimeoutMs,
        connectionsCheckingInterval: Math.min(2_000, settings.headersTimeoutMs / 2),
        noDelay: true,
      },
      (message, response) => {
        connections.change(message.socket, 1);
        response.once("close", () => connections.change(message.socket, -1));
        void handler.handle(message, response);
      },
    );
    server.on("connection", socket => connections.add(socket));
    server.timeout = settings.idleTimeoutMs;
    return server;
  };
  const addresses = options.exposedAt?.addresses ?? loopbackAddresses;
  const servers = await bindAddresses(addresses, options.port, (address, port) =>
    listen(create(), address, port),
  );
  return {
    name: options.name,
    addresses: servers.map(({ address }) => address),
    port: servers[0]?.port ?? options.port,
    counters,
    close: async () => {
      await Promise.all(servers.map(server => server.close()));
    },
  };
}

function listen(server: Server, address: string, port: number): Promise<Binding> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: address, port, ipv6Only: isIPv6(address) }, () => {
      resolve({ ...(server.address() as AddressInfo), close: () => closeServer(server) });
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, CLOSE_MS);
  await closed;
  clearTimeout(timer);
}
