/** Expectations of traces: proposed by one, met by the next, broken by a third; and `traceside-check` in a shell. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyseTrace, type AnalysedTrace } from "../../src/analysis/analysedTrace.ts";
import {
  checkExpectations,
  parseExpectations,
  proposeExpectations,
  type ExpectationsFile,
} from "../../src/analysis/expectations.ts";
import { drawTrace } from "./drawTrace.ts";

const analyse = (drawing: string): AnalysedTrace => {
  const { columns, problems } = drawTrace(drawing);
  return analyseTrace(columns, problems);
};

const good = `
  POST /cart #web       ==========
    SELECT item          ==
    SELECT item            ==
    charge #payments         ====
`;

const fileOf = (trace: AnalysedTrace): ExpectationsFile => ({
  version: 1,
  traces: [{ root: "POST /cart", service: "web", expect: proposeExpectations(trace) }],
});

/** `kind found` of what is not met. */
const listBroken = (drawing: string, file = fileOf(analyse(good))): readonly string[] =>
  checkExpectations(analyse(drawing), file)
    .filter(({ isMet }) => !isMet)
    .map(({ expectation, found }) => `${expectation.kind} ${found}`);

describe("expectations", () => {
  it("that a trace proposes are met by it", () => {
    const results = checkExpectations(analyse(good), fileOf(analyse(good)));
    expect(results.map(({ expectation }) => expectation.kind)).toEqual(
      expect.arrayContaining(["noErrors", "mostCalls", "edge", "p95"]),
    );
    expect(results.every(({ isMet }) => isMet)).toBe(true);
  });

  it("are broken by one call more, an error, a lost edge and half as long again", () => {
    expect(
      listBroken(good.replace("    charge", "    SELECT item          ==\n    charge")),
    ).toEqual(["mostCalls 3"]);
    expect(listBroken(good.replace("====\n", "====!\n"))).toEqual(["noErrors 1"]);
    expect(listBroken(good.replace("charge #payments", "charge"))).toEqual([]);
    expect(
      listBroken(good.replace("charge #payments         ====", "pay #payments            ====")),
    ).toEqual(["edge NaN"]);
    expect(listBroken(good.replace("==========", "================"))).toEqual(["p95 16"]);
  });

  it("say nothing of other roots, nor of the same name in another service", () => {
    const file = fileOf(analyse(good));
    expect(checkExpectations(analyse("GET /cart #web   =="), file)).toEqual([]);
    expect(checkExpectations(analyse("POST /cart #other   ==!"), file)).toEqual([]);
  });

  it("find an edge in a link too", () => {
    const file: ExpectationsFile = {
      version: 1,
      traces: [{ root: "a", expect: [{ kind: "edge", from: "a", to: "b" }] }],
    };
    expect(listBroken("a   ==\nb     ==   link=a", file)).toEqual([]);
    expect(listBroken("a   ==\nb     ==", file)).toEqual(["edge NaN"]);
  });

  it.each([
    [[], "not a file"],
    [{ version: 2, traces: [] }, "not a file"],
    [{ version: 1, traces: [{}] }, 'traces[0]: needs "root"'],
    [{ version: 1, traces: [{ root: 1, expect: [] }] }, "traces[0].root: not a string"],
    [
      { version: 1, traces: [{ root: "a", expect: [{ kind: "fast" }] }] },
      "traces[0].expect[0].kind: none of",
    ],
    [
      { version: 1, traces: [{ root: "a", expect: [{ kind: "p95", operation: "a", ms: "1" }] }] },
      "traces[0].expect[0].ms: not a number",
    ],
  ])("%j is refused by its place", (value, reason) => {
    const parsed = parseExpectations(value);
    expect("wrong" in parsed ? parsed.wrong.join() : "").toContain(reason);
  });
});

describe("traceside-check", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "traceside-check-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, value: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return name;
  };
  const run = (...args: readonly string[]): { code: number | null; said: string } => {
    const script = join(import.meta.dirname, "../../src/tracesideCheck.ts");
    const done = spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: "utf8" });
    return { code: done.status, said: `${done.stdout}${done.stderr}` };
  };
  const span = (id: number, name: string, isFailed = false): object => ({
    trace_id: "a".repeat(32),
    span_id: String(id).padStart(16, "0"),
    ...(id > 1 && { parent_id: "1".padStart(16, "0") }),
    name,
    service: "shop",
    start_time: Date.UTC(2026, 0, 5) + id,
    duration_ms: 20,
    ...(isFailed && { status: "error" }),
  });

  it("answers with 0 where all is met, 1 where not, and 2 where it cannot tell", () => {
    write("traceside.expectations.json", {
      version: 1,
      traces: [
        {
          root: "order",
          expect: [{ kind: "noErrors" }, { kind: "mostCalls", operation: "pay", calls: 1 }],
        },
      ],
    });
    const good = write("good.json", [span(1, "order"), span(2, "pay")]);
    const bad = write("bad.json", [span(1, "order"), span(2, "pay"), span(3, "pay", true)]);
    const other = write("other.json", [span(1, "refund"), span(2, "pay")]);
    const odd = write("odd.json", { soup: 4 });
    expect(run(good)).toMatchObject({ code: 0 });
    const broken = run(good, bad);
    expect(broken.code).toBe(1);
    expect(broken.said).toContain("FAIL no errors: 1");
    expect(broken.said).toContain("FAIL pay runs at most 1 times: 2");
    expect(broken.said).toContain("2 of 4 expectations not met");
    expect(run(other).code).toBe(2);
    expect(run(odd)).toMatchObject({ code: 2 });
    expect(run()).toMatchObject({ code: 2 });
    expect(run("--help").code).toBe(0);
    expect(run("--expectations", "none.json", good).code).toBe(2);
    // A slip of the person who edited it is told with the file that it is in.
    writeFileSync(join(folder, "slip.json"), '{ "version": 1, }');
    const slip = run("--expectations", "slip.json", good);
    expect(slip.code).toBe(2);
    expect(slip.said).toContain("slip.json: ");
  });
});
