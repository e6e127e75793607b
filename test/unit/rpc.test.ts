/** The peer: every call settles, whatever happens on the other side. */

import { expect, test } from "vitest";
import { TraceError, getFailure } from "../../src/model/failure.ts";
import { connectPeer, PeerGone, type Api, type Channel } from "../../src/threads/rpc.ts";

/** Two ends of one line; messages are copied on the way, as a real channel does. */
function createLine(clone: (message: unknown) => unknown = structuredClone): [Channel, Channel] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const createEnd = (own: number, other: number): Channel => ({
    post: message => {
      const copy = clone(message);
      queueMicrotask(() => listeners[other]!.forEach(listener => listener(copy)));
    },
    listen: listener => {
      listeners[own]!.push(listener);
      return { dispose: () => void (listeners[own] = []) };
    },
  });
  return [createEnd(0, 1), createEnd(1, 0)];
}

function connect(api: Api): { remote: Api; bugs: unknown[]; near: { dispose(): void } } {
  const [a, b] = createLine();
  const bugs: unknown[] = [];
  connectPeer(a, api, error => bugs.push(error));
  const near = connectPeer(b, {}, error => bugs.push(error));
  return { remote: near.remote, bugs, near };
}

test("a call answers with the handler's value, typed arrays included", async () => {
  const { remote } = connect({ double: (x: Float64Array) => Promise.resolve(x.map(v => v * 2)) });
  expect(await remote["double"]!(Float64Array.of(1, 2))).toEqual(Float64Array.of(2, 4));
});

test("an argument that is not there is not there for the handler either, though the channel writes JSON", async () => {
  const [a, b] = createLine(message => JSON.parse(JSON.stringify(message)) as unknown);
  connectPeer(
    a,
    { tell: (...args: readonly unknown[]) => Promise.resolve(args[1] === undefined) },
    String,
  );
  const { remote } = connectPeer<Api>(b, {}, String);
  expect(await remote["tell"]!([], undefined)).toBe(true);
});

test("a failure travels as it is, and is no bug", async () => {
  const { remote, bugs } = connect({
    read: () => Promise.reject(new TraceError({ code: "storeTimeout", store: "m", afterMs: 5 })),
  });
  const error = await remote["read"]!().catch((caught: unknown) => caught);
  expect(getFailure(error)).toEqual({ code: "storeTimeout", store: "m", afterMs: 5 });
  expect(bugs).toEqual([]);
});

test("a handler that throws rejects its caller and is told as a bug", async () => {
  const { remote, bugs } = connect({
    read: () => {
      throw new Error("broken");
    },
  });
  await expect(remote["read"]!()).rejects.toThrow("broken");
  expect(bugs).toHaveLength(1);
});

test("an unknown method rejects, and so does one that every object has", async () => {
  const { remote } = connect({});
  await expect(remote["nothing"]!()).rejects.toThrow("nothing");
  await expect(remote["toString"]!()).rejects.toThrow("toString");
});

test("a peer that goes away rejects what is in flight and what comes later", async () => {
  const { remote, near } = connect({ never: () => new Promise(() => undefined) });
  const inFlight = remote["never"]!();
  near.dispose();
  await expect(inFlight).rejects.toBeInstanceOf(PeerGone);
  await expect(remote["never"]!()).rejects.toBeInstanceOf(PeerGone);
});
