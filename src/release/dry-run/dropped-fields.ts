import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import { fieldChanges, formatPath, type PathSegment } from "../../util/field-changes.ts";
import { isMapping } from "../../util/is-mapping.ts";

/**
 * A warning for each field that was sent and is not stored, although the API server has accepted the object: the feature gate of
 * the field is off. Source: the functions dropDisabledFields of k8s.io/kubernetes/pkg/api and pkg/registry.
 */
export function droppedFields(item: ChartObject, sent: KubeObject, stored: KubeObject, kubernetes: string): Finding[] {
  return fieldChanges(sent, stored).flatMap(({ path, before, after }) => {
    if (after !== undefined || isEmpty(before) || isServers(path)) return [];
    const message = `the API server accepts the field and does not store it: its feature is off in Kubernetes ${kubernetes}`;
    const field = formatPath(path);
    return [objectFinding(item, { severity: "warning", reason: "FieldDropped", message, field })];
  });
}

// What Go leaves out when it writes JSON.
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isEmpty);
  if (isMapping(value)) return Object.values(value).every(isEmpty);
  return value === null || value === undefined || value === "" || value === 0 || value === false;
}

// A creation ignores the status and most of the metadata, and stores `stringData` of a Secret as `data`.
function isServers(path: readonly PathSegment[]): boolean {
  return ["metadata", "stringData"].includes(String(path[0])) || path.includes("status");
}
