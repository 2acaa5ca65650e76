import type { TrialResult } from "../trial/trial-result.ts";
import type { Style } from "./style.ts";
import { wrapTo } from "./text-width.ts";

/** One line for each chart that was upgraded from a previous version: both versions with their digests. */
export function renderUpgradedFrom(trials: readonly TrialResult[], style: Style, width: number): string[] {
  const lines = trials.flatMap(({ chart, upgradedFrom, digest }) => {
    if (upgradedFrom === undefined) return [];
    const old = `${upgradedFrom.version} (${short(upgradedFrom.digest)})`;
    return `Upgraded: ${chart.name} from ${old}, ${upgradedFrom.source}, to ${chart.version} (${short(digest)})`;
  });
  return [...new Set(lines)].flatMap((line) => wrapTo(line, width)).map(style.dim);
}

function short(digest = "unknown"): string {
  return digest.replace(/^(sha256:)?([0-9a-f]{12})[0-9a-f]+$/, "$1$2");
}
