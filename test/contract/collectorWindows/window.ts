/** A window's collector in a process of its own: started by a test, told by messages, and killed as the test likes. */

import type { CollectorSettings } from "../../../src/collector/collectorApi.ts";
import { Collector, type CollectorOptions } from "../../../src/collector/collector.ts";
import type { CollectorState } from "../../../src/collector/collectorState.ts";

export type WindowCommand =
  | { readonly kind: "start" }
  | { readonly kind: "stop" }
  | { readonly kind: "configure"; readonly settings: CollectorSettings };

export type WindowReport =
  { readonly kind: "state"; readonly state: CollectorState } | { readonly kind: "done" };

export type WindowOptions = Omit<CollectorOptions, "answerTasks" | "tools" | "onBug">;

const report = (what: WindowReport): void => void process.send?.(what);

const collector = new Collector({
  ...(JSON.parse(process.argv[2] ?? "") as WindowOptions),
  answerTasks: question => Promise.resolve({ status: 200, body: JSON.stringify(question) }),
  tools: {
    // Says what was asked, so that a test sees what came through.
    runTool: question => Promise.resolve({ text: JSON.stringify(question), isError: false }),
    cancelTool: () => Promise.resolve(),
    checkToolToken: token => Promise.resolve(token === "the-token-of-this-test"),
  },
  onBug: error => console.error(error),
});
collector.state.watch(state => {
  report({ kind: "state", state });
});
process.on("message", (command: WindowCommand) => {
  void (async () => {
    switch (command.kind) {
      case "start":
        await collector.start();
        break;
      case "stop":
        await collector.stop();
        break;
      case "configure":
        await collector.configure(command.settings);
        break;
    }
    report({ kind: "done" });
  })();
});
// A test that is gone leaves no windows behind.
process.on("disconnect", () => process.exit());
