/** Writes what a vitest run came to where TRACESIDE_RESULTS says, with the note of each test that skipped itself. */
import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import type { Failure, NotRun, SuiteResult } from "./results.ts";

export default class ResultsReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly { readonly message: string; readonly stack?: string }[],
  ): void {
    const failures: Failure[] = unhandled.map(error => ({
      name: "outside of any test",
      message: error.stack ?? error.message,
    }));
    const notRun: NotRun[] = [];
    let passed = 0;
    for (const module of modules) {
      const fail = (name: string, errors: readonly { message: string; stack?: string }[]): void => {
        const message = errors.map(error => error.stack ?? error.message).join("\n");
        failures.push({ name: `${module.relativeModuleId} > ${name}`, message });
      };
      if (module.errors().length > 0) {
        fail("the file itself", module.errors());
      }
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) {
          fail(suite.fullName, suite.errors());
        }
      }
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") {
          passed += 1;
        } else if (result.state === "failed") {
          fail(test.fullName, result.errors);
        } else {
          const note = result.state === "skipped" ? result.note : undefined;
          const reason = note ?? "skipped without a reason";
          notRun.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason });
        }
      }
    }
    const results: SuiteResult = { passed, failures, notRun };
    const path = process.env["TRACESIDE_RESULTS"];
    if (path !== undefined) {
      writeFileSync(path, JSON.stringify(results));
    }
  }
}
