/**
 * The language models of a trace: which were asked how often and for how many tokens, which tools they called, which
 * agents ran. Pure, one pass over the spans that tell of them.
 */

import type { SpanDetail } from "../../model/spanDetail.ts";
import { NO_SPAN, SpanStatus } from "../../model/span.ts";
import type { SpanIndex, TraceColumns } from "../../model/trace.ts";
import type { GenAiKind, GenAiTokens } from "./genAiCall.ts";
import { readGenAiCall } from "./readGenAiCall.ts";

/** The facts that one span tells, without its messages. */
export interface GenAiSpan {
  readonly span: SpanIndex;
  readonly kind: GenAiKind;
  /** That answered, else that was asked. */
  readonly model?: string;
  readonly provider?: string;
  readonly tokens: GenAiTokens;
  readonly costUsd?: number;
  readonly tool?: string;
  readonly agent?: string;
}

export interface GenAiSpans {
  readonly spans: readonly GenAiSpan[];
  /** Spans that may tell of models and could not be looked into. */
  readonly unread: number;
}

/** The calls of one model, tool or agent. */
export interface GenAiUse {
  readonly name: string;
  readonly provider?: string;
  readonly calls: number;
  readonly failed: number;
  /** Sums over the calls that tell them; absent where none does. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cachedTokens?: number;
  /** US dollars. */
  readonly costUsd?: number;
  /** The time of the calls that ended. */
  readonly totalNs: number;
  /** The longest call; a failed one before those that did not fail. */
  readonly worst: SpanIndex;
}

export interface GenAiOverview {
  /** By tokens, the most first. */
  readonly models: readonly GenAiUse[];
  /** By time. */
  readonly tools: readonly GenAiUse[];
  readonly agents: readonly GenAiUse[];
}

/** `undefined` where the span tells of no model, tool or agent. */
export function readGenAiSpan(
  span: SpanIndex,
  detail: Pick<SpanDetail, "attributes" | "events">,
): GenAiSpan | undefined {
  const call = readGenAiCall(detail);
  if (call === undefined) return undefined;
  const model = call.responseModel ?? call.requestModel;
  return {
    ...{ span, kind: call.kind, tokens: call.tokens },
    ...(model !== undefined && { model }),
    ...(call.provider !== undefined && { provider: call.provider }),
    ...(call.costUsd !== undefined && { costUsd: call.costUsd }),
    ...(call.tool !== undefined && { tool: call.tool.name }),
    ...(call.agentName !== undefined && { agent: call.agentName }),
  };
}

export function buildGenAiOverview(
  columns: TraceColumns,
  spans: readonly GenAiSpan[],
): GenAiOverview {
  const models = new Map<string, Mutable>();
  const tools = new Map<string, Mutable>();
  const agents = new Map<string, Mutable>();
  const outer = findOuterCalls(columns, spans);
  const isCall = ({ kind }: GenAiSpan): boolean => kind === "model" || kind === "embedding";
  // Where no call of a model is told, tokens are of the only model that anything names.
  const [first, ...others] = new Set(spans.flatMap(({ model }) => model ?? []));
  const only = others.length === 0 && !spans.some(isCall) ? first : undefined;
  for (const each of spans) {
    const { kind, model, tool, agent, provider } = each;
    if (kind === "tool" && tool !== undefined) {
      add(columns, tools, tool || getName(columns, each), each);
    } else if (kind === "agent" && agent !== undefined) {
      add(columns, agents, agent || getName(columns, each), each);
    }
    const isAnswer = isCall(each) || (kind === "other" && each.tokens.input !== undefined);
    const asked = isCall(each) ? model : only;
    if (!isAnswer || asked === undefined || outer.has(each.span)) continue;
    const use = add(columns, models, asked, each);
    addTokens(use, each);
    if (provider !== undefined) use.provider ??= provider;
  }
  const byTime = (first: GenAiUse, second: GenAiUse): number => second.totalNs - first.totalNs;
  return {
    models: [...models.values()].sort(
      (first, second) => countTokens(second) - countTokens(first) || byTime(first, second),
    ),
    tools: [...tools.values()].sort(byTime),
    agents: [...agents.values()].sort(byTime),
  };
}

type Mutable = { -readonly [Key in keyof GenAiUse]: GenAiUse[Key] };

function add(
  columns: TraceColumns,
  uses: Map<string, Mutable>,
  name: string,
  { span }: GenAiSpan,
): Mutable {
  const use = uses.get(name) ?? { name, calls: 0, failed: 0, totalNs: 0, worst: span };
  uses.set(name, use);
  use.calls += 1;
  if (isFailed(columns, span)) use.failed += 1;
  const ns = durationOf(columns, span);
  use.totalNs += ns;
  const isWorse = Number(isFailed(columns, span)) - Number(isFailed(columns, use.worst));
  if (isWorse > 0 || (isWorse === 0 && ns > durationOf(columns, use.worst))) use.worst = span;
  return use;
}

function addTokens(use: Mutable, { tokens, costUsd }: GenAiSpan): void {
  const add = (
    key: "inputTokens" | "outputTokens" | "cachedTokens" | "costUsd",
    more: number | undefined,
  ): void => {
    if (more !== undefined) use[key] = (use[key] ?? 0) + more;
  };
  add("inputTokens", tokens.input);
  add("outputTokens", tokens.output);
  add("cachedTokens", tokens.cacheRead);
  add("costUsd", costUsd);
}

function countTokens({ inputTokens = 0, outputTokens = 0 }: GenAiUse): number {
  return inputTokens + outputTokens;
}

/**
 * Calls of models around other calls of models: a framework's span repeats the tokens of the requests below it, which
 * are to be counted once.
 */
function findOuterCalls(
  { parent }: TraceColumns,
  spans: readonly GenAiSpan[],
): ReadonlySet<SpanIndex> {
  const outer = new Set<SpanIndex>();
  for (const { span, kind } of spans) {
    if (kind !== "model" && kind !== "embedding") continue;
    let around = parent[span] ?? NO_SPAN;
    while (around >= 0 && !outer.has(around)) {
      outer.add(around);
      around = parent[around] ?? NO_SPAN;
    }
  }
  return outer;
}

/** The span's own name: a tool or agent that has none is known by it. */
function getName({ strings, name }: TraceColumns, { span }: GenAiSpan): string {
  return strings[name[span]!] ?? "";
}

function durationOf({ startNs, endNs }: TraceColumns, span: SpanIndex): number {
  const ns = (endNs[span] ?? NaN) - (startNs[span] ?? NaN);
  return Number.isNaN(ns) ? 0 : ns;
}

function isFailed({ status }: TraceColumns, span: SpanIndex): boolean {
  return status[span] === SpanStatus.error;
}
