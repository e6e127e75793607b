/** Lines with ids out of what terminals and debug consoles print, in whatever pieces it comes. */

import { expect, test, vi } from "vitest";
import type { Log } from "../../../src/platform/log.ts";
import { PrintedLines, type PrintedSource } from "../../../src/features/traceLogs/printedLines.ts";
import { watchPrinted } from "../../../src/features/traceLogs/watchPrinted.ts";

type Handler = (event: unknown) => void;
let startExecution: Handler = () => undefined;
let createTracker: (session: { name: string }) => {
  onDidSendMessage(message: unknown): void;
  onWillStopSession(): void;
};
const registered = { dispose: () => undefined };

vi.mock("vscode", () => ({
  window: {
    onDidStartTerminalShellExecution: (handler: Handler) => {
      startExecution = handler;
      return registered;
    },
  },
  debug: {
    registerDebugAdapterTrackerFactory: (
      type: string,
      factory: { createDebugAdapterTracker: typeof createTracker },
    ) => {
      expect(type).toBe("*");
      createTracker = factory.createDebugAdapterTracker;
      return registered;
    },
  },
}));

const first = "4bf92f3577b34da6a3ce929d0e0e4736";
const second = "0af7651916cd43dd8448eb211c80319c";
const terminal: PrintedSource = { name: "bash", kind: "terminal", show: () => undefined };

function texts(lines: PrintedLines): readonly string[] {
  return lines.list().map(({ source, text }) => `${source.name}: ${text}`);
}

test("a line is whole however it comes, and colours are no part of it", () => {
  const lines = new PrintedLines(() => 1_000);
  const stream = lines.open(terminal);
  for (const piece of [
    "hello\r\ntrace \u001b[3",
    `2m${first.slice(0, 9)}`,
    `${first.slice(9)}\u001b`,
  ]) {
    stream.push(piece);
  }
  stream.push("[0m failed\r\nbye\r\n");
  expect(lines.list()).toEqual([
    { source: terminal, ids: [first], text: `trace ${first} failed`, unixMs: 1_000 },
  ]);
});

test("a line that has not ended is listed, and what a program printed last too", () => {
  const lines = new PrintedLines();
  const stream = lines.open(terminal);
  stream.push(`waiting for ${first}`);
  expect(texts(lines)).toEqual([`bash: waiting for ${first}`]);
  stream.push(`, and ${second.slice(0, 8)}`);
  expect(texts(lines)).toEqual([`bash: waiting for ${first}, and ${second.slice(0, 8)}`]);
  stream.push(`${second.slice(8)}\nended ${second}`);
  stream.end();
  expect(texts(lines)).toEqual([
    `bash: waiting for ${first}, and ${second}`,
    `bash: ended ${second}`,
  ]);
});

test("only the newest lines stay, and one without an end does not grow", () => {
  const lines = new PrintedLines();
  const stream = lines.open(terminal);
  stream.push(`${first}\n`.repeat(6_000));
  stream.push(`${second} last\n`);
  expect(lines.list().length).toBe(5_000);
  expect(lines.list().at(-1)?.text).toBe(`${second} last`);
  for (let piece = 0; piece < 40; piece += 1) stream.push(`${"x".repeat(4_000)} ${first} `);
  // Kept before it has ended, because it is too long for a line; what came since is behind the kept ones.
  expect(lines.list().length).toBe(5_001);
  expect(lines.list().at(-1)?.ids).toEqual([first]);
});

test("terminals with shell integration and debug consoles are read", async () => {
  const lines = new PrintedLines();
  const watching = watchPrinted(lines, {} as Log);
  const printed = Promise.withResolvers<undefined>();
  startExecution({
    terminal: { name: "zsh", show: () => undefined },
    execution: {
      async *read() {
        yield `served ${first}\r\n`;
        await Promise.resolve();
        printed.resolve(undefined);
      },
    },
  });
  await printed.promise;
  const tracker = createTracker({ name: "Launch shop" });
  const output = (category: string | undefined, text: string): void =>
    tracker.onDidSendMessage({ type: "event", event: "output", body: { category, output: text } });
  output("stdout", `task ${second.slice(0, 12)}`);
  output("stderr", "warning: nothing\n");
  output("telemetry", `${first}\n`);
  tracker.onDidSendMessage({ type: "event", event: "stopped", body: { reason: first } });
  tracker.onDidSendMessage({ type: "response", command: "evaluate", body: { result: first } });
  output("stdout", `${second.slice(12)} done`);
  tracker.onWillStopSession();
  expect(texts(lines)).toEqual([`zsh: served ${first}`, `Launch shop: task ${second} done`]);
  watching.dispose();
});
