/**
 * Programs with a planted fault, as they really ran (test/corpus/faults): whoever uses only the tools reaches the file and
 * the line of each in at most five calls and 40,000 characters. The calls are those that the answers themselves lead to,
 * and the places are those that the index of the programs finds.
 */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { getCodeHints, getSpanFacts } from "../../../src/source/codeHints.ts";
import { findContextLosses, type SpanInCode } from "../../../src/source/contextLoss/findLosses.ts";
import { findCodeLines } from "../../../src/source/codeLines.ts";
import type { Place, SourceLocation } from "../../../src/source/location.ts";
import { resolveFrame, resolveSource } from "../../../src/source/resolveSource.ts";
import { parseStack } from "../../../src/source/stackFrames.ts";
import { Tools } from "../../../src/tools/runTool.ts";
import type { CodePlace, ToldLoss } from "../../../src/tools/toolContext.ts";
import { createWorkspace, readFolder } from "../source/indexFiles.ts";
import { createContext, MemoryStore } from "./memoryStore.ts";
import { asSpan } from "../spanIndex.ts";

const never = new AbortController().signal;
const programs = join(import.meta.dirname, "../../corpus/faults");
const recordings = join(import.meta.dirname, "../../fixtures/faults");
const MAX_CALLS = 5;
const MAX_ANSWERED = 40_000;

/** The one workspace of all programs, so that a name of one may mislead in another. */
const files = readFolder(programs, "**/*.{py,mjs,go,java}");
const workspace = await createWorkspace(files);

interface Task {
  readonly program: string;
  readonly fault: string;
  /** The root of the trace that is asked about; the newest one's, where it is absent. */
  readonly root?: string;
  /** What is asked after `find_traces`, of the newest trace. */
  readonly calls: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  /** The line of the answers that tells the fault. */
  readonly says: RegExp;
}

const summary = ["get_trace", {}] as const;
const errors = ["get_trace", { view: "errors" }] as const;

const tasks: readonly Task[] = [
  { program: "n_plus_one", fault: "a query for each row", calls: [summary], says: /×60/ },
  { program: "retry_storm", fault: "a storm of retries", calls: [summary], says: /[Rr]etr/ },
  {
    program: "lost_context",
    fault: "a context that is lost on the way to another service",
    root: "POST /orders",
    calls: [summary],
    // The other service began a trace of its own while the call was open.
    says: /^[0-9a-f]{32} "POST \/stock" in "stock"/m,
  },
  {
    program: "slow_queue",
    fault: "a queue whose one worker is busy",
    calls: [summary],
    says: /process images/,
  },
  {
    program: "swallowed_exception",
    fault: "an exception that is swallowed",
    calls: [summary],
    says: /KeyError/,
  },
  {
    program: "wrong_tool_argument",
    fault: "a tool that an agent calls with a wrong argument",
    calls: [summary, ["get_spans", { rows: [3] }]],
    says: /TypeError/,
  },
  {
    program: "serial_calls",
    fault: "calls that need not wait for each other",
    calls: [summary],
    says: /×8/,
  },
  {
    program: "hot_function",
    fault: "a function that eats the time itself",
    calls: [summary],
    says: /lay_out/,
  },
  {
    program: "slower_than_before",
    fault: "a change that made one call slower",
    calls: [["compare_traces", {}]],
    says: /load_cart/,
  },
  {
    program: "first_failure",
    fault: "the first failure of many, deep below what it breaks",
    calls: [summary, errors],
    says: /ValueError.*1,99/,
  },
  {
    program: "lock_convoy",
    fault: "threads that wait for one lock",
    calls: [summary],
    says: /wait_for_lock/,
  },
  {
    program: "pool_exhaustion",
    fault: "connections that are kept for longer than they are used",
    calls: [summary],
    says: /"pool\.acquire".*called at pool_exhaustion\.py/,
  },
  {
    program: "batch_size",
    fault: "a batch of one row",
    calls: [summary],
    says: /"INSERT prices" ×24.*called at batch_size\.py/,
  },
  {
    program: "each_async",
    fault: "a loop that waits for nothing",
    calls: [summary],
    says: /nothing waited for it.*called at each_async\.mjs/,
  },
  {
    program: "missing_await",
    fault: "a call that nobody awaits",
    calls: [summary],
    says: /nothing waited for it.*called at missing_await\.mjs/,
  },
  {
    program: "refund_tool",
    fault: "a model that hands a tool another unit",
    calls: [summary],
    says: /RangeError: amount must be whole cents/,
  },
  {
    program: "retry_loop",
    fault: "retries without a pause",
    calls: [summary],
    says: /called at retry_loop\.go[^]*Retried 4 times/,
  },
  {
    program: "client_timeout",
    fault: "a client that gives up too early",
    calls: [summary],
    says: /Client\.Timeout exceeded/,
  },
  {
    program: "lost_goroutine",
    fault: "a goroutine with a context of its own",
    root: "POST /shipments",
    calls: [summary],
    says: /Lost context: "tellCustomer" ran in a trace of its own, [0-9a-f]{32}; "ship" hands it over/,
  },
  {
    program: "wrong_answer",
    fault: "a status that calls the sender's mistake the service's own",
    calls: [errors],
    says: /HTTP 500.*answers with the failure at wrong_answer\.py/,
  },
  {
    program: "all_events",
    fault: "a query of all rows where ten are shown",
    calls: [summary],
    says: /"SELECT events".*called at all_events\.py/,
  },
  {
    program: "double_handler",
    fault: "an event with two handlers that do the same",
    calls: [summary],
    says: /called at double_handler\.mjs:23 \(sure\) from .* or /,
  },
  {
    program: "long_backoff",
    fault: "a pause between attempts that is far too long",
    calls: [summary],
    says: /"deliver".*waits at long_backoff\.mjs/,
  },
  {
    program: "short_abort",
    fault: "a signal that aborts too early",
    calls: [summary],
    says: /aborted due to timeout.*its time is limited at short_abort\.mjs/,
  },
  {
    program: "deadline",
    fault: "a deadline that a function far below cannot keep",
    calls: [summary],
    says: /context deadline exceeded.*its time is limited at deadline\.go/,
  },
  {
    program: "held_mutex",
    fault: "a mutex that is held for the time of a slow write",
    calls: [summary],
    says: /"book".*waits at held_mutex\.go/,
  },
  {
    program: "StockLock",
    fault: "a lock that is held while another service is asked",
    calls: [summary],
    says: /"reserveArticle".*waits at StockLock\.java/,
  },
  {
    program: "PriceList",
    fault: "a query for each element of a stream",
    calls: [summary],
    says: /"SELECT discounts" ×25.*called at PriceList\.java/,
  },
  {
    program: "deadlock",
    fault: "two locks that are taken in opposite order",
    calls: [summary],
    says: /"pay_in".*waits at deadlock\.py.*\n(?:.*\n)*.*"pay_out".*waits at deadlock\.py/,
  },
  {
    program: "stampede",
    fault: "an empty cache that all requests fill at once",
    calls: [summary],
    says: /"buildReport" in "shop": 10 calls.*called at stampede\.mjs/,
  },
  {
    program: "poison",
    fault: "a message that is put back for ever",
    calls: [summary],
    says: /Retried 6 times.*raised at poison\.py:24 \(sure\) from poison\.py:33.*tried again at poison\.py/,
  },
  {
    program: "wrong_queue",
    fault: "a message to a queue that nobody listens to",
    calls: [summary],
    says: /Still in queue "order-placed".*no worker of it was seen/,
  },
  {
    program: "SupplyAsync",
    fault: "a supplier that runs in a pool without the context",
    root: "GET /prices",
    calls: [summary],
    says: /Lost context: "fetchRate" ran in a trace of its own.*\(pool\)/,
  },
  {
    program: "slow_regex",
    fault: "a pattern that backtracks without end",
    calls: [summary],
    says: /"checkName".*is busy at slow_regex\.mjs/,
  },
  {
    program: "duplicate_consumer",
    fault: "a handler that is subscribed twice",
    calls: [summary],
    says: /"process parcels".*registered at duplicate_consumer\.py:40 .* or /,
  },
  {
    program: "PoolLeak",
    fault: "a connection that is not given back",
    calls: [summary],
    says: /no connection within 150 ms.*called at PoolLeak\.java/,
  },
  {
    program: "indirect_loop",
    fault: "a query two functions below the loop",
    calls: [summary],
    says: /"SELECT customers" ×16.*called at indirect_loop\.go:30 \(sure\) from indirect_loop\.go/,
  },
  {
    program: "event_loop",
    fault: "work that blocks the event loop",
    calls: [summary],
    says: /"logIn".*is busy at event_loop\.mjs/,
  },
  {
    program: "dropped_error",
    fault: "an error that the caller throws away",
    calls: [summary],
    says: /"writeReceipt".*carried on.*called at dropped_error\.go/,
  },
  {
    program: "token_expiry",
    fault: "a token that is asked for anew by every request",
    calls: [summary],
    says: /"POST \/oauth\/token", 9 runs.*called at token_expiry\.py/,
  },
];

/** Spans of all traces with the places that they ran, as the doctor of lost contexts gathers them. */
async function listSpansInCode(store: MemoryStore): Promise<readonly SpanInCode[]> {
  const { traces } = await store.searchTraces({ limit: 50 }, never);
  const spans: SpanInCode[] = [];
  for (const { traceId } of traces) {
    const trace = buildTrace(traceId, [(await store.readTrace(traceId, never))!]);
    const { columns } = trace;
    for (let span = 0; span < columns.count; span += 1) {
      const detail = await trace.readDetail(asSpan(span), never);
      const facts = getSpanFacts(trace, asSpan(span));
      const { locations } = await resolveSource(getCodeHints(detail, facts), workspace);
      const toUnixMs = (ns = 0): number => columns.originUnixMs + ns / 1e6;
      spans.push({
        ...{ traceId, spanId: trace.spanIds[span]!, name: facts.name, kind: facts.kind },
        isRoot: columns.parent[span] === -1,
        readHasLinks: () => Promise.resolve(detail.links.length > 0),
        startUnixMs: toUnixMs(columns.startNs[span]),
        endUnixMs: toUnixMs(columns.endNs[span]),
        ...(locations[0]?.isSure === true && { place: locations[0] }),
      });
    }
  }
  return spans;
}

async function findLosses(store: MemoryStore, traceId: string): Promise<readonly ToldLoss[]> {
  const spans = await listSpansInCode(store);
  const { losses } = await findContextLosses(traceId, spans, async path => ({
    text: files[path]!,
    symbols: await workspace.readSymbols(path),
  }));
  return losses.map(({ caller, root, handOver, path, changedLine0 }) => ({
    ...{ caller, root, kind: handOver.kind },
    place: toPlace({ path, line0: changedLine0, isSure: true, reason: { code: "frame" } }),
  }));
}

function toPlace({ path, line0, isSure, reason }: SourceLocation): CodePlace {
  return { path: basename(path), file: path, line1: line0 + 1, isSure, reason: reason.code };
}

function toLine({ file, line1 }: CodePlace): Place {
  return { path: file, line0: line1 - 1 };
}

describe.each(tasks)("$fault", ({ program, root, calls, says }) => {
  test("is found with its file and line", async () => {
    const name = Object.keys(files).find(file => file.startsWith(`/ws/${program}.`))!;
    const text = files[name]!;
    const line = text.slice(0, text.search(/(?:#|\/\/) fault$/m)).split("\n").length;
    const path = join(recordings, `${program}.json`);
    const { records } = readTraceFile(readFileSync(path), { path, store: "local", nowUnixMs: 0 });
    const store = new MemoryStore(records);
    const newest = await store.searchTraces({ limit: 1, operation: root }, never);
    const { traceId: id, startUnixMs } = newest.traces[0]!;
    const tools = new Tools(
      createContext([store], {
        now: () => startUnixMs + 60_000,
        findPlace: async (detail, facts) => {
          const { locations } = await resolveSource(getCodeHints(detail, facts), workspace);
          return locations[0] && toPlace(locations[0]);
        },
        findLines: async (place, question) => {
          const asked =
            "above" in question ? { ...question, above: question.above.map(toLine) } : question;
          const lines = await findCodeLines(toLine(place), asked, workspace);
          return lines.map(line => toPlace({ ...line, reason: { code: "frame" } }));
        },
        findLosses: trace => findLosses(store, trace.columns.traceId),
        findStack: stack =>
          Promise.all(
            parseStack(stack).map(async frame => {
              const location = await resolveFrame(frame, workspace, { code: "frame" });
              const where = `${frame.function ?? ""} ${frame.file}:${frame.line1}`;
              return location === undefined
                ? { text: where }
                : { text: where, place: toPlace(location) };
            }),
          ),
      }),
    );
    onTestFinished(() => tools.dispose());
    const answers: string[] = [];
    const ask = async (name: string, input: object): Promise<void> => {
      const { text: answer, isError } = await tools.run(name, input, never);
      expect(isError, answer).toBe(false);
      answers.push(answer);
    };
    await ask("find_traces", { since: "1h" });
    expect(answers[0]).toContain(id);
    for (const [name, input] of calls) {
      await ask(name, { ...(name === "get_trace" ? { id } : { trace: id }), ...input });
    }
    expect(answers.length).toBeLessThanOrEqual(MAX_CALLS);
    expect(answers.join("").length).toBeLessThanOrEqual(MAX_ANSWERED);
    expect(answers.join("\n")).toMatch(says);
    expect(answers.slice(1).join("\n")).toMatch(
      new RegExp(`${basename(name)}:${line} \\((?:sure|a guess)`),
    );
  });
});
