import type { Finding } from "../findings/finding.ts";
import { maskFindings } from "../findings/mask-findings.ts";
import type { Release } from "../release/release.ts";
import { deployedChart, sameDeployment } from "../release/revision/remembered-deployment.ts";
import { releaseTemplate } from "../release/template-result.ts";
import { judgeSameUpgrade } from "../trial/live/judge-same-upgrade.ts";
import { liveDifferences } from "../trial/live/live-differences.ts";
import { secretsOf } from "../trial/live/live-release.ts";
import { readSteadyRelease } from "../trial/live/read-steady-release.ts";
import { tryUpgrade } from "../trial/live/try-upgrade.ts";

/** What the same upgrade again has shown. */
export interface SameUpgrade {
  /** How many objects were compared. */
  objects: number;
  /** One for each object that the upgrade has changed, or that the API server has refused to upgrade. */
  findings: Finding[];
}

/**
 * Upgrades a release to its chart once more, with the values and options of its last revision, and compares what is stored
 * before and after. The data of Secrets in the findings reads `***`.
 */
export async function sameUpgrade(release: Release): Promise<SameUpgrade> {
  const { controlPlane: plane } = release;
  const before = await readSteadyRelease(plane, release.info);
  const again = () => release.upgrade(sameDeployment(release));
  const refusal = await tryUpgrade(release, deployedChart(release), before, again);
  const after = await readSteadyRelease(plane, release.info, { earlier: before });
  const template = releaseTemplate(release.info);
  const findings = refusal ?? judgeSameUpgrade(liveDifferences(before, after), template, after.hookSecrets);
  const secrets = [...secretsOf(before), ...secretsOf(after), ...template.documents];
  return { objects: before.objects.size, findings: maskFindings(findings, secrets) };
}
