import type { JsonObject, JsonValue } from "../../errors/seatrial-error.ts";
import type { Finding } from "../../findings/finding.ts";
import type { ObjectRef } from "../../kube/object-ref.ts";
import { isMapping } from "../../util/is-mapping.ts";

const MIN_LENGTH = 3;

// Users of a cluster know them by their names.
const known: ReadonlySet<string> = new Set([
  "CSIDriver",
  "CSINode",
  "DeviceClass",
  "IngressClass",
  "Node",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "VolumeAttributesClass",
]);

/** Whether a chart with this object is installed once in a cluster by design: the API server requires the name. */
export function isOnceInCluster({ kind }: Pick<ObjectRef, "kind">): boolean {
  return kind === "CustomResourceDefinition" || kind === "APIService";
}

/** Whether the object is of a kind whose names a cluster knows, such as a StorageClass. */
export function hasKnownName({ kind }: Pick<ObjectRef, "kind">): boolean {
  return known.has(kind);
}

/** The warning for an object outside the release's namespace whose name is the same in every release. */
export function fixedNameFinding(ref: ObjectRef, template: string | undefined): Finding {
  const where = ref.namespace === undefined ? "cluster-scoped" : `in the fixed namespace ${ref.namespace}`;
  return {
    severity: "warning",
    step: "template",
    message: `it is ${where}, and its name does not depend on the release: Helm refuses a second release of the chart`,
    reason: "NameWithoutRelease",
    object: ref,
    field: "metadata.name",
    ...(template === undefined ? {} : { template }),
    hint: "use the release's name and namespace in the name, or --allow NameWithoutRelease for a chart that is installed once in a cluster",
  };
}

/** The texts among the values that are names, such as `fullnameOverride`: what is named after them is the user's choice. */
export function namesInValues(values: JsonObject | undefined): string[] {
  return values === undefined ? [] : collect(values, "");
}

function collect(value: JsonValue | undefined, key: string): string[] {
  if (typeof value === "string") return value.length >= MIN_LENGTH && /name|prefix|override/i.test(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => collect(item, key));
  return isMapping(value) ? Object.entries(value).flatMap(([name, inner]) => collect(inner as JsonValue, name)) : [];
}
