import { UsageError } from "../errors/usage-error.ts";

const unitsMs: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Milliseconds of a duration as Helm and Go write it: `30s`, `5m0s`, `1h30m`, `1.5s`, `300ms`.
 * Throws a `SEATRIAL_USAGE` error that names `what` when the text is not a duration.
 */
export function parseDuration(text: string, what = "duration"): number {
  let totalMs = 0;
  const rest = text.replace(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g, (_match, amount: string, unit: string) => {
    totalMs += Number(amount) * (unitsMs[unit] ?? Number.NaN);
    return "";
  });
  if (text === "0") return 0;
  if (text === "" || rest !== "") {
    throw new UsageError(`${what} must be a duration such as "30s" or "5m0s", got ${JSON.stringify(text)}`);
  }
  return totalMs;
}

/** The duration for people: `340 ms`, `1.3 s`, `42 s`, `8 min 20 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
