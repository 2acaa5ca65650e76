import type { Finding } from "../../findings/finding.ts";
import { uniqueName } from "../../kube/test-namespace.ts";
import { renderChart } from "../../release/template-chart.ts";
import { excludingRange, toMissingPrerequisite } from "../missing-prerequisite.ts";
import { stockFindings } from "../stock/stock-findings.ts";
import { atSource } from "../values-location.ts";
import { type AddedRendering, renderWithAdded } from "../versions/added-api-versions.ts";
import { findingsIf3Renders } from "./both-helms.ts";
import { podSecurity } from "./pod-security.ts";
import { rightsIn } from "./rights.ts";
import type { TrialState } from "./trial-state.ts";

/** Renders the chart. */
export async function template(state: TrialState): Promise<Finding[]> {
  const { plane, inputs } = state.context;
  const kubernetes = plane.versions.kubernetes;
  const unnamed = plane.capabilities.installs ? uniqueName(state.plan.chart.name) : "default";
  state.namespaceName = inputs.namespace ?? unnamed;
  const options = { ...state.inNamespace, kubeVersion: kubernetes, apiVersions: inputs.apiVersions };
  let added: AddedRendering | undefined;
  try {
    const { result, looksBeyond } = await renderChart(state.plan.chartPath, options);
    state.template = result;
    state.looksBeyond = looksBeyond;
    added = await renderWithAdded(state, options);
  } catch (error) {
    if (state.plan.kubernetesVersion !== undefined) state.excludingRange = excludingRange(error);
    const only3 = state.plan.comparesHelms === true ? await findingsIf3Renders(state, error) : undefined;
    if (only3 !== undefined) return only3;
    throw await toMissingPrerequisite(error, { plan: state.plan, kubernetes });
  }
  const subject = { chartPath: state.plan.chartPath, rendered: state.rendered, options, ...added };
  state.rights = rightsIn(state.rendered);
  const stock = await stockFindings(subject, plane);
  const warnings = await Promise.all(state.rendered.warnings.map((warning) => atSource(warning, state.plan)));
  return [...warnings, ...stock, ...(await podSecurity(state, inputs.podSecurity))];
}
