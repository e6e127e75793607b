/**
 * Twenty-four programs that lose their trace, each in its own way, and thirteen that do not, run with the real SDK of each
 * language: where the trace was lost is found from its spans and the code, at its line, and with the change that is
 * offered the same program is one trace. Nothing is found in those that lose none.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { SpanKind } from "../../src/model/span.ts";
import {
  findContextLosses,
  type ContextLoss,
  type SpanInCode,
} from "../../src/source/contextLoss/findLosses.ts";
import { applyEdits } from "../../src/source/contextLoss/handOver.ts";
import type { PeerUnavailable } from "../peers/cache.ts";
import { runCommand } from "../peers/cache.ts";
import {
  findGoLosses,
  findJavaLosses,
  findNodeLosses,
  findPythonLosses,
  type LosingProgram,
} from "../peers/contextLoss.ts";
import { openMemoryReceiver, type MemoryReceiver } from "./memoryReceiver.ts";
import { createWorkspace } from "../unit/source/indexFiles.ts";

interface Language {
  readonly language: string;
  find(): Promise<LosingProgram | PeerUnavailable>;
  /** The way, and a part of the line where the trace is lost. */
  readonly losing: Readonly<Record<string, string>>;
  readonly keeping: readonly string[];
}

const languages: readonly Language[] = [
  {
    language: "Python",
    find: findPythonLosses,
    losing: {
      lose_thread: "Thread(target=send_receipt",
      lose_raw_thread: "start_new_thread(send_receipt",
      lose_timer: "Timer(0.01, keep_books",
      lose_pool: "pool.submit(send_receipt",
      lose_loop: "run_in_executor(pool, write_invoice",
      lose_message: "messages.put({",
      lose_class: "Clerk(order_id)",
      lose_queue: "receipts.put(order_id)",
      lose_process: "boxes.submit(weigh_box",
      lose_callback: "weighing.add_done_callback(",
    },
    keeping: [
      ...["keep_thread", "keep_pool", "keep_loop", "keep_message"],
      ...["other_thread", "linked_thread"],
    ],
  },
  {
    language: "Node",
    find: findNodeLosses,
    losing: { loseJob: "jobs.push(() =>", loseMessage: "messages.push({ order" },
    keeping: ["keepJob", "keepMessage", "keepTimer"],
  },
  {
    language: "Go",
    find: findGoLosses,
    losing: {
      loseGoroutine: "go sendReceipt(context.Background()",
      loseClosure: "go func(order int)",
      loseBackground: "chargeCard(context.TODO()",
      loseChannel: "parcels <- 7",
      loseTimer: "time.AfterFunc(",
      loseRequest: "http.NewRequest(",
    },
    keeping: ["keepGoroutine", "keepBackground"],
  },
  {
    language: "Java",
    find: findJavaLosses,
    losing: {
      loseThread: "new Thread(() ->",
      losePool: "pool.submit(() ->",
      loseStream: "List.of(7, 8).parallelStream()",
      loseTimer: "timer.schedule(new TimerTask()",
      loseStage: "thenAccept(order ->",
      loseClass: "new Sender(7)",
    },
    keeping: ["keepThread", "keepPool"],
  },
];

describe("a lost trace", () => {
  let receiver: MemoryReceiver;
  const folders: string[] = [];
  beforeAll(async () => {
    receiver = await openMemoryReceiver();
  });
  afterAll(async () => {
    await receiver.close();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  async function build(program: LosingProgram, text: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "traceside-losses-"));
    folders.push(folder);
    await writeFile(join(folder, basename(program.file)), text);
    const made = await program.build(folder);
    if (!made.ok) throw new Error(`${made.reason}\n${text}`);
    return folder;
  }

  async function run(program: LosingProgram, folder: string, way: string) {
    receiver.spans.length = 0;
    const { command, args, cwd } = program.run(folder, way);
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`,
      OTEL_SERVICE_NAME: "shop",
      TRACEPARENT: "",
    };
    const done = await runCommand(command, args, { ...(cwd !== undefined && { cwd }), env });
    if (!done.ok) throw new Error(done.reason);
    const path = join(folder, basename(program.file));
    const text = await readFile(path, "utf8");
    const workspace = await createWorkspace({ [path]: text });
    const symbols = await workspace.readSymbols(path);
    const spans = receiver.spans.map(record => toSpanInCode(record, path));
    const { losses } = await findContextLosses(spans[0]?.traceId ?? "", spans, file =>
      Promise.resolve(file === path ? { text, symbols } : undefined),
    );
    return { losses, traces: new Set(spans.map(each => each.traceId)).size, spans: spans.length };
  }

  it.for(languages)(
    "in $language is found, and mended",
    { timeout: 600_000 },
    async (row, context) => {
      const program = await row.find();
      if (program.kind === "unavailable") {
        context.skip(`${program.name}: ${program.reason}`);
        return;
      }
      const text = await readFile(program.file, "utf8");
      const folder = await build(program, text);
      const found: ContextLoss[] = [];
      for (const [way, line] of Object.entries(row.losing)) {
        const { losses, traces } = await run(program, folder, way);
        expect(traces, way).toBe(2);
        expect(
          losses.map(({ line0 }) => text.split("\n")[line0]?.trim()),
          way,
        ).toEqual([expect.stringContaining(line)]);
        found.push(...losses);
      }
      for (const [at, way] of Object.keys(row.losing).entries()) {
        const mended = await build(program, applyEdits(text, found[at]?.handOver.fix ?? []));
        const { losses, traces, spans } = await run(program, mended, way);
        expect([way, traces, losses]).toEqual([way, 1, []]);
        expect(spans).toBeGreaterThan(1);
      }
    },
  );

  it.for(languages)("in $language is not found where none is", async (row, context) => {
    const program = await row.find();
    if (program.kind === "unavailable") {
      context.skip(`${program.name}: ${program.reason}`);
      return;
    }
    const folder = await build(program, await readFile(program.file, "utf8"));
    for (const way of row.keeping) {
      const { losses, spans } = await run(program, folder, way);
      expect([way, losses]).toEqual([way, []]);
      expect(spans, way).toBeGreaterThan(1);
    }
  });
});

function toSpanInCode({ traceId, span, detail }: SpanRecord, path: string): SpanInCode {
  const get = (key: string) => detail.attributes.find(each => each.key === key)?.value;
  const toMs = (ns = 0n): number => Number(ns) / 1e6;
  const line1 = get("code.line.number");
  return {
    ...{ traceId, spanId: span.spanId, name: span.name, kind: span.kind ?? SpanKind.unspecified },
    isRoot: (span.parentSpanId ?? "") === "",
    readHasLinks: () => Promise.resolve(detail.links.length > 0),
    startUnixMs: toMs(span.startUnixNs),
    endUnixMs: toMs(span.endUnixNs),
    ...(line1 !== undefined && { place: { path, line0: Number(line1) - 1 } }),
  };
}
