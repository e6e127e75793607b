/**
 * Writes what a vitest run came to where TRACESIDE_RESULTS says, again and again while it runs, so that a run which is
 * ended tells what it has so far and which tests were running.
 */
import { renameSync, writeFileSync } from "node:fs";
import type {
  ReportedHookContext,
  Reporter,
  TestCase,
  TestModule,
  TestSuite,
  Vitest,
} from "vitest/node";
import type { Failure, NotRun, ResultsSoFar, SuiteResult } from "./results.ts";

declare module "vitest" {
  interface TaskMeta {
    /** Why a test, or every test of a suite, is skipped. */
    reason?: string;
  }
}

type Task = TestCase | TestSuite | TestModule;

/** Often enough for whoever watches for progress, and seldom enough to cost nothing. */
const writeMs = 500;

export default class ResultsReporter implements Reporter {
  #vitest: Vitest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #events = 0;
  readonly #running = new Set<string>();
  readonly #ended: TestCase[] = [];
  readonly #brokenSuites: Failure[] = [];

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestModuleQueued(): void {
    this.#note();
  }

  onTestModuleStart(module: TestModule): void {
    this.#running.add(module.relativeModuleId);
    this.#note();
  }

  onTestModuleEnd(module: TestModule): void {
    this.#endHooks(module);
    this.#running.delete(module.relativeModuleId);
    this.#note();
  }

  onTestSuiteResult(suite: TestSuite): void {
    this.#endHooks(suite);
    if (suite.errors().length > 0) {
      this.#brokenSuites.push(toFailure(nameOf(suite), suite.errors()));
    }
    this.#note();
  }

  onTestCaseReady(test: TestCase): void {
    this.#running.add(nameOf(test));
    this.#note();
  }

  onTestCaseResult(test: TestCase): void {
    this.#endHooks(test);
    this.#running.delete(nameOf(test));
    this.#ended.push(test);
    this.#note();
  }

  onHookStart({ name, entity }: ReportedHookContext): void {
    this.#running.add(`${nameOf(entity)} (${name})`);
    this.#note();
  }

  onHookEnd({ name, entity }: ReportedHookContext): void {
    this.#running.delete(`${nameOf(entity)} (${name})`);
    this.#note();
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly { readonly message: string; readonly stack?: string }[],
  ): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const failures = unhandled.map(error => toFailure("outside of any test", [error]));
    for (const module of modules) {
      if (module.errors().length > 0) {
        failures.push(toFailure(`${module.relativeModuleId} > the file itself`, module.errors()));
      }
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) failures.push(toFailure(nameOf(suite), suite.errors()));
      }
    }
    const tests = modules.flatMap(module => [...module.children.allTests()]);
    this.#write({ ...this.#count(tests, failures), running: [] });
  }

  /** Nothing else tells the end of a hook that failed. */
  #endHooks(task: Task): void {
    for (const hook of ["beforeAll", "afterAll", "beforeEach", "afterEach"]) {
      this.#running.delete(`${nameOf(task)} (${hook})`);
    }
  }

  #note(): void {
    this.#events += 1;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write({ ...this.#count(this.#ended, this.#brokenSuites), running: [...this.#running] });
    }, writeMs);
  }

  #count(tests: readonly TestCase[], earlier: readonly Failure[]): SuiteResult {
    const failures = [...earlier];
    const notRun: NotRun[] = [];
    const retried: string[] = [];
    let passed = 0;
    for (const test of tests) {
      const result = test.result();
      if (test.diagnostic()?.flaky === true) retried.push(nameOf(test));
      if (result.state === "passed") passed += 1;
      else if (result.state === "failed") failures.push(toFailure(nameOf(test), result.errors));
      else if (this.#isWanted(test)) {
        const reason = readReason(test);
        if (reason !== undefined) notRun.push({ name: nameOf(test), reason });
        // A test that nobody runs and nobody knows why is a fault of the suite.
        else failures.push({ name: nameOf(test), message: "It was skipped without a reason." });
      }
    }
    return { passed, failures, notRun, retried };
  }

  /** What the filter left out is another step's, and neither run nor missing. */
  #isWanted(test: TestCase): boolean {
    const filters = this.#vitest?.config.tagsFilter ?? [];
    return filters.every(filter =>
      filter.startsWith("!") ? !test.tags.includes(filter.slice(1)) : test.tags.includes(filter),
    );
  }

  #write(results: Omit<ResultsSoFar, "events">): void {
    const path = process.env["TRACESIDE_RESULTS"];
    if (path === undefined) return;
    // Renamed into place, so that a reader never sees half of it.
    writeFileSync(`${path}.partial`, JSON.stringify({ ...results, events: this.#events }));
    renameSync(`${path}.partial`, path);
  }
}

/** The test's own note, the reason that its suite gives for all of its tests, or that its suite failed before it. */
function readReason(test: TestCase): string | undefined {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  if (note !== undefined) return note;
  for (let task: Task = test; ; task = task.parent) {
    const { reason } = task.meta();
    if (reason !== undefined) return reason;
    if (task.type !== "test" && task.errors().length > 0) return `${nameOf(task)} failed before it`;
    if (task.type === "module") return undefined;
  }
}

function nameOf(task: Task): string {
  return task.type === "module"
    ? task.relativeModuleId
    : `${task.module.relativeModuleId} > ${task.fullName}`;
}

function toFailure(
  name: string,
  errors: readonly { readonly message: string; readonly stack?: string }[],
): Failure {
  return { name, message: errors.map(error => error.stack ?? error.message).join("\n") };
}
