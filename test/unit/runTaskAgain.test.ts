/** A task is published again only where the workspace is trusted and the user agreed, and no secret is shown. */

import { readFileSync, statSync } from "node:fs";
import { beforeEach, expect, test, vi } from "vitest";
import { runTaskAgain } from "../../src/features/breakpoints/runTaskAgain.ts";
import type {
  BreakpointSpan,
  SpanBreakpointServices,
} from "../../src/features/breakpoints/spanPlace.ts";

const source = [
  "from funboost import boost",
  "",
  '@boost("orders")',
  "def place_order(order_id, password, items=None):",
  "    return order_id",
];

const editor = vi.hoisted(() => ({
  isTrusted: true,
  answer: undefined as string | undefined,
  shown: [] as string[],
  breakpoints: [] as { condition?: string }[],
  tasks: [] as { program: string; args: { value: string }[]; env: Record<string, string> }[],
  messages: [] as { text: string; mode: number }[],
}));

vi.mock("vscode", () => {
  class Uri {
    readonly scheme = "file";
    readonly path: string;
    constructor(path: string) {
      this.path = path;
    }
    get fsPath(): string {
      return this.path;
    }
    with({ path }: { path: string }): Uri {
      return new Uri(path);
    }
    static file(path: string): Uri {
      return new Uri(path);
    }
    static joinPath({ path }: Uri, part: string): Uri {
      return new Uri(part === ".." ? path.slice(0, path.lastIndexOf("/")) : `${path}/${part}`);
    }
  }
  class ShellExecution {
    readonly program: string;
    readonly args: { value: string }[];
    readonly env: Record<string, string>;
    constructor(
      program: string,
      args: { value: string }[],
      { env }: { env: Record<string, string> },
    ) {
      [this.program, this.args, this.env] = [program, args, env];
    }
  }
  class FileSystemError extends Error {}
  let onEnd: (event: unknown) => void = () => undefined;
  return {
    ...{ Uri, Position: Object, Range: Object, Location: Object, FileSystemError, ShellExecution },
    ViewColumn: { Beside: -2 },
    ShellQuoting: { Strong: 1 },
    TaskRevealKind: { Always: 1 },
    TaskScope: { Workspace: 2 },
    SourceBreakpoint: class {
      readonly condition: unknown;
      constructor(_location: unknown, _isEnabled: boolean, condition: unknown) {
        this.condition = condition;
      }
    },
    Task: class {
      readonly execution: unknown;
      constructor(...args: unknown[]) {
        this.execution = args[4];
      }
    },
    l10n: {
      t: (text: string, ...args: unknown[]) =>
        text.replace(/\{(\d)\}/g, (_, index) => String(args[Number(index)])),
    },
    debug: {
      addBreakpoints: (added: { condition?: string }[]) => {
        editor.breakpoints.push(...added);
      },
    },
    tasks: {
      onDidEndTask: (run: (event: unknown) => void) => {
        onEnd = run;
        return { dispose: () => undefined };
      },
      executeTask: ({ execution }: { execution: (typeof editor.tasks)[number] }) => {
        editor.tasks.push(execution);
        const file = execution.args.at(-1)?.value ?? "";
        editor.messages.push({ text: readFileSync(file, "utf8"), mode: statSync(file).mode });
        const started = {};
        // A program may have ended before it is said to have started.
        onEnd({ execution: started });
        return Promise.resolve(started);
      },
    },
    window: {
      showTextDocument: () => Promise.resolve({}),
      showInformationMessage: (text: string) => {
        editor.shown.push(text);
        return Promise.resolve(undefined);
      },
      showWarningMessage: (text: string, { detail }: { detail: string }) => {
        editor.shown.push(`${text}\n${detail}`);
        return Promise.resolve(editor.answer);
      },
    },
    workspace: {
      get isTrusted() {
        return editor.isTrusted;
      },
      getWorkspaceFolder: () => ({ uri: new Uri("/srv") }),
      asRelativePath: ({ path }: Uri) => path.slice("/srv/".length),
      openTextDocument: () => Promise.resolve({ getText: () => source.join("\n") }),
      getConfiguration: () => ({ get: () => undefined }),
      fs: {
        stat: ({ path }: Uri) =>
          /(?:shop\/__init__\.py|^\/srv\/funboost_config\.py)$/.test(path)
            ? Promise.resolve({})
            : Promise.reject(new FileSystemError()),
      },
    },
  };
});

const services = {
  source: {
    findLines: () => Promise.resolve({ ran: { path: "/srv/shop/orders.py", line0: 3 } }),
    readSymbols: () =>
      Promise.resolve([
        { name: "place_order", owner: "", kind: "function", line0: 3, endLine0: 4 },
      ]),
  },
  publisherScript: "/ext/publish_again.py",
} as unknown as SpanBreakpointServices;

const parameters = { order_id: 1042, password: "hunter2", items: ["cup"] };

function makeSpan(document: object): BreakpointSpan {
  return {
    detail: { raw: JSON.stringify(document), parameters, attributes: [] },
    facts: { name: "place_order" },
  } as unknown as BreakpointSpan;
}

const span = makeSpan({ queue_name: "orders", function: "place_order", params: parameters });

beforeEach(() => {
  Object.assign(editor, { isTrusted: true, answer: undefined });
  for (const list of [editor.shown, editor.breakpoints, editor.tasks, editor.messages]) {
    list.length = 0;
  }
});

test("the parameters are shown without secrets, and nothing happens where the user turns back", async () => {
  await runTaskAgain(services, span);
  const [shown = ""] = editor.shown;
  expect(shown).toContain("Publish “place_order” again, to the queue “orders”?");
  expect(shown).toContain('"order_id": 1042');
  expect(shown).toContain("stops at shop/orders.py:5");
  expect(shown).not.toContain("hunter2");
  expect([...editor.tasks, ...editor.breakpoints]).toEqual([]);
});

test("it is published by the project's own declaration, with a breakpoint for this order", async () => {
  editor.answer = "Publish";
  await runTaskAgain(services, span);
  expect(editor.breakpoints.map(({ condition }) => condition)).toEqual(["order_id == 1042"]);
  const [task] = editor.tasks;
  expect(task?.args.map(({ value }) => value)[0]).toBe("/ext/publish_again.py");
  expect(task?.env["PYTHONPATH"]).toMatch(/^\/srv(?::|$)/);
  // An argument is seen by everybody, a file of one's own by nobody else.
  expect(JSON.stringify(editor.tasks)).not.toContain("hunter2");
  const [message] = editor.messages;
  expect(JSON.parse(message?.text ?? "")).toMatchObject({
    ...{ kind: "funboost", module: "shop.orders", queue: "orders", parameters },
  });
  if (process.platform !== "win32") expect((message?.mode ?? 0) & 0o077).toBe(0);
  const file = task?.args.at(-1)?.value ?? "";
  expect(() => statSync(file)).toThrow("ENOENT");
});

test.each([
  ["an untrusted workspace", false, span, "trusted workspaces only"],
  ["a span of no task", true, makeSpan({ traceId: "1" }), "no task of Funboost or Celery"],
])("in %s nothing is published, and that is said", async (_, isTrusted, each, words) => {
  Object.assign(editor, { isTrusted, answer: "Publish" });
  await runTaskAgain(services, each);
  expect(editor.shown[0]).toContain(words);
  expect(editor.tasks).toEqual([]);
});
