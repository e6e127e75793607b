/** Several stores asked at once: who has it, who has not, and who could not be asked. */

import { describe, expect, it } from "vitest";
import { getFailure, TraceError } from "../../../src/model/failure.ts";
import { createBrokenStore } from "../../../src/stores/open.ts";
import { StoreSet } from "../../../src/stores/storeSet.ts";
import type { Found, TraceStore } from "../../../src/model/traceStore.ts";

const found: Found = {
  traceId: "t",
  brief: { traceId: "t", spanId: "s", name: "pay", status: 1 },
};

function createStore(name: string, findId: () => Promise<readonly Found[]>): TraceStore {
  return { ...createBrokenStore({ kind: "mongodb", name }, new Error("not asked")), findId };
}

const empty = (name: string): TraceStore => createStore(name, () => Promise.resolve([]));
const down = (name: string): TraceStore => {
  const failure = { code: "storeUnreachable", store: name, address: "x:1", reason: "no" } as const;
  return createStore(name, () => Promise.reject(new TraceError(failure)));
};
const silent = (name: string): TraceStore => createStore(name, () => new Promise(() => undefined));

async function find(stores: readonly TraceStore[]): Promise<unknown> {
  const { signal } = new AbortController();
  return new StoreSet(stores, 40)
    .findFirst(["id"], signal, undefined, () => undefined)
    .catch((error: unknown) => error);
}

describe("StoreSet", () => {
  it("answers with the first store that has it, whatever becomes of the others", async () => {
    const has = createStore("has", () => Promise.resolve([found]));
    expect(await find([empty("a"), down("b"), silent("c"), has])).toEqual([{ store: has, found }]);
  });

  it("names each store that was asked, also two of one name, and why it did not answer", async () => {
    const failure = getFailure(await find([empty("a"), down("b"), silent("c"), down("b")]));
    expect(failure?.code).toBe("notFound");
    const answers = failure?.code === "notFound" ? failure.answers : [];
    expect(
      answers.map(({ kind, store, ...rest }) => {
        const why = "failure" in rest ? rest.failure.code : "";
        return `${store} ${kind} ${why}`.trim();
      }),
    ).toEqual([
      "a notFound",
      "b failed storeUnreachable",
      "c failed storeTimeout",
      "b failed storeUnreachable",
    ]);
  });

  it("does not tell a bug as a trace that was not found", async () => {
    const bug = new TypeError("not a function");
    expect(await find([empty("a"), createStore("b", () => Promise.reject(bug))])).toBe(bug);
  });
});
