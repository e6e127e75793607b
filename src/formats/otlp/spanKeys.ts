/**
 * The attributes that give a span of OpenTelemetry its queue, message, task, host and service: one table, from which all
 * readers and writers take. Where several keys stand for one thing, the first that a span has counts. Pure.
 */

import { mark } from "./roundTripAttributes.ts";

const messageId = ["messaging.message.id", "messaging.message_id"] as const;

export const spanKeys = {
  service: "service.name",
  queue: ["messaging.destination.name", "messaging.destination"],
  messageId,
  /** Where tracers put the id of the task that a span belongs to. */
  taskId: [...messageId, "celery.task_id", "celery.task.id"],
  messagingSystem: "messaging.system",
  taskState: "task.state",
  attempts: "task.attempts",
  queuedUnixNs: "task.queued_unix_nano",
  /** Their values are JSON in a text. */
  parameters: ["funboost.function_params", "task.parameters"],
  result: ["task.result"],
  /** In Jaeger's order; its old clients wrote the last two. */
  host: ["host.id", "host.ip", "host.name", "ip", "hostname"],
} as const;

/**
 * Attributes that change what the rest of a span means. They are rare, so readers that take a span's bytes apart by
 * themselves leave such a span to `otlpSpan.ts`.
 */
export const fullReaderKeys: readonly string[] = [
  ...Object.values(mark),
  ...[spanKeys.taskState, spanKeys.attempts, spanKeys.queuedUnixNs],
];

/** Finds keys among bytes without making strings of them. */
export class KeyBytes {
  /** By length. */
  readonly #byLength: (Buffer[] | undefined)[] = [];
  /** 1 for the lengths and last bytes that a key has: one look tells nearly all others apart. */
  readonly #mayBe = new Uint8Array(LENGTHS * 256);

  constructor(keys: readonly string[]) {
    for (const key of keys) {
      const bytes = Buffer.from(key);
      (this.#byLength[bytes.length] ??= []).push(bytes);
      this.#mayBe[bytes.length * 256 + (bytes.at(-1) ?? 0)] = 1;
    }
  }

  has(bytes: Uint8Array, from: number, length: number): boolean {
    if (length >= LENGTHS) return false;
    if (this.#mayBe[length * 256 + bytes[from + length - 1]!] === 0) return false;
    return this.#byLength[length]?.some(key => isSame(key, bytes, from)) ?? false;
  }
}

/** More than the longest key has. */
const LENGTHS = 64;

function isSame(key: Uint8Array, bytes: Uint8Array, from: number): boolean {
  for (let i = 0; i < key.length; i += 1) if (key[i] !== bytes[from + i]) return false;
  return true;
}
