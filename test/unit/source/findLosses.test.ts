/** The losses of one trace among others that ran at the same time, and how often their code is read. */

import { expect, test } from "vitest";
import { SpanKind } from "../../../src/model/span.ts";
import { findContextLosses, type SpanInCode } from "../../../src/source/contextLoss/findLosses.ts";
import { createWorkspace } from "./indexFiles.ts";

const path = "/ws/bakery.py";
const text = `def bake(loaf):
    heat()
    Thread(target=tell_shop).start()

def heat():
    pass

def tell_shop():
    pass
`;
const lines = { bake: 0, heat: 4, tell_shop: 7 };

function draw(traceId: string, name: keyof typeof lines, startUnixMs: number): SpanInCode {
  return {
    ...{ traceId, spanId: `${traceId} ${name}`, name, kind: SpanKind.internal },
    ...{ isRoot: name !== "heat", readHasLinks: () => Promise.resolve(false) },
    ...{ startUnixMs, endUnixMs: startUnixMs + 100 },
    place: { path, line0: lines[name] },
  };
}

async function find(traceId: string, spans: readonly SpanInCode[]) {
  const { readSymbols } = await createWorkspace({ [path]: text });
  let reads = 0;
  const { losses, mayLose } = await findContextLosses(traceId, spans, async asked => {
    reads += 1;
    return asked === path ? { text, symbols: await readSymbols(path) } : undefined;
  });
  return {
    reads,
    mayLose,
    pairs: losses.map(({ caller, root }) => `${caller.traceId} lost ${root.traceId}`),
  };
}

/** Two of one kind, one soon after the other. */
const two = [
  draw("first", "bake", 0),
  draw("first told", "tell_shop", 50),
  draw("second", "bake", 1_000),
  draw("second told", "tell_shop", 1_050),
];

test.each([
  ["first", "first lost first told"],
  ["first told", "first lost first told"],
  ["second", "second lost second told"],
  ["second told", "second lost second told"],
])("%s: %s", async (traceId, pair) => {
  expect((await find(traceId, two)).pairs).toEqual([pair]);
});

test.each([
  ["a function of it hands work over", "bake", SpanKind.server, true],
  ["nobody asked for it from outside", "heat", SpanKind.internal, true],
  ["it is a request that hands nothing over", "heat", SpanKind.server, false],
] as const)("a trace may lose another, or be lost: %s", async (_, name, kind, expected) => {
  const span = { ...draw("only", name, 0), isRoot: true, kind };
  expect((await find("only", [span])).mayLose).toBe(expected);
});

test("a file is read once, for however many spans", async () => {
  const many = Array.from({ length: 200 }, (_, i) => draw("first", "heat", i));
  expect(await find("first", [...many, ...two])).toMatchObject({
    reads: 1,
    pairs: ["first lost first told"],
  });
});

test("the run that began last is found among very many, and the code is asked once for all", async () => {
  const runs = Array.from({ length: 20_000 }, (_, i) => draw("first", "bake", i * 10));
  const told = Array.from({ length: 2_000 }, (_, i) => draw(`told ${i}`, "tell_shop", i * 100 + 5));
  const { reads, pairs } = await find("first", [...runs, ...told]);
  // One place of the code is named once, with the last that was lost there.
  expect({ reads, pairs }).toEqual({ reads: 1, pairs: ["first lost told 1999"] });
});
