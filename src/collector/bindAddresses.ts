/** Listens on several addresses of this machine on one port, whatever it is that listens. */

import { BindError, isNoSuchFamily } from "./receiver.ts";

/** One socket or server. */
export interface Binding {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A port that was free on one address may be taken on the other. */
const MAX_PORTS_TRIED = 10;

/**
 * `bind` rejects with the error of Node where it cannot listen. A machine without IPv6 has the one address; port 0 is any
 * that is free on all. Rejects with a `BindError`.
 */
export async function bindAddresses(
  addresses: readonly string[],
  port: number,
  bind: (address: string, port: number) => Promise<Binding>,
): Promise<readonly Binding[]> {
  for (let tried = 1; ; tried += 1) {
    const bindings: Binding[] = [];
    try {
      for (const address of addresses) {
        const binding = await bindOne(address, bindings[0]?.port ?? port, bind);
        if (binding !== undefined) bindings.push(binding);
      }
      return bindings;
    } catch (error) {
      await Promise.all(bindings.map(binding => binding.close()));
      const isAnyPort = port === 0 && error instanceof BindError && error.code === "EADDRINUSE";
      if (!isAnyPort || tried === MAX_PORTS_TRIED) throw error;
    }
  }
}

async function bindOne(
  address: string,
  port: number,
  bind: (address: string, port: number) => Promise<Binding>,
): Promise<Binding | undefined> {
  try {
    return await bind(address, port);
  } catch (error) {
    if (address === "::1" && isNoSuchFamily(error)) return undefined;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new BindError({ code, port, address, cause: error });
  }
}
