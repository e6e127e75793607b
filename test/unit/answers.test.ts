/** Answers about a trace, drawn. What planted faults are found is held in answersPlanted.test.ts. */

import { describe, expect, it } from "vitest";
import { analyseTrace } from "../../src/analysis/analysedTrace.ts";
import { findAnswers } from "../../src/analysis/answers/findAnswers.ts";
import type { Answer } from "../../src/analysis/answers/answer.ts";
import { buildConcurrency } from "../../src/analysis/concurrency.ts";
import { tabulate } from "../../src/analysis/operations.ts";
import { toIndexArray } from "../../src/base/indexArray.ts";
import { SpanKind, SpanStatus, type SpanInput } from "../../src/model/span.ts";
import type { Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { NS_PER_MS } from "../../src/model/units.ts";
import { DRAWN_ORIGIN_UNIX_MS, drawSpans, drawTrace } from "./drawTrace.ts";
import { allocateSpanColumns } from "../../src/model/spanColumns.ts";
import { asSpan } from "./spanIndex.ts";

const LATER_UNIX_MS = DRAWN_ORIGIN_UNIX_MS + 3_600_000;

/** One character is ten milliseconds, so that a drawing is long enough to be worth an answer. */
function draw(drawing: string, change: (span: SpanInput) => SpanInput = span => span): Trace {
  const stretch = (ns: bigint | undefined): bigint | undefined => {
    const origin = BigInt(DRAWN_ORIGIN_UNIX_MS) * 1_000_000n;
    return ns === undefined ? undefined : origin + (ns - origin) * 10n;
  };
  const spans = drawSpans(drawing).map(span =>
    change({
      ...span,
      startUnixNs: stretch(span.startUnixNs),
      endUnixNs: stretch(span.endUnixNs),
      queuedUnixNs: stretch(span.queuedUnixNs),
    }),
  );
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  return buildTrace("t", [{ store: "drawn", spans, details }]);
}

function find(trace: Trace, nowUnixMs = LATER_UNIX_MS): readonly Answer[] {
  return findAnswers(analyseTrace(trace.columns, trace.problems), nowUnixMs);
}

/** `code certainty names costMs more` of each answer, in order. */
function check(
  drawing: string,
  expected: readonly string[],
  change?: (span: SpanInput) => SpanInput,
): void {
  const trace = draw(drawing, change);
  expect(find(trace).map(answer => describeAnswer(trace, answer))).toEqual(expected);
}

function describeAnswer({ columns }: Trace, answer: Answer): string {
  const nameOf = (span: number): string => columns.strings[columns.name[span]!]!;
  const ms = (ns: number): string => (Number.isNaN(ns) ? "?" : String(Math.round(ns / NS_PER_MS)));
  const names = answer.spans.map(nameOf);
  const shown = names.length > 3 ? `${names[0]}×${names.length}` : names.join("<");
  const more = ((): string => {
    switch (answer.code) {
      case "failure":
        return answer.hasReachedRoot ? "to the root" : "carried on";
      case "retries":
        return `${answer.retries} ${answer.hasSucceeded ? "then ok" : "in vain"}`;
      case "queueWait":
        return `busy ${answer.busyShare.toFixed(1)} of ${answer.workers} ${
          answer.meanwhile === undefined ? "" : nameOf(answer.meanwhile)
        }`;
      case "stillQueued":
      case "slowStart":
        return answer.reason.kind;
      case "lostContext":
        return answer.reason.kind === "detachedRoot"
          ? `called by ${nameOf(answer.reason.caller)}`
          : answer.reason.cause.code;
      default:
        return "";
    }
  })();
  return `${answer.code} ${answer.certainty} ${shown} ${ms(answer.costNs)} ${more}`.trim();
}

const asCalls = (span: SpanInput): SpanInput =>
  /^(?:SELECT|GET|POST)/.test(span.name) ? { ...span, kind: SpanKind.client } : span;

describe("answers", () => {
  it("tells of a failure where it began and how far it travelled", () => {
    check(
      `
      order         ====================!
        cache        ==
          redis      =!
        reserve          =======!
          SELECT stock    =====!
        notify                   ==!
      `,
      ["failure certain SELECT stock<reserve<order ? to the root", "bottleneck certain order 90"],
    );
    check(
      `
      order         ====================
        cache        ==!
      `,
      ["failure certain cache ? carried on"],
    );
  });

  it("finds calls that are made again and again, also each below a span of its own", () => {
    check(
      `
      list             ====================
        SELECT orders   ==
        SELECT item       ==
        SELECT item         ==
        SELECT item           ==
        SELECT item             ==
        SELECT item               ==
        SELECT item                 ==
      `,
      ["repeatedCalls possible SELECT item×6 100"],
      asCalls,
    );
    check(
      `
      list               ===================
        load              ===
          SELECT item     ==
        load                 ===
          SELECT item        ==
        load                    ===
          SELECT item           ==
        load                       ===
          SELECT item              ==
        load                          ===
          SELECT item                 ==
      `,
      ["repeatedCalls possible SELECT item×5 80"],
      asCalls,
    );
  });

  it("does not take calls side by side, few calls, or calls of no weight for repeated ones", () => {
    check(
      `
      list             ====================
        SELECT item     ==================
        SELECT item     =================
        SELECT item     ================
        SELECT item     ===============
        SELECT item     ==============
      `,
      ["bottleneck certain SELECT item 180"],
      asCalls,
    );
    check(
      `
      list             ========================================================================
        SELECT item     =
        SELECT item       =
        SELECT item         =
        SELECT item           =
        SELECT item             =
      `,
      ["bottleneck certain list 670"],
      asCalls,
    );
  });

  it("takes a statement for a call where the program says no kind", () => {
    const codes = (name: string): readonly string[] => {
      const calls = Array.from({ length: 12 }, (_, i) => `  ${name}${" ".repeat(3 + 3 * i)}==`);
      const asInternal = (span: SpanInput): SpanInput => ({ ...span, kind: SpanKind.internal });
      return find(draw(["page  ".padEnd(60, "="), ...calls].join("\n"), asInternal)).map(
        ({ code }) => code,
      );
    };
    expect(codes("SELECT profiles")).toContain("repeatedCalls");
    expect(codes("select profiles")).not.toContain("repeatedCalls");
  });

  it("finds retries and what they cost", () => {
    check(
      `
      order       ========================
        charge     ==!
        charge        ==!
        charge            ==!
        charge                   ==
      `,
      [
        "failure certain charge ? carried on",
        "retries likely charge×4 140 3 then ok",
        "bottleneck certain order 160",
      ],
    );
  });

  it("finds the attempts that only a queue counts", () => {
    check(
      `
      order @orders   ========      x4
        SELECT          ==
        render             ==
      `,
      ["retries certain order ? 3 then ok"],
    );
  });

  it("does not take a loop of which some fail for retries", () => {
    const trace = draw(`
      job        ==========================
        send      ==
        send        ==!
        send          ==
        send            ==
        send              ==
        send                ==
    `);
    expect(find(trace).map(({ code }) => code)).not.toContain("retries");
  });

  it("does not take a loop of which each failure is made good by something else for retries", () => {
    const trace = draw(`
      cart       ==========================
        GET       ==!
        compute     =====
        GET              ==!
        compute            =====
        GET                     ==!
        compute                   ====
    `);
    expect(find(trace).map(({ code }) => code)).not.toContain("retries");
  });

  it("finds calls that follow each other at once and might run side by side", () => {
    check(
      `
      checkout        ======================
        GET tax         =====
        GET shipping         ====
        GET credit               =====
        GET stock                     ====
      `,
      ["serialCalls possible GET tax×4 130"],
      asCalls,
    );
  });

  it("does not propose it of three, nor where the caller works between", () => {
    const codes = (drawing: string): readonly string[] =>
      find(draw(drawing, asCalls)).map(({ code }) => code);
    expect(
      codes(`
      checkout        ======================
        GET tax         =====
        GET shipping         ====
        GET credit               =====
      `),
    ).not.toContain("serialCalls");
    expect(
      codes(`
      checkout        ================================
        GET tax         =====
        GET shipping           ====
        GET credit                   =====
        GET stock                           ====
      `),
    ).not.toContain("serialCalls");
  });

  it("says what the workers did while a task waited", () => {
    check(
      `
      order           ====
        welcome @mail   ============
        receipt @mail   ............======
      `,
      ["queueWait likely receipt 120 busy 1.0 of 1 welcome", "bottleneck certain receipt 60"],
    );
    check(
      `
      order           ====
        receipt @mail   ............======
        log                ==
      `,
      ["queueWait certain receipt 120 busy 0.0 of 1", "bottleneck certain receipt 60"],
    );
  });

  it("says why a message that was sent has not been taken", () => {
    const asSent = (span: SpanInput): SpanInput =>
      span.name.startsWith("send") ? { ...span, kind: SpanKind.producer, queue: "mail" } : span;
    const reasons = (drawing: string, afterMs: number): readonly string[] => {
      const trace = draw(drawing, asSent);
      return find(trace, DRAWN_ORIGIN_UNIX_MS + afterMs)
        .filter(({ code }) => code === "stillQueued")
        .map(answer => describeAnswer(trace, answer));
    };
    const lonely = `
      order     =====
        send      =
    `;
    expect(reasons(lonely, 1_000)).toEqual([]);
    expect(reasons(lonely, 20_000)).toEqual(["stillQueued possible send ? noWorkerSeen"]);
    // The consumers of an old trace may well report elsewhere.
    expect(reasons(lonely, 3_600_000)).toEqual([]);
    const others = (mark: string): string => `
      order           =====
        send first     =
          mail @mail    ====${mark}
        send           =
    `;
    expect(reasons(others(">"), 20_000)).toEqual(["stillQueued likely send ? workersBusy"]);
    expect(reasons(others("~"), 20_000)).toEqual(["stillQueued likely send ? workerGone"]);
    expect(reasons(others(""), 20_000)).toEqual(["stillQueued likely send ? workersIdle"]);
    // The run beside it has the context of the publisher's caller; one run takes one message.
    const beside = (sent: string): string => `
      order           =======
        send           =
        ${sent}
        mail @mail       ====
    `;
    expect(reasons(beside("log            ="), 20_000)).toEqual([]);
    expect(reasons(beside("send again     ="), 20_000)).toEqual([
      "stillQueued likely send again ? workersIdle",
    ]);
  });

  it("tells of a worker that is silent, and does not take its task for the one that held up the trace", () => {
    check(
      `
      order           ====
        report @rep    .=~
        receipt @mail   .....======
      `,
      [
        "noHeartbeat likely report ?",
        "queueWait certain receipt 50 busy 0.0 of 1",
        "bottleneck certain receipt 60",
      ],
    );
  });

  it("finds a root that was called, and parents that are missing in the middle", () => {
    check(
      `
      checkout #shop        ==============
        POST /charge         ===========
      charge #payments        =========
        SELECT card              ===
      `,
      ["lostContext likely charge ? called by POST /charge", "bottleneck certain POST /charge 110"],
      asCalls,
    );
    check(
      `
      checkout        ==============
        SELECT a       ==
      ?
        SELECT b           ====
      `,
      ["bottleneck certain checkout 120", "lostContext possible SELECT b ? notSaved"],
    );
  });

  it("finds a first run that took far longer, and a root that was alone for long", () => {
    check(
      `
      job          ==========================================
        handle      ====================
        handle                           =
        handle                              ==
        handle                                 ==
        handle                                     =
      `,
      ["slowStart likely handle 190 coldRun"],
    );
    check(
      `
      GET /home     ====================
        auth                  ==
        render                   ====
      `,
      ["slowStart certain GET /home 100 lateFirstCall"],
    );
  });

  it("says when nothing ran and no queue explains it", () => {
    check(
      `
      a           ====
        b          ==
        c                  ====
      `,
      ["idle certain c 50", "bottleneck certain c 40"],
    );
  });

  it("calls no time idle in which calls ran that did not hold the path up", () => {
    // A script that ended before its calls: each began when the one before had ended.
    check(
      `
      script  =
        post   ====
        get        ====
        put            ==========
      `,
      ["bottleneck certain put 100"],
    );
    check(
      `
      script  =
        post      ==
        get             ====
      `,
      ["idle certain get 40"],
    );
  });

  it("has nothing to say of an empty trace and of one span", () => {
    expect(find(draw(""))).toEqual([]);
    check("a   =====", []);
  });
});

describe("the table of operations", () => {
  it("sums counts, times, waits and errors, with percentiles of what has ended", () => {
    const { columns } = drawTrace(`
      order       ==========
        charge     ==
        charge       ====!
        charge            ==>
        send @mail  ..=======
    `);
    const rows = tabulate(analyseTrace(columns)).map(row => {
      const name = columns.strings[row.name]!;
      const ms = [row.totalNs, row.selfNs, row.criticalNs, row.p50Ns, row.p95Ns, row.waitNs];
      return `${name} ×${row.count} ${ms.map(ns => ns / NS_PER_MS).join(" ")} !${row.errors} >${row.running}`;
    });
    expect(rows).toEqual([
      "charge ×3 9 9 0 2 4 0 !1 >1",
      "send ×1 7 7 7 7 7 2 !0 >0",
      "order ×1 10 2 2 10 10 0 !0 >0",
    ]);
  });

  it("counts what runs side by side", () => {
    const { columns } = drawTrace(`
      a   ======
      b     ==
      c     |
      d           ==
    `);
    const { atNs, running, most } = buildConcurrency(columns);
    expect(Array.from(atNs, (ns, i) => `${ns / NS_PER_MS}:${running[i]}`).join(" ")).toBe(
      "0:1 2:2 4:1 6:0 8:1 10:0",
    );
    expect(most).toBe(2);
  });
});

it("answers about 100,000 calls in a row, and a chain as deep, without running out of stack", () => {
  for (const isChain of [false, true]) {
    const count = 100_000;
    const base = drawTrace("a   =").columns;
    const columns = {
      ...base,
      count,
      ...allocateSpanColumns(count),
      strings: ["", "SELECT x"],
      parent: toIndexArray(
        Array.from({ length: count }, (_, i) => asSpan(isChain || i === 0 ? i - 1 : 0)),
      ),
      startNs: Float64Array.from({ length: count }, (_, i) => i * 1_000),
      endNs: Float64Array.from({ length: count }, (_, i) =>
        i === 0 || isChain ? (2 * count - i) * 1_000 : i * 1_000 + 900,
      ),
      name: new Int32Array(count).fill(1),
      kind: new Uint8Array(count).fill(SpanKind.client),
      status: new Uint8Array(count).fill(SpanStatus.error),
    };
    const codes = findAnswers(analyseTrace(columns), LATER_UNIX_MS).map(({ code }) => code);
    expect(codes).toContain("failure");
  }
});
