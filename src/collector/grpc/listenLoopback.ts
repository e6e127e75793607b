/** One port on 127.0.0.1 and, where the machine has it, on ::1. Knows nothing of what is spoken there. */

import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { BindError, isNoSuchFamily, loopbackAddresses } from "../receiver.ts";

export interface LoopbackListener {
  readonly addresses: readonly string[];
  readonly port: number;
  /** Frees the port at once; connections that are open stay so. */
  close(): void;
}

/** The system gives a free port for 127.0.0.1, which another program may have on ::1. */
const ATTEMPTS_AT_A_FREE_PORT = 10;

/** Port 0 is any that is free. Rejects with a `BindError`. */
export async function listenLoopback(
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<LoopbackListener> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listenOnBoth(port, onConnection);
    } catch (error) {
      const isBadLuck = error instanceof BindError && error.port !== port && port === 0;
      if (!isBadLuck || attempt === ATTEMPTS_AT_A_FREE_PORT) throw error;
    }
  }
}

async function listenOnBoth(
  wanted: number,
  onConnection: (socket: Socket) => void,
): Promise<LoopbackListener> {
  const servers: Server[] = [];
  const addresses: string[] = [];
  let port = wanted;
  const close = (): void => {
    for (const server of servers) server.close();
  };
  for (const address of loopbackAddresses) {
    const server = createServer(onConnection);
    try {
      port = await listen(server, address, port);
      servers.push(server);
      addresses.push(address);
    } catch (cause) {
      if (isNoSuchFamily(cause) && address !== loopbackAddresses[0]) continue;
      close();
      const code = (cause as NodeJS.ErrnoException).code ?? "EUNKNOWN";
      throw new BindError({ code, port, address, cause });
    }
  }
  return { addresses, port, close };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: host.includes(":") }, () => {
      server.off("error", reject);
      // Later errors are of single connections that could not be accepted; their senders try again.
      server.on("error", () => undefined);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
