/** The columns of a trace cross to its page in few bytes, and are the very same there. */

import { expect, it } from "vitest";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import type { TraceColumns } from "../../../src/model/trace.ts";
import {
  narrowColumns,
  widenColumns,
  type NarrowColumns,
} from "../../../src/model/narrowColumns.ts";
import { makeJaegerFile } from "../../perf/makeJaegerFile.ts";
import { makeRandom } from "../../perf/makeTrace.ts";
import { drawTrace } from "../drawTrace.ts";

/** As a message crosses: arrays as their bytes, everything else as JSON, which knows no NaN. */
function cross(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return JSON.parse(JSON.stringify(value));
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cross(each)]));
}

function expectSame(columns: TraceColumns): void {
  expect(widenColumns(cross(narrowColumns(columns)) as NarrowColumns)).toStrictEqual(columns);
}

function countBytes(columns: object): number {
  return Object.values(columns).reduce((sum: number, value: unknown) => {
    const { codes = value } = (value ?? {}) as { readonly codes?: unknown };
    return sum + (ArrayBuffer.isView(codes) ? codes.byteLength : 0);
  }, 0);
}

it("takes less than half of the bytes for a trace of Jaeger", () => {
  const bytes = Buffer.from([...makeJaegerFile({ spans: 2_000 })].join(""));
  const { records } = readTraceFile(bytes, { store: "file", path: "file", nowUnixMs: 0 });
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  const part = { store: "file", spans: records.map(({ span }) => span), details };
  const { columns } = buildTrace(records[0]!.traceId, [part]);
  expectSame(columns);
  expect(countBytes(narrowColumns(columns))).toBeLessThan(countBytes(columns) / 2);
});

it.each([
  ["", "nothing"],
  ["cart ====", "one span"],
  ["cart ====\n  pay  ==>\n  ship   ~~==", "what runs and what waited"],
])("tells %j as it is: %s", drawing => {
  expectSame(drawTrace(drawing).columns);
});

it("gives drawn numbers back, however large, small, odd or unknown", () => {
  const random = makeRandom(3);
  const { columns } = drawTrace("cart ====");
  const spreads = [0, 1, 200, 70_000, 2 ** 31, 2 ** 33, 2 ** 52];
  const units = [1, 1_000, 1_000_000, 0.25];
  for (let run = 0; run < 600; run += 1) {
    const spread = spreads[run % spreads.length]!;
    const unit = units[Math.floor(run / 7) % units.length]!;
    const unknown = [0, 0.2, 1][run % 3]!;
    const startNs = Float64Array.from({ length: run % 20 }, () =>
      random() < unknown ? Number.NaN : Math.floor((random() - 0.3) * spread) * unit + 0,
    );
    const parent = Int32Array.from({ length: 9 }, () =>
      Math.floor((random() - 0.5) * 2 ** (run % 32)),
    );
    expectSame({ ...columns, startNs, parent: parent as unknown as TraceColumns["parent"] });
  }
  const odd = Float64Array.of(0, Infinity, -Infinity, Number.MAX_VALUE, 5e-324);
  expectSame({ ...columns, startNs: odd });
});
