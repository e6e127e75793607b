/**
 * Receiving beyond loopback, which a user chooses by naming network interfaces: which addresses those have, and the token
 * that every sender there must show. Pure.
 */

import { createHash, timingSafeEqual } from "node:crypto";
import type { NetworkInterfaceInfo } from "node:os";

/** The choices of a user. */
export interface Exposure {
  /** Names such as `docker0`, or addresses of this machine. */
  readonly interfaces: readonly string[];
  readonly token: string;
}

/** Where one receiver listens beyond loopback. */
export interface ExposedAt {
  readonly addresses: readonly string[];
  readonly token: string;
}

/** Needs no blank, which a variable of headers would have to encode. */
export const TOKEN_HEADER = "x-traceside-token";

/** A sender beyond loopback has shown no token, or another one. */
export class WrongToken extends Error {
  constructor() {
    super(`beyond loopback the collector's token is needed, as the header ${TOKEN_HEADER}`);
    this.name = "WrongToken";
  }
}

/** The addresses of an interface, or the one address that is named. Throws where this machine has no such thing. */
export function resolveInterface(
  requested: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
): readonly string[] {
  const known = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos.map(info => ({ name, ...info })),
  );
  const named = known.filter(({ name, address }) => requested === name || requested === address);
  if (named.length === 0) throw new Error(`no network interface or address is called ${requested}`);
  // What is valid on one link alone needs that link's number, and senders do not have it.
  const usable = named.filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0);
  if (usable.length === 0) throw new Error(`${requested} reaches no further than loopback`);
  return usable.map(({ address }) => address);
}

/** Throws `WrongToken`. `shown`: the header's value, or that of `Authorization`. */
export function checkToken(expected: string, shown: string | undefined): void {
  const token = shown?.replace(/^Bearer(?: |%20)/i, "").trim() ?? "";
  if (!timingSafeEqual(hash(expected), hash(token))) throw new WrongToken();
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
