/**
 * Makes traces like those of a task queue under load: functions that publish tasks to queues, wait for workers, call
 * services and databases, fail now and then and are tried again. The same options give the same trace.
 */

import { SpanKind, SpanStatus } from "../../src/model/span.ts";
import type { Attribute } from "../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";

export interface TraceOptions {
  readonly spans: number;
  /** Another seed, another trace; also part of its id. */
  readonly seed?: number;
  readonly startUnixNs?: bigint;
  /** Share of spans that fail; 0.01 where it is not given. */
  readonly errorShare?: number;
}

interface Step {
  readonly name: string;
  readonly service: string;
  /** Absent: a call inside a task. */
  readonly queue?: string;
  readonly kind: SpanKind;
  /** Names of the steps that it may cause; more of the same, more often. */
  readonly causes: readonly string[];
}

const task = (name: string, service: string, queue: string, ...causes: string[]): Step => {
  return { name, service, queue, kind: SpanKind.consumer, causes };
};
const call = (name: string, service: string, kind: SpanKind = SpanKind.client): Step => {
  return { name, service, kind, causes: [] };
};

const steps: readonly Step[] = [
  task("place_order", "shop", "orders", "reserve_stock", "charge_card", "SELECT orders"),
  task("reserve_stock", "stock", "stock", "pick_item", "pick_item", "UPDATE stock"),
  task("pick_item", "stock", "stock_items", "label_parcel", "SELECT items", "UPDATE items"),
  task("charge_card", "payments", "payments", "POST /charge", "notify_customer", "INSERT payments"),
  task("label_parcel", "parcels", "parcels", "GET /label", "notify_customer", "INSERT parcels"),
  task("notify_customer", "mail", "mail", "render_mail", "SMTP send"),
  call("SELECT orders", "shop"),
  call("UPDATE stock", "stock"),
  call("SELECT items", "stock"),
  call("UPDATE items", "stock"),
  call("INSERT payments", "payments"),
  call("INSERT parcels", "parcels"),
  call("POST /charge", "payments"),
  call("GET /label", "parcels"),
  call("render_mail", "mail", SpanKind.internal),
  call("SMTP send", "mail"),
];
const stepByName = new Map(steps.map(step => [step.name, step]));
const root = steps[0] as Step;

/** About the depth of real task trees; further causes hang from shallower spans instead. */
const MAX_DEPTH = 12;
const NS_PER_US = 1_000n;

/** A span that may still cause others. */
interface Cause {
  readonly spanId: string;
  readonly step: Step;
  readonly depth: number;
  readonly startUnixNs: bigint;
  readonly durationUs: number;
  children: number;
}

/** Parents come before children. Memory is that of the records: take them batch by batch where they are many. */
export function* makeTrace(options: TraceOptions): Generator<SpanRecord> {
  const { spans, seed = 1, startUnixNs = 1_767_225_600_123_456_789n, errorShare = 0.01 } = options;
  const random = makeRandom(seed);
  const hex = (length: number): string => {
    let digits = "";
    while (digits.length < length) digits += (random() * 2 ** 32).toString(16).padStart(8, "0");
    return digits.replaceAll(".", "").slice(0, length);
  };
  const traceId = hex(32);
  const causes: Cause[] = [];
  for (let i = 0; i < spans; i += 1) {
    const parent = i === 0 ? undefined : pickCause(causes, random);
    const step = parent === undefined ? root : pickStep(parent, random);
    const spanId = hex(16);
    const waitUs = step.queue === undefined ? 0 : Math.floor(50 + random() ** 3 * 200_000);
    const offsetUs = parent === undefined ? 0 : Math.floor(random() * parent.durationUs);
    const queuedUnixNs = (parent?.startUnixNs ?? startUnixNs) + BigInt(offsetUs) * NS_PER_US;
    const start = queuedUnixNs + BigInt(waitUs) * NS_PER_US + BigInt(Math.floor(random() * 1_000));
    const durationUs = Math.floor(
      i === 0
        ? 600_000_000
        : (step.queue === undefined ? 20_000 : 900_000) * (0.02 + random() ** 4),
    );
    const isTask = step.queue !== undefined;
    const hasFailed = i > 0 && random() < errorShare;
    const attempts = isTask && random() < errorShare * 2 ? 2 : 1;
    if (isTask) {
      const depth = (parent?.depth ?? -1) + 1;
      causes.push({ spanId, step, depth, startUnixNs: start, durationUs, children: 0 });
    }
    yield {
      traceId,
      span: {
        spanId,
        parentSpanId: parent?.spanId,
        name: step.name,
        service: step.service,
        queue: step.queue,
        kind: step.kind,
        status: hasFailed ? SpanStatus.error : SpanStatus.ok,
        startUnixNs: start,
        endUnixNs: start + BigInt(durationUs) * NS_PER_US,
        queuedUnixNs: isTask ? queuedUnixNs : undefined,
        attempts: isTask ? attempts : undefined,
      },
      detail: {
        spanId,
        traceId,
        attributes: makeAttributes(step, i, random),
        resource: [
          { key: "service.name", value: step.service },
          { key: "host.name", value: `worker-${Math.floor(random() * 8)}` },
          { key: "process.pid", value: 1_000 + Math.floor(random() * 64) },
        ],
        events: [],
        links: [],
        error: hasFailed
          ? {
              type: "TimeoutError",
              message: `no answer from ${step.service} after 3 s`,
              stack: `Traceback (most recent call last):\n  File "/srv/${step.service}/tasks.py", line ${
                20 + (i % 200)
              }, in ${step.name}\nTimeoutError: no answer from ${step.service} after 3 s`,
            }
          : undefined,
        stores: [],
        raw: "",
      },
    };
  }
}

/** A cause soon has its children, so that siblings are near each other; a few have very many. */
function pickCause(causes: Cause[], random: () => number): Cause {
  for (;;) {
    const index = Math.floor(causes.length * (1 - random() ** 2));
    const cause = causes[Math.min(index, causes.length - 1)] as Cause;
    const isWide = cause.depth > 0 && cause.depth % 5 === 0;
    if (cause.depth >= MAX_DEPTH || (!isWide && cause.children >= 24 && random() < 0.95)) continue;
    cause.children += 1;
    return cause;
  }
}

function pickStep({ step }: Cause, random: () => number): Step {
  const name = step.causes[Math.floor(random() * step.causes.length)] ?? root.name;
  return stepByName.get(name) ?? root;
}

function makeAttributes(step: Step, i: number, random: () => number): Attribute[] {
  const orderId = Math.floor(random() * 1_000_000);
  if (step.queue !== undefined) {
    return [
      { key: "messaging.system", value: "funboost" },
      { key: "messaging.destination.name", value: step.queue },
      { key: "messaging.operation", value: "process" },
      { key: "code.function.name", value: `${step.service}.tasks.${step.name}` },
      { key: "code.file.path", value: `/srv/${step.service}/tasks.py` },
      { key: "code.line.number", value: 10 + step.name.length * 7 },
      { key: "order.id", value: orderId },
      { key: "customer.tier", value: ["free", "plus", "pro"][i % 3] ?? "free" },
    ];
  }
  return [
    { key: "db.system", value: "postgresql" },
    { key: "db.statement", value: `${step.name} WHERE order_id = ${orderId}` },
    { key: "server.address", value: `${step.service}.internal` },
    { key: "order.id", value: orderId },
  ];
}

/** Mulberry32: small, fast, and the same everywhere. */
export function makeRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
