import { ClusterError } from "../../errors/cluster-error.ts";
import type { ChartObject } from "../../findings/chart-objects.ts";
import { formatFindings } from "../../findings/format-finding.ts";
import type { ReleaseId } from "../../helm/annotations.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import type { OpenDeployer } from "../../sharing/open-deployer.ts";
import { missingRights } from "./missing-rights.ts";

/**
 * Rejects with a `ClusterError`, one finding for each object, when a deployer lacks rights that the installation needs: Helm would
 * report the first of them only.
 */
export async function rejectMissingRights(
  plane: ControlPlane,
  deployer: OpenDeployer,
  objects: readonly ChartObject[],
  { chart, ...release }: ReleaseId & { chart: string; signal: AbortSignal | undefined },
): Promise<void> {
  const { findings: found } = await missingRights(plane, deployer, objects, release);
  if (found.length === 0) return;
  const findings = found.map((finding) => ({ ...finding, step: "install" as const }));
  const count = findings.length === 1 ? "1 object" : `${findings.length} objects`;
  const message = [`Installing ${chart} as ${deployer.user} failed: rights are missing for ${count}`];
  throw new ClusterError("SEATRIAL_REJECTED", [...message, ...formatFindings(findings)].join("\n"), {
    reason: "MissingRight",
    causes: findings.map(({ message: text, reason }) => ({ message: text, reason })),
    findings,
  });
}
