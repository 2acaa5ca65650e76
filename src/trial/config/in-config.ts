import type { TrialChart } from "../trial-result.ts";

/** The end of a hint: the line with which the seatrial.yaml of a chart gives the same as an option. */
export function inConfig(line: string, { path }: TrialChart): string {
  // A packaged chart has no file of its own that is read.
  const file = /\.(?:tgz|tar\.gz)$/.test(path) ? "seatrial.yaml" : `${path}/ci/seatrial.yaml`;
  return `or \`${line}\` in ${file}`;
}
