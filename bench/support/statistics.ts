/** What a benchmark reports about its runs. */
export interface Statistics {
  median: number;
  min: number;
  max: number;
}

/** Median, least and greatest of one measurement or more. */
export function statistics(measurements: readonly number[]): Statistics {
  const sorted = [...measurements].sort((left, right) => left - right);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}
