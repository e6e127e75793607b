/** The receivers of an owner: what happens to one is nothing to the others. */

import { afterEach, expect, test } from "vitest";
import {
  receiverNames,
  type CollectorPorts,
  type ReceiverName,
} from "../../../src/collector/collectorState.ts";
import {
  BindError,
  createCounters,
  type MutableCounters,
} from "../../../src/collector/receiver.ts";
import { ReceiverSet, type Openers } from "../../../src/collector/receiverSet.ts";

const RETRY_MS = 20;

/** A machine whose ports are numbers in a set. */
class Ports {
  readonly taken = new Map<number, string>();
  readonly counters = new Map<ReceiverName, MutableCounters>();
  readonly opened: string[] = [];
  readonly closed: string[] = [];

  createOpeners(): Openers {
    const entries = receiverNames.map(name => [
      name,
      { transport: "tcp", open: (port: number) => this.#open(name, port) } as const,
    ]);
    return Object.fromEntries(entries) as Openers;
  }

  #open(name: ReceiverName, port: number) {
    if (port === 13) return Promise.reject(new BindError({ code: "EACCES", port, address: "::1" }));
    if (this.taken.has(port)) {
      return Promise.reject(new BindError({ code: "EADDRINUSE", port, address: "127.0.0.1" }));
    }
    this.taken.set(port, name);
    this.opened.push(`${name} ${port}`);
    const counters = createCounters();
    this.counters.set(name, counters);
    return Promise.resolve({
      name,
      addresses: ["127.0.0.1"],
      port,
      counters,
      close: () => {
        this.taken.delete(port);
        this.closed.push(`${name} ${port}`);
        return Promise.resolve();
      },
    });
  }
}

const off = Object.fromEntries(receiverNames.map(name => [name, 0])) as CollectorPorts;
const sets: ReceiverSet[] = [];
afterEach(async () => {
  await Promise.all(sets.splice(0).map(set => set.close()));
});

function create(): { machine: Ports; set: ReceiverSet } {
  const machine = new Ports();
  const set = new ReceiverSet(machine.createOpeners(), RETRY_MS);
  sets.push(set);
  return { machine, set };
}

const statusOf = (set: ReceiverSet, name: ReceiverName) =>
  set.list().find(state => state.name === name)?.status;

test("a port that is taken or not ours leaves the others alone", async () => {
  const { machine, set } = create();
  machine.taken.set(2, "another");
  await set.listen({ ...off, otlpGrpc: 1, otlpHttp: 2, zipkin: 13, skywalking: 4 });
  expect(set.list().map(({ port, status }) => `${port} ${status.kind}`)).toEqual([
    "1 listening",
    "2 portTaken",
    "13 failed",
    "0 off",
    "0 off",
    "0 off",
    "4 listening",
    "0 off",
  ]);
});

test("a port that is taken is had as soon as it is free", async () => {
  const { machine, set } = create();
  machine.taken.set(2, "another");
  await set.listen({ ...off, otlpHttp: 2 });
  expect(statusOf(set, "otlpHttp")?.kind).toBe("portTaken");
  machine.taken.delete(2);
  await expect.poll(() => statusOf(set, "otlpHttp")).toEqual({ kind: "listening" });
  expect(machine.opened).toEqual(["otlpHttp 2"]);
});

test("two receivers change places, and a third is not disturbed", async () => {
  const { machine, set } = create();
  await set.listen({ ...off, otlpGrpc: 1, otlpHttp: 2, zipkin: 3 });
  await set.listen({ ...off, otlpGrpc: 2, otlpHttp: 1, zipkin: 3 });
  expect(
    set
      .list()
      .map(({ port, status }) => `${port} ${status.kind}`)
      .slice(0, 3),
  ).toEqual(["2 listening", "1 listening", "3 listening"]);
  expect(machine.closed.toSorted()).toEqual(["otlpGrpc 1", "otlpHttp 2"]);
  await set.listen(off);
  expect([...machine.taken.keys()]).toEqual([]);
});

test("what was rejected is counted on over a change of ports, and told with its receiver", async () => {
  const { machine, set } = create();
  await set.listen({ ...off, otlpHttp: 2, zipkin: 3 });
  expect(set.countProblems()).toEqual({ rejected: 0, noted: 0 });
  const zipkin = machine.counters.get("zipkin")!;
  zipkin.rejected = 3;
  zipkin.lastReason = "not JSON";
  const last = { receiver: "zipkin", reason: "not JSON" };
  expect(set.countProblems()).toEqual({ rejected: 3, noted: 0, lastRejection: last });
  await set.listen({ ...off, otlpHttp: 2, zipkin: 4 });
  expect(set.countProblems()).toEqual({ rejected: 3, noted: 0, lastRejection: last });
  machine.counters.get("otlpHttp")!.rejected = 1;
  machine.counters.get("otlpHttp")!.lastReason = "too large";
  expect(set.countProblems()).toEqual({
    rejected: 4,
    noted: 0,
    lastRejection: { receiver: "otlpHttp", reason: "too large" },
  });
});

test("notes are counted beside what was rejected, on over a change of ports", async () => {
  const { machine, set } = create();
  await set.listen({ ...off, zipkin: 3 });
  machine.counters.get("zipkin")!.noted = 2;
  machine.counters.get("zipkin")!.lastNote = "in milliseconds";
  const lastNote = { receiver: "zipkin", reason: "in milliseconds" };
  expect(set.countProblems()).toEqual({ rejected: 0, noted: 2, lastNote });
  await set.listen({ ...off, zipkin: 4 });
  machine.counters.get("zipkin")!.noted = 1;
  expect(set.countProblems()).toEqual({ rejected: 0, noted: 3, lastNote });
});
