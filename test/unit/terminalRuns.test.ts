/** The traces of a command in a terminal: in the status bar, on the command, and in a list. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cell } from "../../src/base/cell.ts";
import type { CollectorState } from "../../src/collector/collectorState.ts";
import { TerminalRuns } from "../../src/features/terminalRuns/terminalRuns.ts";
import { commands, settings } from "../../src/manifest.ts";
import type { TraceBrief, TraceQuery } from "../../src/model/traceStore.ts";
import type { Log } from "../../src/platform/log.ts";

const editor = vi.hoisted(() => ({
  start: (event: unknown): unknown => event,
  end: (event: unknown): unknown => event,
  commands: new Map<string, () => Promise<unknown>>(),
  executed: [] as unknown[][],
  said: [] as string[],
  picked: [] as { label: string }[],
  item: { text: "", tooltip: "", isShown: false },
}));

vi.mock("vscode", () => {
  const registered = { dispose: () => undefined };
  return {
    TerminalLink: class {
      readonly startIndex: number;
      readonly length: number;
      readonly tooltip: string;
      constructor(startIndex: number, length: number, tooltip: string) {
        [this.startIndex, this.length, this.tooltip] = [startIndex, length, tooltip];
      }
    },
    StatusBarAlignment: { Left: 1 },
    env: { language: "en" },
    l10n: {
      t: (text: string, ...args: unknown[]) =>
        text.replace(/\{(\d)\}/g, (_, index) => String(args[Number(index)])),
    },
    commands: {
      registerCommand: (id: string, run: () => Promise<unknown>) => {
        editor.commands.set(id, run);
        return registered;
      },
      executeCommand: (...args: unknown[]) => {
        editor.executed.push(args);
        return Promise.resolve();
      },
    },
    window: {
      createStatusBarItem: () =>
        Object.assign(editor.item, {
          show: () => (editor.item.isShown = true),
          hide: () => (editor.item.isShown = false),
          dispose: () => undefined,
        }),
      onDidStartTerminalShellExecution: (run: typeof editor.start) => {
        editor.start = run;
        return registered;
      },
      onDidEndTerminalShellExecution: (run: typeof editor.end) => {
        editor.end = run;
        return registered;
      },
      registerTerminalLinkProvider: () => registered,
      showInformationMessage: (text: string) => {
        editor.said.push(text);
        return Promise.resolve(undefined);
      },
      showQuickPick: (items: { label: string }[]) => {
        editor.picked = items;
        return Promise.resolve(items[0]);
      },
    },
    workspace: {
      getConfiguration: () => ({
        get: (id: string) => (id === settings.terminalLinks ? true : undefined),
      }),
    },
  };
});

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ["setTimeout", "clearTimeout", "Date"] });
  Object.assign(editor, { executed: [], said: [], picked: [] });
});

// Timers of `node:timers/promises` are not faked: each look is waited for.
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    return Promise.resolve();
  },
}));

afterEach(() => {
  vi.useRealTimers();
});

function makeTrace(traceId: string, startUnixMs: number, errorCount = 0): TraceBrief {
  const root = {
    traceId,
    spanId: traceId,
    name: `run ${traceId}`,
    status: 0,
  } as TraceBrief["root"];
  return { traceId, root, spanCount: 1, errorCount, startUnixMs, durationMs: 1, services: [] };
}

function open(kind: string, stored: readonly TraceBrief[]) {
  const queries: TraceQuery[] = [];
  const runs = new TerminalRuns({
    log: {} as Log,
    collector: new Cell({ phase: { kind } } as unknown as CollectorState),
    local: {
      searchTraces: query => {
        queries.push(query);
        const { fromUnixMs = 0, toUnixMs = Infinity } = query;
        const traces = stored.filter(
          ({ startUnixMs }) => startUnixMs >= fromUnixMs && startUnixMs <= toUnixMs,
        );
        return Promise.resolve({ traces });
      },
    },
  });
  return { runs, queries };
}

const terminal = { name: "bash" };

function run(command: string, ms: number): Promise<unknown> {
  const execution = { commandLine: { value: command } };
  editor.start({ terminal, execution });
  vi.setSystemTime(Date.now() + ms);
  return editor.end({ terminal, execution }) as Promise<unknown>;
}

/** The end of a command is handled by itself. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

test("the traces that began while a command ran are counted, linked and listed, failed ones first", async () => {
  const { runs } = open("receiving", [
    makeTrace("before", 990_000),
    makeTrace("fine", 1_000_100),
    makeTrace("failed", 1_001_000, 2),
    makeTrace("after", 1_090_000),
  ]);
  await run("python orders.py --all", 5_000);
  await settle();
  expect(editor.item).toMatchObject({ text: "$(error) 2 traces in this run", isShown: true });
  const line = "user@host:~$ python orders.py --all";
  const [link] = runs.provideTerminalLinks({ line, terminal } as never);
  expect(link).toMatchObject({ startIndex: 13, length: 22, tooltip: "2 traces in this run" });
  expect(runs.provideTerminalLinks({ line: "other words", terminal } as never)).toEqual([]);
  expect(runs.provideTerminalLinks({ line, terminal: { name: "zsh" } } as never)).toEqual([]);
  await runs.handleTerminalLink(link!);
  expect(editor.picked.map(({ label }) => label)).toEqual([
    "$(error) run failed",
    "$(circle-outline) run fine",
  ]);
  expect(editor.executed).toEqual([[commands.openTrace, { traceId: "failed" }]]);
  // The next command takes the count away, and where it stays it goes by itself.
  await run("ls -l", 10);
  await settle();
  expect(editor.item.isShown).toBe(false);
  runs.dispose();
});

test("the only trace is opened at once, also of a command that still runs", async () => {
  const { runs } = open("elsewhere", [makeTrace("one", 1_000_500)]);
  editor.start({ terminal, execution: { commandLine: { value: "npm start" } } });
  vi.setSystemTime(1_002_000);
  await editor.commands.get(commands.showRunTraces)?.();
  expect(editor.executed).toEqual([[commands.openTrace, { traceId: "one" }]]);
  runs.dispose();
});

test("nothing is asked while nobody receives, and where there are no traces that is said", async () => {
  const { runs, queries } = open("stopped", []);
  await run("make test", 100);
  await settle();
  expect(queries).toEqual([]);
  expect(editor.item.isShown).toBe(false);
  await editor.commands.get(commands.showRunTraces)?.();
  expect(editor.said[0]).toContain("No command of a terminal has sent a trace");
  runs.dispose();
});

test("commands that ran at the same time are not told apart, and that is said", async () => {
  const { runs } = open("receiving", [makeTrace("one", 1_000_500)]);
  editor.start({
    terminal: { name: "server" },
    execution: { commandLine: { value: "npm start" } },
  });
  await run("curl localhost", 2_000);
  await settle();
  expect(editor.item.tooltip).toBe(
    "Began while “curl localhost” ran in bash. Other commands ran at the same time.",
  );
  runs.dispose();
});
