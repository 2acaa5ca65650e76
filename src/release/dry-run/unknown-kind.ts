import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import type { KubeResource } from "../../kube/discovery.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { groupOf } from "../../kube/object-ref.ts";
import { isOwnGroup } from "../../kube/own-group.ts";
import { toMinorVersion } from "../../plane/kubernetes-version.ts";
import { nearestName } from "../../util/text/nearest-name.ts";

/**
 * The finding for an object whose kind the API server does not serve: where it is served, or the probable fix. `kubernetes` is
 * the version of the API server, such as `v1.37.2`, which decides about Kubernetes' own kinds.
 */
export async function unknownKind(kube: KubeClient, item: ChartObject, kubernetes: string): Promise<Finding> {
  const { apiVersion, kind } = item.object;
  const { hint, isMisspelt } = await findHint(kube, apiVersion, kind);
  // No version serves a kind that is misspelt.
  const isOfVersion = isOwnGroup(groupOf(apiVersion)) && !isMisspelt;
  const where = isOfVersion ? `: not served in Kubernetes ${toMinorVersion(kubernetes)}` : "";
  const message = `no matches for kind "${kind}" in version "${apiVersion}"${where}`;
  return objectFinding(item, { message, reason: "NotFound", hint });
}

async function findHint(
  kube: KubeClient,
  apiVersion: string,
  kind: string,
): Promise<{ hint: string; isMisspelt: boolean }> {
  const served = await kube.discovery.all();
  // Discovery lists the version of a removed definition for a moment longer.
  const others = served.filter((resource) => resource.kind === kind && resource.apiVersion !== apiVersion);
  const elsewhere = newestOf(others.filter((resource) => isRelated(resource.apiVersion, apiVersion)));
  if (elsewhere.length > 0) return { hint: `${kind} is served in ${elsewhere.join(" and ")}`, isMisspelt: false };
  const inVersion = served
    .filter((resource) => resource.apiVersion === apiVersion && resource.kind !== kind)
    .map((resource) => resource.kind);
  const nearest = nearestName(kind, inVersion);
  if (nearest !== undefined) return { hint: `did you mean "${nearest}"?`, isMisspelt: true };
  return { hint: ownKindHint(apiVersion, kind) ?? DEFINITION_HINT, isMisspelt: false };
}

const DEFINITION_HINT =
  "put its CustomResourceDefinition into the chart's crds/ directory, or pass that of another chart with --crds or installCrds";

// A definition may have a kind of the same name as one of Kubernetes.
function isRelated(one: string, other: string): boolean {
  return isOwnGroup(groupOf(one)) === isOwnGroup(groupOf(other));
}

// The newest version of each group. Discovery has the versions of a group in this order.
function newestOf(resources: readonly KubeResource[]): string[] {
  const groups = Map.groupBy(resources, ({ apiVersion }) => groupOf(apiVersion));
  return [...groups.values()].flatMap(([newest]) => newest?.apiVersion ?? []);
}

// Kinds that have no successor of the same name.
const removedKinds: Record<string, string> = {
  PodSecurityPolicy:
    "Kubernetes 1.25 removed it: label namespaces for Pod Security admission instead, or leave it out for newer versions",
  PodPreset: "Kubernetes 1.20 removed it: write its settings into the Pods",
  ComponentStatus: "it is read-only: leave it out of the chart",
};

// No CustomResourceDefinition can bring a kind into a group of Kubernetes itself.
function ownKindHint(apiVersion: string, kind: string): string | undefined {
  if (!isOwnGroup(groupOf(apiVersion))) return undefined;
  return removedKinds[kind] ?? "this version of Kubernetes does not have it yet, does not enable it, or has removed it";
}
