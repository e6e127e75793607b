/**
 * The tools that coding agents may call: names, texts for models, and the schemas of their arguments. Pure data, behind
 * every door alike; `package.json` repeats it for the editor, and a test holds the two together.
 */

export const toolNames = [
  "find_traces",
  "get_trace",
  "get_spans",
  "get_logs",
  "compare_traces",
  "runs_of_code",
  "wait_for_trace",
  "show",
] as const;
export type ToolName = (typeof toolNames)[number];

/** Before the name where tools of many makers stand in one list. */
export const TOOL_PREFIX = "traceside_";

/** The part of JSON Schema that the arguments need. */
export interface ArgumentSchema {
  readonly type: "string" | "integer" | "number" | "array";
  readonly description: string;
  readonly enum?: readonly string[];
  readonly default?: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: { readonly type: "integer" | "string"; readonly minimum?: number };
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface ToolDefinition {
  readonly title: string;
  /** For the model. */
  readonly description: string;
  readonly isReadOnly: boolean;
  readonly inputSchema: {
    readonly type: "object";
    readonly properties: Readonly<Record<string, ArgumentSchema>>;
    readonly required?: readonly string[];
    readonly additionalProperties: false;
  };
}

/** The views of a trace's panel, and the source of a row. */
export const showViews = [
  ...(["timeline", "graph", "flame", "table", "overview", "span"] as const),
  "source",
] as const;
export type ShowView = (typeof showViews)[number];

export const traceViews = ["summary", "tree", "critical_path", "errors", "functions"] as const;
export type TraceView = (typeof traceViews)[number];

const text = (description: string): ArgumentSchema => ({ type: "string", description });

/** A whole number from 1, with its default and its maximum where it has them. */
const count = (description: string, usual?: number, maximum?: number): ArgumentSchema => ({
  ...{ type: "integer", minimum: 1, description },
  ...(maximum !== undefined && { maximum }),
  ...(usual !== undefined && { default: usual }),
});

const choice = (
  description: string,
  values: readonly string[],
  usual?: string,
): ArgumentSchema => ({
  ...{ type: "string", enum: values, description },
  ...(usual !== undefined && { default: usual }),
});

const trace = text(
  "Any id of the trace: trace, span or task id, a traceparent, or a whole log line",
);

const filter = text(
  'Words, and service:api operation:"GET /x" status:error duration:>100ms duration:<2s session:ID key=value; all must hold',
);

const since = (extra: string): ArgumentSchema => text(`15m, 2h, 1d, or an ISO time${extra}`);

function define(
  tool: Pick<ToolDefinition, "title" | "description"> & {
    readonly isReadOnly?: boolean;
    readonly required?: readonly string[];
    readonly properties: Readonly<Record<string, ArgumentSchema>>;
  },
): ToolDefinition {
  const { title, description, isReadOnly = true, properties, required } = tool;
  return {
    title,
    description,
    isReadOnly,
    inputSchema: {
      type: "object",
      properties,
      ...(required !== undefined && { required }),
      additionalProperties: false,
    },
  };
}

export const toolTable: Readonly<Record<ToolName, ToolDefinition>> = {
  find_traces: define({
    title: "Find Traces",
    description:
      "Lists recorded traces of the user's programs, newest first, one line each: id, root, duration, spans, errors. Start here after a program ran. Where nothing is found it says why.",
    properties: {
      query: filter,
      since: since(", last_run, or a cursor of an earlier answer"),
      status: choice("Only traces of this status", ["error", "ok", "running"]),
      limit: count("Traces", 10, 50),
    },
  }),
  get_trace: define({
    title: "Get Trace",
    description:
      "Reads one trace. summary: where the time went and what failed first. tree: calls as numbered rows. critical_path: the chain that set the duration. errors: failures with their message. functions: time by operation. Rows name file:line of their code. Alike siblings are one row (×412).",
    required: ["id"],
    properties: {
      id: trace,
      view: choice("Which side of the trace", traceViews, "summary"),
      under: count("Only this row and what is below it"),
      depth: count("Levels of the tree", 4, 100),
      min_ms: {
        type: "number",
        minimum: 0,
        description: "Leaves out what took less, but failures",
      },
      max_rows: count("Rows", 60, 200),
    },
  }),
  get_spans: define({
    title: "Get Spans",
    description:
      "Reads rows of a trace in full: attributes, events, error and stack (frames of the workspace first), links, and what each store says. Rows are the numbers of get_trace.",
    required: ["trace", "rows"],
    properties: {
      trace,
      rows: {
        type: "array",
        items: { type: "integer", minimum: 1 },
        minItems: 1,
        maxItems: 10,
        description: "Row numbers",
      },
      keys: {
        type: "array",
        items: { type: "string" },
        maxItems: 50,
        description:
          "Only attributes with these keys; a trailing * stands for any ending. Messages of language models are shown by key alone",
      },
      value_chars: {
        type: "integer",
        minimum: 20,
        maximum: 8_000,
        default: 500,
        description: "Longer values are cut in the middle",
      },
      offset: { type: "integer", minimum: 0, default: 0, description: "Lines to pass over" },
    },
  }),
  get_logs: define({
    title: "Get Logs",
    description:
      "Lists log records of a trace, of one row of it, or of the recent traces, one line each with its row.",
    properties: {
      trace,
      row: count("Only logs of this row; needs trace"),
      since: since(", where no trace is named (default 15m)"),
      level: choice("This level and worse", ["trace", "debug", "info", "warn", "error", "fatal"]),
      text: text("Only records with this text"),
      limit: count("Records", 50, 200),
    },
  }),
  compare_traces: define({
    title: "Compare Traces",
    description:
      "Says what differs between a trace and an earlier one: a verdict, then what is new, missing, slower, called more often or newly failing, with file:line. Use it after a change to the code.",
    required: ["trace"],
    properties: {
      trace,
      with: {
        type: "string",
        default: "previous",
        description:
          "previous: the run before, of the same root; median:20: the median of so many; or an id",
      },
      max_rows: count("Rows", 30, 100),
    },
  }),
  runs_of_code: define({
    title: "Runs of Code",
    description:
      "Says how often a function ran in recent traces: count, p50, p95, errors, the last error with its line, and the traces of its slowest and last run.",
    properties: {
      file: text("A path of the workspace"),
      line: count("A line of the function; needs file"),
      function: text("The function's name, in place of a line"),
      since: since(" (default 1h)"),
      limit: count("Operations", 5, 20),
    },
  }),
  wait_for_trace: define({
    title: "Wait for Trace",
    description:
      "Waits for a trace that fits to come in and grow quiet, for when you have just started a program. On time-out it says what did come.",
    properties: {
      query: filter,
      after: text("A cursor of an earlier answer: only what is newer"),
      timeout_s: {
        type: "number",
        minimum: 1,
        maximum: 60,
        default: 10,
        description: "Seconds to wait",
      },
      settle_ms: {
        type: "integer",
        minimum: 0,
        maximum: 10_000,
        default: 1_500,
        description: "How long no span may come before the trace counts as whole",
      },
    },
  }),
  show: define({
    title: "Show Trace",
    description:
      "Opens a trace, a row of it or its source for the person in the editor, and says what is on the screen.",
    isReadOnly: false,
    required: ["trace"],
    properties: {
      trace,
      row: count("The row to select"),
      view: choice(
        "The view to bring to the front; source opens the code of the row",
        showViews,
        "timeline",
      ),
    },
  }),
};
