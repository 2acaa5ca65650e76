import type { PathSegment } from "../../util/field-changes.ts";

interface ServerField {
  path: readonly string[];
  /** Why a change of the field says nothing about the chart. */
  why: string;
}

/**
 * Fields that the API server writes itself. Those of controllers are not listed: `metadata.managedFields` names their owner, see
 * field-owners.ts.
 */
export const serverFields: readonly ServerField[] = [
  { path: ["metadata", "resourceVersion"], why: "it grows with every write, also of a status" },
  { path: ["metadata", "generation"], why: "it grows with every change of another field, which is reported itself" },
  { path: ["metadata", "managedFields"], why: "it lists who wrote which field, and when" },
  { path: ["metadata", "creationTimestamp"], why: "it changes only with the uid, which is compared apart" },
  { path: ["metadata", "uid"], why: "another uid is another object, which is reported as such" },
  { path: ["metadata", "selfLink"], why: "Kubernetes before 1.24 wrote it" },
  {
    path: ["metadata", "annotations", "deprecated.daemonset.template.generation"],
    why: "it grows with every change of a DaemonSet's template, which is reported itself",
  },
  { path: ["status"], why: "controllers write it, not a chart" },
];

/** Whether the API server writes this field, or the field that it is a part of. */
export function isServerField(path: readonly PathSegment[]): boolean {
  return serverFields.some((field) => field.path.every((segment, index) => path[index] === segment));
}
