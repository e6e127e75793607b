/** What a run of tests came to, in one shape for every runner. */

export type Failure = { readonly name: string; readonly message: string };
export type NotRun = { readonly name: string; readonly reason: string };

export type SuiteResult = {
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly notRun: readonly NotRun[];
  /** The names of those that failed at first and passed when they were tried again. */
  readonly retried?: readonly string[];
};

/** What a run that has not ended came to so far. */
export type ResultsSoFar = SuiteResult & {
  /** Grows with whatever happens. */
  readonly events: number;
  /** Tests, hooks and files that were begun and have not ended. */
  readonly running: readonly string[];
};
