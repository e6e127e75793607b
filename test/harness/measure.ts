/** Figures for `npm run bench`: several runs of a thing, told by their median, smallest and largest. */

export type Figure = {
  readonly figure: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
};

/** What a file `test/perf/NAME.bench.ts` exports as `bench`: it reports each figure as soon as it has it. */
export type Bench = (report: (figure: Figure) => void) => Promise<void>;

export type MeasureOptions = {
  readonly runs: number;
  /** Runs before the ones that count; one by default, as the first run is rarely like the others. */
  readonly warmUps?: number;
};

/** Times `action` in milliseconds. */
export async function measure(
  figure: string,
  options: MeasureOptions,
  action: (run: number) => unknown,
): Promise<Figure> {
  const warmUps = options.warmUps ?? 1;
  const samples: number[] = [];
  for (let run = -warmUps; run < options.runs; run++) {
    const start = performance.now();
    await action(run);
    if (run >= 0) {
      samples.push(performance.now() - start);
    }
  }
  return summarise(figure, "ms", samples);
}

/** For samples that were timed or counted elsewhere; there must be one at least. */
export function summarise(figure: string, unit: string, samples: readonly number[]): Figure {
  const sorted = [...samples].sort((a, b) => a - b);
  const [min = NaN] = sorted;
  const middle = Math.floor(sorted.length / 2);
  const median =
    sorted.length % 2 === 1
      ? sorted[middle]
      : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
  const max = sorted.at(-1) ?? NaN;
  return {
    figure,
    unit,
    median: round(median ?? NaN),
    min: round(min),
    max: round(max),
    runs: sorted.length,
  };
}

/** One value of the sorted samples, for figures such as p95; `share` is 0.95 then. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1);
  return sorted[Math.max(0, index)] ?? NaN;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** A figure in milliseconds for each of p50, p95 and p99, beside the samples' smallest and largest. */
export function summarisePercentiles(
  figure: string,
  samples: readonly number[],
): readonly Figure[] {
  const all = summarise(figure, "ms", samples);
  return [50, 95, 99].map(percent => ({
    ...all,
    figure: `${figure} p${percent}`,
    median: round(percentile(samples, percent / 100)),
  }));
}
