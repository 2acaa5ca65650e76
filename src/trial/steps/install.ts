import type { Finding } from "../../findings/finding.ts";
import { install as installRelease } from "../../release/install-chart.ts";
import { assumedReferences } from "../assumed-references.ts";
import { policyExpressions } from "../live/policy-expressions.ts";
import type { TrialState } from "./trial-state.ts";

/** Installs the chart and waits until its objects are ready. */
export async function install(state: TrialState): Promise<Finding[]> {
  state.isInstallTried = true;
  const { isAlone, plane, signal } = state.context;
  const options = { ...state.inNamespace, ...state.deployment, ...state.deployer };
  state.release = await installRelease(state.plan.chartPath, options, { isAlone });
  state.ownNotes.push(...(await assumedReferences(plane.kube, state.namespaceName, signal)));
  return policyExpressions(plane, state.release.info, signal);
}
