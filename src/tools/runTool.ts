/** One call of a tool, from its name and arguments to its text: the one way in, whichever door it comes by. */

import type { Disposable } from "../base/disposables.ts";
import { describeFailure } from "../model/failureWords.ts";
import { getFailure } from "../model/failure.ts";
import { clipLine, inEnglish, limitChars, quote } from "./answerText.ts";
import { compareTraces } from "./compareTraces.ts";
import { findTraces } from "./findTraces.ts";
import { getLogs } from "./getLogs.ts";
import { getSpans } from "./getSpans.ts";
import { getTrace } from "./getTrace.ts";
import { runsOfCode } from "./runsOfCode.ts";
import { showTrace } from "./showTrace.ts";
import type { ToolHandler } from "./toolCall.ts";
import type { ToolContext } from "./toolContext.ts";
import { readToolInput, ToolRefusal } from "./toolInput.ts";
import { TOOL_PREFIX, toolNames, toolTable, type ToolName } from "./toolTable.ts";
import { TraceReader } from "./traceReader.ts";
import { waitForTrace } from "./waitForTrace.ts";

export interface ToolAnswer {
  readonly text: string;
  /** The call went wrong: the text says how, and what to do instead. */
  readonly isError: boolean;
}

const handlers: Readonly<Record<ToolName, ToolHandler>> = {
  find_traces: findTraces,
  get_trace: getTrace,
  get_spans: getSpans,
  get_logs: getLogs,
  compare_traces: compareTraces,
  runs_of_code: runsOfCode,
  wait_for_trace: waitForTrace,
  show: showTrace,
};

/** A place in the code, as `placeText` writes it. */
const PLACE = /:\d+ \((?:sure|a guess)\)/;

/** No call takes longer, but for the time that `wait_for_trace` is told to wait. */
const DEADLINE_MS = 30_000;

export class Tools implements Disposable {
  readonly #context: ToolContext;
  readonly #reader: TraceReader;

  constructor(context: ToolContext) {
    this.#context = context;
    this.#reader = new TraceReader(context);
  }

  /** Rejects when `signal` is aborted, and for bugs; what was asked wrongly is an answer. */
  async run(
    name: string,
    input: unknown,
    signal: AbortSignal,
    tokenBudget?: number,
    /** A line below an answer that names code, for a caller who may work in another workspace than this window. */
    codeNote?: string,
  ): Promise<ToolAnswer> {
    const tool = findTool(name);
    if (tool === undefined) {
      return refuse(
        `there is no tool ${JSON.stringify(name.slice(0, 60))}; there are ${toolNames.join(", ")}`,
      );
    }
    let waitMs = 0;
    let deadline: AbortSignal | undefined;
    try {
      const { values, notes, isMoreAsked } = readToolInput(toolTable[tool], input);
      waitMs = Number(values["timeout_s"] ?? 0) * 1e3;
      deadline = AbortSignal.timeout(DEADLINE_MS + waitMs);
      const note = notes.length === 0 ? "" : `\nArguments that were changed: ${notes.join("; ")}.`;
      const owner = codeNote === undefined ? "" : clipLine(`\n${codeNote}`);
      const text = await handlers[tool]({
        context: this.#context,
        reader: this.#reader,
        values,
        limit: limitChars(isMoreAsked, tokenBudget) - clipLine(note).length - owner.length,
        signal: AbortSignal.any([signal, deadline]),
      });
      const hasPlace = PLACE.test(text);
      return { text: `${text}${clipLine(note)}${hasPlace ? owner : ""}`, isError: false };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ToolRefusal) return refuse(error.message);
      if (deadline?.aborted === true) {
        return refuse(
          `no answer within ${(DEADLINE_MS + waitMs) / 1e3} s; ask for less: limit, since, under`,
        );
      }
      const failure = getFailure(error);
      if (failure === undefined) throw error;
      if (failure.code !== "notFound" && failure.code !== "noId") {
        return refuse(`${failure.code}: ${quote(describeFailure(failure, inEnglish), 300)}`);
      }
      return refuse(
        failure.code === "noId"
          ? `there is no id in ${quote(failure.text)}`
          : `no store has ${quote(failure.id)}; asked: ${failure.answers.map(answer => `${answer.store} (${answer.kind})`).join(", ")}; find_traces lists what there is`,
      );
    }
  }

  dispose(): void {
    this.#reader.dispose();
  }
}

/** With or without its prefix. */
function findTool(name: string): ToolName | undefined {
  const bare = name.startsWith(TOOL_PREFIX) ? name.slice(TOOL_PREFIX.length) : name;
  return toolNames.find(each => each === bare);
}

function refuse(reason: string): ToolAnswer {
  return { text: clipLine(`Not answered: ${reason}.`), isError: true };
}
