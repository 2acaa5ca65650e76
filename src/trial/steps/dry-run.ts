import type { Finding } from "../../findings/finding.ts";
import { objectKey } from "../../kube/object-ref.ts";
import { dryRunChart } from "../../release/dry-run-chart.ts";
import { type ClusterNames, findClusterNames } from "../../sharing/cluster-names.ts";
import { lockTrial } from "../../sharing/trial-locks.ts";
import { existingKeys } from "../leftovers.ts";
import { withoutMissingObjects } from "../missing-objects.ts";
import { previousNames } from "../previous/previous-names.ts";
import { openTrialNamespace } from "../trial-namespace.ts";
import type { TrialState } from "./trial-state.ts";

const NAMESPACE = { apiVersion: "v1", kind: "Namespace" };

/** Keeps other trials away from what the chart occupies, opens the namespace, and submits every object to the API server. */
export async function dryRun(state: TrialState): Promise<Finding[]> {
  const { plane, signal, inputs, previous } = state.context;
  await previous;
  state.outside = await findOutside(state);
  state.lock = await lockTrial(plane, state.outside, signal);
  state.namespace = await openTrialNamespace(plane, state.namespaceName, inputs.given, signal);
  const existing = await existingKeys(plane.kube, state.outside.refs, signal);
  state.before = new Set([...existing, ...state.namespace.before]);
  // Templates may print what others have stored; nobody else stores anything as long as this trial runs alone.
  if (state.looksBeyond) state.visible = await plane.kube.list("v1", "Secret", { signal });
  const result = await dryRunChart(state.plan.chartPath, state.inNamespace);
  // The step template has reported the others.
  const warnings = result.warnings.filter(({ step }) => step === "dry-run");
  return [...withoutMissingObjects(result.findings, state.rendered.documents, inputs), ...warnings];
}

// A chart that looks up objects in all namespaces would see those of the charts that run at the same time.
async function findOutside(state: TrialState): Promise<ClusterNames> {
  const { plane, signal, inputs } = state.context;
  const found = await findClusterNames(state.rendered, plane.kube, signal);
  const older = await previousNames(state);
  const own = inputs.namespace === undefined ? [] : [objectKey({ ...NAMESPACE, name: inputs.namespace })];
  const refs = [...found.refs, ...(older?.refs ?? [])];
  const keys = [...new Set([...found.keys, ...(older?.keys ?? []), ...own])].sort();
  const pools = [...new Set([...found.pools, ...(older?.pools ?? [])])];
  return {
    refs: [...new Map(refs.map((ref) => [objectKey(ref), ref])).values()],
    keys,
    // One version may name an address of a pool that the other gets one allocated from: a lock cannot wait for itself.
    pools: pools.filter((pool) => !keys.includes(pool)),
    isExclusive: found.isExclusive || older?.isExclusive === true || state.looksBeyond,
  };
}
