/**
 * One trace, told to every tracer that a test can run, so that what comes out of each can be compared. Knows no tracer
 * and no protocol.
 */
import { spawn } from "node:child_process";
import type { CollectorPorts } from "../../src/collector/collectorState.ts";
import type { SpanKind } from "../../src/model/span.ts";

/** JSON cannot tell an integer from a float, nor write one of 64 bits; the type stands beside the value. */
export type TypedAttribute = { readonly key: string } & (
  | { readonly type: "string" | "int"; readonly value: string }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "strings"; readonly value: readonly string[] }
);

export interface SpanToMake {
  /** Unique in the trace, and in lower case, as Zipkin has them. */
  readonly name: string;
  readonly parent?: string;
  readonly link?: string;
  readonly service: string;
  readonly kind: keyof typeof SpanKind;
  readonly startNs: string;
  readonly endNs: string;
  readonly attributes: readonly TypedAttribute[];
  readonly error?: {
    readonly type: string;
    readonly message: string;
    readonly stack: string;
    readonly timeNs: string;
  };
}

/** What a sender says that its tracer made: read from the tracer's own objects. */
export interface MadeTrace {
  readonly traceId: string;
  readonly spans: readonly MadeSpan[];
}

export interface MadeSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly startNs: string;
  readonly endNs: string;
}

/** To the nanosecond, and odd in each digit group, so that a protocol that cuts is seen to cut. */
const originNs = 1_790_000_000_123_456_789n;
const at = (ms: number): string => String(originNs + BigInt(ms) * 1_000_000n);

export const canonicalSpans: readonly SpanToMake[] = [
  {
    name: "checkout",
    service: "front",
    kind: "server",
    startNs: at(0),
    endNs: at(100),
    attributes: [],
  },
  {
    name: "render",
    parent: "checkout",
    service: "front",
    kind: "internal",
    startNs: at(1),
    endNs: at(5),
    attributes: [],
  },
  {
    name: "post order",
    parent: "checkout",
    service: "front",
    kind: "client",
    startNs: at(10),
    endNs: at(90),
    attributes: [],
  },
  {
    name: "accept order",
    parent: "post order",
    service: "orders",
    kind: "server",
    startNs: at(12),
    endNs: at(80),
    attributes: [
      { key: "word", type: "string", value: "naïve ✓ 日本" },
      { key: "items", type: "int", value: "3" },
      { key: "big", type: "int", value: "9007199254740993" },
      { key: "price", type: "double", value: 12.5 },
      { key: "again", type: "bool", value: true },
      { key: "words", type: "strings", value: ["a", "b"] },
    ],
    error: {
      type: "ValueError",
      message: "no stock",
      stack: 'Traceback:\n  File "shop.py", line 7\nValueError: no stock',
      timeNs: at(40),
    },
  },
  {
    name: "publish order",
    parent: "accept order",
    service: "orders",
    kind: "producer",
    startNs: at(50),
    endNs: at(60),
    attributes: [],
  },
  {
    name: "handle order",
    parent: "publish order",
    link: "checkout",
    service: "worker",
    kind: "consumer",
    startNs: at(120),
    endNs: at(150),
    attributes: [],
  },
];

export interface SenderRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

const timeoutMs = 170_000;

/** Runs a sender to its end. Rejects with what it said where it failed. */
export function runSender<T = MadeTrace>(
  { command, args, cwd }: SenderRun,
  ports: Partial<CollectorPorts>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ["pipe", "pipe", "pipe"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", code => {
      if (code === 0) resolve(JSON.parse(stdout) as T);
      else reject(new Error(`${command} ${args.at(-1)}: exit code ${String(code)}\n${stderr}`));
    });
    child.stdin.end(JSON.stringify({ ports, spans: canonicalSpans }));
  });
}
