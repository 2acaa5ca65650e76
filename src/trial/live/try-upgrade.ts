import type { Finding } from "../../findings/finding.ts";
import { findingsOf } from "../../findings/findings-of.ts";
import { explainRefusedUpgrade } from "../../release/refused-upgrade/explain-refused-upgrade.ts";
import type { Release } from "../../release/release.ts";
import { explainImport } from "./explain-import.ts";
import type { LiveRelease } from "./live-release.ts";

/**
 * Runs an upgrade of a release to the chart at a path. Resolves with what is wrong when the API server refuses it; rejects when Helm
 * does.
 */
export async function tryUpgrade(
  release: Release,
  chart: string | undefined,
  before: LiveRelease,
  upgrade: () => Promise<unknown>,
): Promise<Finding[] | undefined> {
  const oldRelease = release.info;
  try {
    await upgrade();
    return undefined;
  } catch (error) {
    const findings = findingsOf(error);
    if (findings === undefined) throw error;
    const imports = explainImport(findings, oldRelease);
    if (imports !== undefined) return imports;
    if (release.info === oldRelease) throw error;
    const objects = before.objects.values();
    return await explainRefusedUpgrade(findings, { chart, objects, oldRelease, newRelease: release.info });
  }
}
