import type { Finding } from "../../findings/finding.ts";
import { objectKey } from "../../kube/object-ref.ts";
import { dryRunChart } from "../../release/dry-run-chart.ts";
import { type ClusterNames, findClusterNames } from "../../sharing/cluster-names.ts";
import { lockTrial } from "../../sharing/locks/trial-locks.ts";
import { existingKeys } from "../leftovers/leftovers.ts";
import { withoutMissingObjects } from "../missing-objects.ts";
import { previousNames } from "../previous/previous-names.ts";
import { openNamespace } from "./open-namespace.ts";
import type { TrialState } from "./trial-state.ts";

const NAMESPACE = { apiVersion: "v1", kind: "Namespace" };

/** Keeps other trials away from what the chart occupies, opens the namespace, and submits every object to the API server. */
export async function dryRun(state: TrialState): Promise<Finding[]> {
  const { plane, signal, inputs, previous } = state.context;
  await previous;
  state.outside = await findOutside(state);
  state.lock = await lockTrial(plane, state.outside, signal);
  await openNamespace(state);
  const existing = await existingKeys(plane.kube, state.outside.refs, signal);
  state.before = new Set([...existing, ...(state.namespace?.before ?? [])]);
  // Templates may print what others have stored; nobody else stores anything as long as this trial runs alone.
  if (state.looksBeyond) state.visible = await plane.kube.list("v1", "Secret", { signal });
  const result = await dryRunChart(state.plan.chartPath, { ...state.inNamespace, ...state.deployer });
  // The step template has reported the others.
  const warnings = result.warnings.filter(({ step }) => step === "dry-run");
  const { chart } = state.plan;
  return [...withoutMissingObjects(result.findings, state.rendered, inputs, chart), ...warnings];
}

// A chart that looks up objects in all namespaces would see those of the charts that run at the same time.
async function findOutside(state: TrialState): Promise<ClusterNames> {
  const { plane, signal, inputs } = state.context;
  const found = await findClusterNames(state.rendered, plane.kube, signal);
  const older = await previousNames(state);
  const own = inputs.namespace === undefined ? [] : [objectKey({ ...NAMESPACE, name: inputs.namespace })];
  const documents = (inputs.caseGiven ?? []).map(({ object }) => object);
  const given = await findClusterNames({ crds: [], namespace: state.namespaceName, documents }, plane.kube, signal);
  const refs = [...found.refs, ...(older?.refs ?? [])];
  const keys = [...new Set([...found.keys, ...(older?.keys ?? []), ...own, ...given.keys])].sort();
  const pools = [...new Set([...found.pools, ...(older?.pools ?? []), ...given.pools])];
  return {
    refs: [...new Map(refs.map((ref) => [objectKey(ref), ref])).values()],
    keys,
    // One version may name an address of a pool that the other gets one allocated from: a lock cannot wait for itself.
    pools: pools.filter((pool) => !keys.includes(pool)),
    isExclusive: found.isExclusive || given.isExclusive || older?.isExclusive === true || state.looksBeyond,
  };
}
