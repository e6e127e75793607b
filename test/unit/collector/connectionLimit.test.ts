/** Which connection makes room for one more. */

import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { ConnectionLimit } from "../../../src/collector/connectionLimit.ts";

function createLimit(max: number) {
  let nowMs = 0;
  const limit = new ConnectionLimit(max, () => nowMs);
  const add = (): Socket => {
    nowMs += 1;
    const socket = new Socket();
    limit.add(socket);
    return socket;
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { limit, add, pass };
}

describe("where one more connection comes than the port takes", () => {
  it("the one goes that has rested for the longest", () => {
    const { limit, add, pass } = createLimit(3);
    const [busy, first, second] = [add(), add(), add()] as const;
    limit.change(busy, 1);
    pass(5_000);
    add();
    expect([busy, first, second].map(each => each.destroyed)).toEqual([false, true, false]);
  });

  it("the request goes that began first, before a sender that was answered just now", () => {
    const { limit, add, pass } = createLimit(3);
    const [slow, slower, good] = [add(), add(), add()] as const;
    limit.change(slower, 1);
    pass(1);
    limit.change(slow, 1);
    limit.change(good, 1);
    limit.change(good, -1);
    pass(10);
    const others = [add(), add()];
    expect([slow, slower, good].map(each => each.destroyed)).toEqual([true, true, false]);
    expect(others.some(each => each.destroyed)).toBe(false);
    expect(limit.size).toBe(3);
  });

  it("one goes even where all came just now", () => {
    const { limit, add } = createLimit(2);
    const first = add();
    add();
    add();
    expect(first.destroyed).toBe(true);
    expect(limit.size).toBe(2);
  });
});
