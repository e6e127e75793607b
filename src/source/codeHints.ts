/**
 * The hints that a span gives of the code that made it. Pure; knows no workspace.
 *
 * Few spans carry `code.*`; most must be linked by what else they say: the task and its queue, the stack of an error,
 * a route, a remote method, a name that is the path of a function.
 */

import { SpanKind } from "../model/span.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import type { SpanIndex, Trace } from "../model/trace.ts";
import { AttributeReader } from "./attributeReader.ts";
import {
  getInvoked,
  getMessageTypes,
  getRouteHints,
  getRpc,
  getUrl,
  inferKind,
  type RouteHint,
  type RpcHint,
} from "./callHints.ts";
import { getDatabase, type DatabaseHints } from "./databaseHints.ts";
import { getBareName, parseStack, type StackFrame } from "./stackFrames.ts";

/** The facts that the columns hold of the span. */
export interface SpanFacts {
  readonly name: string;
  readonly service: string;
  readonly queue: string;
  /** Absent where nothing tells it: then the attributes must. */
  readonly kind?: SpanKind;
}

export function getSpanFacts({ columns }: Trace, span: SpanIndex): SpanFacts & { kind: SpanKind } {
  const textAt = (column: Int32Array): string => columns.strings[column[span] ?? 0] ?? "";
  return {
    name: textAt(columns.name),
    service: textAt(columns.service),
    queue: textAt(columns.queue),
    kind: (columns.kind[span] ?? SpanKind.unspecified) as SpanKind,
  };
}

/** A span around the one in question. */
export interface CallingSpan {
  readonly detail: SpanDetail;
  readonly span: SpanFacts;
}

export interface CodeHints extends DatabaseHints {
  readonly service: string;
  /** The runtime of the program, as its SDK calls it: `nodejs`. */
  readonly runtime?: string;
  readonly kind: SpanKind;
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
  /** Bare types of the message that was handed over: `BoxPacked`. */
  readonly messageTypes: readonly string[];
  /** Names with their module, package or class, most telling first. */
  readonly qualifiedNames: readonly string[];
  /** The literal that the head of the function's clause holds: `save` of `handle_event("save", …)`; a saga's state. */
  readonly clause?: string;
  /** Bare names, most telling first; those of the span's own name come last. */
  readonly functionNames: readonly string[];
  /** The routes that a server answers. */
  readonly routes: readonly RouteHint[];
  readonly httpMethod?: string;
  readonly rpc?: RpcHint;
  /** The address that a client asks. */
  readonly url?: { readonly host: string; readonly path: string };
  readonly spanName: string;
}

/** `Orders.place`, `shop::orders::place`, `com.shop.Orders$Inner.place`, `shop.Cart/AddItem`, `Orders#place`. */
const qualifiedPattern =
  /^[\p{L}_$][\p{L}\p{N}_$]*(?:(?:::|->|[.#/\\:])[\p{L}_$<(*][\p{L}\p{N}_$<>*)]*)+(?:\(\))?$/u;
const barePattern = /^[\p{L}_$][\p{L}\p{N}_$]{2,}[?!]?(?:\(\))?$/u;
/** The words that task queues put before or after the name of the task or queue. */
const taskPrefix =
  /^(?:run|apply_async|process|publish|pubsub|send|execute|task|perform|enqueue|job|execute|RunActivity|StartActivity|RunWorkflow|StartWorkflow|StartChildWorkflow|graphql\.resolve|graphql\.execute)[/ :](?=\S)/i;
/** Temporal's spans of whoever starts what another span runs. */
const startsOther = /^Start(?:Activity|Workflow|ChildWorkflow):/;
const taskSuffix =
  /(?<=\S)[ ](?:process|publish|send|receive|enqueue|perform|create|deliver|run)$/i;

export function getCodeHints(detail: SpanDetail, span: SpanFacts): CodeHints {
  const attributes = new AttributeReader(detail.attributes);
  const written = attributes.text("code.function.name") ?? attributes.text("code.function");
  const namespace = attributes.text("code.namespace");
  const codeLine = attributes.integer("code.line.number") ?? attributes.integer("code.lineno");
  const { task } = detail;
  // What a sidecar tells is of another program than its own.
  const runtime = attributes.has("dapr.api", "dapr.protocol")
    ? undefined
    : new AttributeReader(detail.resource).text("telemetry.sdk.language");
  const kind = startsOther.test(span.name) ? SpanKind.producer : inferKind(attributes, span.kind);
  const isOutgoing = kind === SpanKind.client || kind === SpanKind.producer;
  const queue =
    span.queue ||
    task?.queue ||
    attributes.text(
      "messaging.destination.name",
      "messaging.destination",
      "messaging.kafka.topic",
      "topic",
    ) ||
    // RabbitMQ's default exchange has no name: the routing key is the queue's.
    attributes.text(
      "messaging.rabbitmq.destination.routing_key",
      "messaging.rabbitmq.routing_key",
    ) ||
    "";

  // What stands before a handler has a route as well, and is another function.
  const isMiddleware = /middleware|hook|plugin/.test(
    attributes.text("express.type", "koa.type", "connect.type", "fastify.type", "hapi.type") ?? "",
  );
  const taskNames = new Set<string>();
  const qualified = new Set<string>();
  const bare = new Set<string>();
  const addName = (told: string | undefined): void => {
    // Elixir counts a function's arguments: Shop.Boxes.pack/2.
    const name = told?.replace(/^Elixir\.(?=[A-Z])|(?<=\w[?!]?)\/\d{1,2}$/g, "");
    if (name === undefined || name === "") return;
    if (qualifiedPattern.test(name)) qualified.add(name.replace(/\(\)$/, ""));
    const last = getBareName(name);
    if (barePattern.test(last)) bare.add(last.replace(/\(\)$/, ""));
  };

  if (written !== undefined) {
    const isFull = namespace === undefined || /\.|::|\\|->/.test(written);
    addName(isFull ? written : `${namespace}.${written}`);
  }
  const controller = attributes.text("nestjs.controller");
  const callback = attributes.text("nestjs.callback");
  if (controller !== undefined && callback !== undefined) addName(`${controller}.${callback}`);
  const middleware = isMiddleware ? / - ([\w$]+)$/.exec(span.name)?.[1] : undefined;
  addName(middleware);
  const hook = attributes.text("hook.callback.name");
  if (hook !== undefined && hook !== "anonymous") addName(hook);
  if (attributes.text("nestjs.type") === "app_creation") addName("NestFactory.create");
  const job = attributes.text(
    "messaging.sidekiq.job_class",
    "messaging.active_job.job_class",
    "code.active_job.class",
    "job.class",
    "hangfire.job.type",
    "messaging.message.job_name",
    "messaging.oban.worker",
    "oban.worker",
    "oban.job.worker",
    "messaging.masstransit.consumer_type",
    "messaging.masstransit.consumer.type",
  );
  // Who hands a job over names its class, which runs elsewhere.
  const handed =
    job ?? (written === undefined && attributes.has("messaging.system") ? namespace : undefined);
  if (handed !== undefined && isOutgoing) taskNames.add(handed);
  else if (job !== undefined) addName(`${job}.perform`);
  else if (written === undefined && namespace !== undefined && !isOutgoing) {
    addName(`${namespace}.perform`);
  }
  // Remix names the module of a route and the function of it that ran.
  const module = attributes.text("match.route.id");
  if (module !== undefined && written !== undefined) addName(`${module}.${written}`);
  const field = attributes.text("graphql.field.name", "graphql.path", "graphql.field.path");
  addName(field);
  // Resolvers of Python are called in its own way: allBoxes is all_boxes.
  addName(field?.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase());
  // ASP.NET's conventional route says that the address has the class and the method.
  const conventional = /\{controller[^}]*\}\/\{action[^}]*\}/.test(
    attributes.text("http.route") ?? "",
  )
    ? /^\/(\w+)(?:\/(\w+)[^/]*(?:\/[^/]*)?)?\/?$/.exec(
        attributes.text("url.path", "http.target")?.replace(/[?#].*$/, "") ?? "",
      )
    : null;
  if (conventional !== null) {
    addName(`${conventional[1]}Controller.${conventional[2] ?? "Index"}`);
  }
  addName(attributes.text("gen_ai.tool.name", "tool.name", "traceloop.entity.name"));
  const named = attributes.text(
    "celery.task_name",
    "messaging.celery.task_name",
    "job.func_name",
    "rq.job.func_name",
    "messaging.rq.job.func_name",
    "messaging.message.task_name",
    "bullmq.job.name",
    "messaging.bullmq.job.name",
    "asynq.task.type",
    "task.name",
    "job.name",
    "hangfire.job.name",
    "airflow.task_instance.task_id",
    "airflow.task_id",
    "prefect.task.name",
    "prefect.flow.name",
  );
  for (const name of [named, task?.function]) {
    if (name === undefined || name === "") continue;
    taskNames.add(name);
    // A queue's job may be called by its class.
    if (/[.#:]|[a-z](?:Job|Task|Worker|Processor|Command)$/.test(name)) addName(name);
  }
  const taskFunction =
    task === undefined || task.function === "" ? undefined : getBareName(task.function);
  if (taskFunction !== undefined) {
    if (task?.className !== undefined) qualified.add(`${task.className}.${taskFunction}`);
    bare.add(taskFunction);
  }

  const database = getDatabase(attributes, span.name);
  const rpc = getRpc(attributes, span.name);
  // Micrometer: "http get /boxes".
  const httpName = span.name
    .trim()
    .replace(/^(?:http )?(get|post|put|patch|delete|head|options)(?= \/)/, (_whole, verb: string) =>
      verb.toUpperCase(),
    );
  const handedOn = getInvoked(span.name);
  const routes =
    isOutgoing || isMiddleware
      ? []
      : handedOn !== undefined
        ? [{ text: handedOn.path, isConcrete: true }]
        : getRouteHints(attributes, httpName);
  const isHttp = routes.length > 0 || attributes.has("http.method", "http.request.method");
  const spanName = span.name.trim();
  const withoutPrefix = spanName.replace(taskPrefix, "").replace(taskSuffix, "");
  const isTaskName = qualifiedPattern.test(withoutPrefix) || startsOther.test(spanName);
  // A worker's span may be called as its task alone: `boxes.pack`.
  const isTask = withoutPrefix !== spanName || kind === SpanKind.consumer;
  if (isTask && isTaskName && !isHttp) {
    taskNames.add(withoutPrefix);
  }
  // Temporal's SDK of Java calls an activity by its method's name with a capital.
  const activity = /^RunActivity:([A-Z])(\w+)$/.exec(spanName);
  if (activity !== null) addName(`${activity[1]?.toLowerCase()}${activity[2]}`);
  // Prefect counts the runs of a task behind its name.
  if (attributes.has("prefect.run.name", "prefect.run.type")) {
    taskNames.add(spanName.replace(/-[0-9a-f]{1,3}$/, ""));
  }
  const isName =
    !database.isDatabase &&
    rpc === undefined &&
    // What is called is not what runs.
    !(isOutgoing && (isHttp || attributes.has("url.full", "http.url", "messaging.system"))) &&
    // The last part of an address is the name of nothing.
    !(isHttp && /[/\s]/.test(withoutPrefix)) &&
    // The name of a queue is not the name of a function, though it may look like one.
    withoutPrefix !== queue &&
    !/^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|TRACE)$/.test(
      isHttp || isOutgoing ? withoutPrefix.toUpperCase() : withoutPrefix,
    );
  // Phoenix has a clause for each event of a view: ShopWeb.CartLive.handle_event#add-box.
  const event = /^((?:[A-Z]\w*\.)+handle_\w+)#(.+)$/.exec(withoutPrefix);
  if (isName) addName(event?.[1] ?? withoutPrefix);

  const messageTypes = getMessageTypes(attributes, spanName, queue);
  for (const type of messageTypes) bare.delete(type);
  const error = detail.error ?? getEventError(detail);
  return {
    service: span.service,
    ...(runtime !== undefined && { runtime }),
    kind,
    code: {
      file: attributes.text("code.file.path", "code.filepath"),
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
    messageTypes,
    qualifiedNames: [...qualified],
    clause: event?.[2] ?? attributes.text("messaging.masstransit.begin_state"),
    functionNames: [...bare],
    routes,
    httpMethod:
      attributes.text("http.request.method", "http.method") ??
      /^\{?(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b/.exec(httpName)?.[1],
    rpc,
    url: isOutgoing ? (handedOn ?? getUrl(attributes)) : undefined,
    ...database,
    spanName,
  };
}

/** The error that an exception event holds, where the span itself names none; the last one is the one that got out. */
function getEventError(detail: SpanDetail): { type?: string; stack?: string } | undefined {
  const event = detail.events.findLast(({ attributes }) =>
    attributes.some(({ key }) => key === "exception.stacktrace" || key === "stack"),
  );
  if (event === undefined) {
    const attributes = new AttributeReader(detail.attributes);
    const stack = attributes.text("exception.stacktrace", "error.stack");
    return stack === undefined ? undefined : { type: attributes.text("exception.type"), stack };
  }
  const attributes = new AttributeReader(event.attributes);
  return {
    type: attributes.text("exception.type", "error.kind"),
    stack: attributes.text("exception.stacktrace", "stack"),
  };
}
