/**
 * What a span says of the code that made it. Pure; knows no workspace.
 *
 * Few spans carry `code.*`; most must be linked by what else they say: the task and its queue, the stack of an error,
 * a route, a name that is the path of a function.
 */

import type { Attribute, AttributeValue, SpanDetail } from "../model/spanDetail.ts";
import { getBareName, parseStack, type StackFrame } from "./stackFrames.ts";

/** What the columns say of the span. */
export interface SpanFacts {
  readonly name: string;
  readonly service: string;
  readonly queue: string;
}

export interface CodeHints {
  readonly service: string;
  /** The `code.*` attributes, of either generation. */
  readonly code: {
    readonly file?: string;
    readonly line0?: number;
    readonly function?: string;
  };
  /** `code.stacktrace`, innermost first. */
  readonly callStack: readonly StackFrame[];
  /** The error's stack, innermost first. */
  readonly errorStack: readonly StackFrame[];
  readonly errorType?: string;
  readonly queue: string;
  /** The function that the task ran, bare. */
  readonly taskFunction?: string;
  readonly className?: string;
  /** The file that the task itself names. */
  readonly classFile?: string;
  /** The worker's entry script. */
  readonly script?: string;
  /** Names under which task queues register functions: `shop.tasks.charge`. */
  readonly taskNames: readonly string[];
  /** Names with their module, package or class, most telling first. */
  readonly qualifiedNames: readonly string[];
  /** Bare names, most telling first; those of the span's own name come last. */
  readonly functionNames: readonly string[];
  readonly route?: string;
  readonly httpMethod?: string;
  readonly spanName: string;
}

/** Spans of clients are named for what they call, not for the code that calls. */
const clientKeys = [
  "db.system",
  "db.system.name",
  "http.url",
  "url.full",
  "net.peer.name",
  "server.socket.address",
];
/** `Orders.place`, `shop::orders::place`, `com.shop.Orders$Inner.place`, `shop.Cart/AddItem`, `Orders#place`. */
const qualifiedPattern =
  /^[\p{L}_$][\p{L}\p{N}_$]*(?:(?:::|->|[.#/\\:])[\p{L}_$<(*][\p{L}\p{N}_$<>*)]*)+(?:\(\))?$/u;
const barePattern = /^[\p{L}_$][\p{L}\p{N}_$]{2,}(?:\(\))?$/u;
/** What task queues put before or after the name of the task or queue. */
const taskPrefix = /^(?:run|apply_async|process|publish|send|execute|task)[/ :](?=\S)/i;

export function getCodeHints(detail: SpanDetail, span: SpanFacts): CodeHints {
  const attributes = new AttributeReader(detail.attributes);
  const written = attributes.text("code.function.name") ?? attributes.text("code.function");
  const namespace = attributes.text("code.namespace");
  const codeLine = attributes.integer("code.line.number") ?? attributes.integer("code.lineno");
  const { task } = detail;
  const queue =
    span.queue ||
    (task?.queue ??
      attributes.text("messaging.destination.name") ??
      attributes.text("messaging.destination") ??
      "");

  const taskNames = new Set<string>();
  const qualified = new Set<string>();
  const bare = new Set<string>();
  const addName = (name: string | undefined): void => {
    if (name === undefined || name === "") return;
    if (qualifiedPattern.test(name)) qualified.add(name.replace(/\(\)$/, ""));
    const last = getBareName(name);
    if (barePattern.test(last)) bare.add(last.replace(/\(\)$/, ""));
  };

  if (written !== undefined) {
    const isFull = namespace === undefined || written.includes(".") || written.includes("::");
    addName(isFull ? written : `${namespace}.${written}`);
  }
  const celeryName =
    attributes.text("celery.task_name") ?? attributes.text("messaging.celery.task_name");
  for (const name of [celeryName, task?.function]) {
    if (name === undefined || name === "") continue;
    taskNames.add(name);
    if (name.includes(".")) addName(name);
  }
  const taskFunction =
    task === undefined || task.function === "" ? undefined : getBareName(task.function);
  if (taskFunction !== undefined) {
    if (task?.className !== undefined) qualified.add(`${task.className}.${taskFunction}`);
    bare.add(taskFunction);
  }

  const rpcService = attributes.text("rpc.service");
  const rpcMethod = attributes.text("rpc.method");
  if (rpcMethod !== undefined) {
    addName(
      rpcService === undefined || rpcMethod.includes("/")
        ? rpcMethod
        : `${rpcService}.${rpcMethod}`,
    );
  }
  if (!clientKeys.some(key => attributes.has(key))) {
    const name = span.name.trim();
    const withoutPrefix = name.replace(taskPrefix, "");
    if (withoutPrefix !== name && qualifiedPattern.test(withoutPrefix)) {
      taskNames.add(withoutPrefix);
    }
    // The name of a queue is not the name of a function, though it may look like one.
    if (withoutPrefix !== queue) addName(withoutPrefix);
  }

  const error = detail.error ?? getEventError(detail);
  return {
    service: span.service,
    code: {
      file: attributes.text("code.file.path") ?? attributes.text("code.filepath"),
      line0: codeLine === undefined || codeLine < 1 ? undefined : codeLine - 1,
      function: written === undefined ? undefined : getBareName(written),
    },
    callStack: parseStack(attributes.text("code.stacktrace") ?? ""),
    errorStack: parseStack(error?.stack ?? ""),
    errorType: error?.type,
    queue,
    taskFunction,
    className: task?.className,
    classFile: task?.file,
    script: task?.script,
    taskNames: [...taskNames],
    qualifiedNames: [...qualified],
    functionNames: [...bare],
    route: attributes.text("http.route"),
    httpMethod: attributes.text("http.request.method") ?? attributes.text("http.method"),
    spanName: span.name,
  };
}

/** The error that an exception event holds, where the span itself names none; the last one is the one that got out. */
function getEventError(detail: SpanDetail): { type?: string; stack?: string } | undefined {
  const event = detail.events.findLast(({ attributes }) =>
    attributes.some(({ key }) => key === "exception.stacktrace" || key === "stack"),
  );
  if (event === undefined) {
    const attributes = new AttributeReader(detail.attributes);
    const stack = attributes.text("exception.stacktrace") ?? attributes.text("error.stack");
    return stack === undefined ? undefined : { type: attributes.text("exception.type"), stack };
  }
  const attributes = new AttributeReader(event.attributes);
  return {
    type: attributes.text("exception.type") ?? attributes.text("error.kind"),
    stack: attributes.text("exception.stacktrace") ?? attributes.text("stack"),
  };
}

class AttributeReader {
  readonly #values = new Map<string, AttributeValue>();

  constructor(attributes: readonly Attribute[]) {
    for (const { key, value } of attributes) {
      if (value !== undefined && !this.#values.has(key)) this.#values.set(key, value);
    }
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  text(key: string): string | undefined {
    const value = this.#values.get(key);
    if (typeof value === "number") return String(value);
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  }

  /** Numbers may arrive as text. */
  integer(key: string): number | undefined {
    const text = this.text(key)?.trim() ?? "";
    return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  }
}
