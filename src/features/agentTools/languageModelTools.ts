/** The tools as language model tools of the editor: what agent mode calls, and a person names with `#`. */

import * as vscode from "vscode";
import { Owner, type Disposable } from "../../base/disposables.ts";
import type { Tools } from "../../tools/runTool.ts";
import { TOOL_PREFIX, toolNames, type ToolName } from "../../tools/toolTable.ts";

export function registerLanguageModelTools(tools: Tools): Disposable {
  const owner = new Owner();
  // Forks of the editor may lack this door.
  const lm = vscode.lm as Partial<typeof vscode.lm> | undefined;
  if (lm?.registerTool === undefined) return owner;
  for (const name of toolNames) {
    owner.own(lm.registerTool(`${TOOL_PREFIX}${name}`, createTool(tools, name)));
  }
  return owner;
}

function createTool(tools: Tools, name: ToolName): vscode.LanguageModelTool<object> {
  return {
    prepareInvocation: () => ({ invocationMessage: describeInvocation(name) }),
    invoke: async ({ input, tokenizationOptions }, cancellation) => {
      const controller = new AbortController();
      const listener = cancellation.onCancellationRequested(() => controller.abort());
      if (cancellation.isCancellationRequested) controller.abort();
      try {
        const run = async (budget: number | undefined): Promise<string> =>
          (await tools.run(name, input, controller.signal, budget)).text;
        const budget = tokenizationOptions?.tokenBudget;
        let text = await run(budget);
        if (budget !== undefined && tokenizationOptions !== undefined) {
          // Only the model knows how long its tokens are.
          const tokens = await tokenizationOptions.countTokens(text, cancellation);
          // What waits has waited already, and what shows has shown.
          const isRepeatable = name !== "wait_for_trace" && name !== "show";
          if (tokens > budget && isRepeatable) text = await run((budget * budget) / tokens);
        }
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
      } catch (error) {
        if (controller.signal.aborted) throw new vscode.CancellationError();
        throw error;
      } finally {
        listener.dispose();
      }
    },
  };
}

function describeInvocation(name: ToolName): string {
  const { t } = vscode.l10n;
  switch (name) {
    case "find_traces":
      return t("Looking for traces");
    case "get_trace":
      return t("Reading a trace");
    case "get_spans":
      return t("Reading spans of a trace");
    case "get_logs":
      return t("Reading logs of traces");
    case "compare_traces":
      return t("Comparing traces");
    case "runs_of_code":
      return t("Counting the runs of a function");
    case "wait_for_trace":
      return t("Waiting for a trace");
    case "show":
      return t("Opening a trace");
  }
}
