import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { nearestName } from "../../util/nearest-name.ts";

/** The finding for an object whose kind the API server does not serve, with the probable fix. */
export async function unknownKind(kube: KubeClient, item: ChartObject): Promise<Finding> {
  const { apiVersion, kind } = item.object;
  const message = `no matches for kind "${kind}" in version "${apiVersion}"`;
  return objectFinding(item, { message, reason: "NotFound", hint: await findHint(kube, apiVersion, kind) });
}

async function findHint(kube: KubeClient, apiVersion: string, kind: string): Promise<string> {
  const served = await kube.discovery.all();
  const elsewhere = served
    .filter((resource) => resource.kind === kind && resource.apiVersion !== apiVersion)
    .map((resource) => resource.apiVersion);
  if (elsewhere.length > 0) return `${kind} is served in ${elsewhere.join(" and ")}`;
  const inVersion = served
    .filter((resource) => resource.apiVersion === apiVersion && resource.kind !== kind)
    .map((resource) => resource.kind);
  const nearest = nearestName(kind, inVersion);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  return "put its CustomResourceDefinition into the chart's crds/ directory, or pass that of another chart with --crds or installCrds";
}
