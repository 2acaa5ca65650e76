import type { TrialResult } from "../trial/trial-result.ts";

/** A case for people: `ci/ha-values.yaml`, and on a version of Kubernetes that was asked for `ci/ha-values.yaml@1.35`. */
export function caseLabel({
  case: { name },
  kubernetesVersion,
}: Pick<TrialResult, "case" | "kubernetesVersion">): string {
  return kubernetesVersion === undefined ? name : `${name}@${kubernetesVersion}`;
}
