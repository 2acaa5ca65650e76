import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import { groupOf, type KubeObject } from "../../kube/object-ref.ts";
import { isOwnGroup } from "../../kube/own-group.ts";
import { toMinorVersion } from "../../plane/kubernetes-version.ts";
import { fieldChanges, formatPath, type PathSegment } from "../../util/field-changes.ts";
import { isMapping } from "../../util/is-mapping.ts";

const CRD = "CustomResourceDefinition";
// Not stored as they are sent, by design.
const topLevel = new Set<PathSegment | undefined>(["apiVersion", "kind", "metadata", "stringData"]);

/** A warning for each of {@link droppedFields}. `kubernetes` is the version of the API server, such as `v1.37.2`. */
export function droppedWarnings(item: ChartObject, fields: readonly string[], kubernetes: string): Finding[] {
  const version = toMinorVersion(kubernetes);
  return fields.map((field) =>
    objectFinding(item, {
      severity: "warning",
      field,
      message: `the API server accepts the field and does not store it: its feature is off in Kubernetes ${version}`,
      reason: "FieldDropped",
      hint: 'set the field only for versions that have it: {{ if semverCompare ">=1.X-0" .Capabilities.KubeVersion.Version }}',
    }),
  );
}

/**
 * The fields of an object of one of Kubernetes' own kinds that the API server has accepted and does not store: those of features
 * that are off in its version. Empty values are left out. Source: the functions dropDisabledFields of k8s.io/kubernetes/pkg/api
 * and pkg/registry.
 */
export function droppedFields(sent: KubeObject, stored: KubeObject): string[] {
  if (!isOwnGroup(groupOf(sent.apiVersion)) || sent.kind === CRD) return [];
  return fieldChanges(sent, stored)
    .filter(({ path, before, after }) => after === undefined && !isEmpty(before) && !isIgnored(path))
    .map(({ path }) => formatPath(path));
}

function isIgnored(path: readonly PathSegment[]): boolean {
  return topLevel.has(path[0]) || path.includes("status");
}

// Go leaves out the zero of each type when it writes JSON.
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isEmpty);
  if (isMapping(value)) return Object.values(value).every(isEmpty);
  return value === null || value === undefined || value === "" || value === 0 || value === false;
}
