import type { Finding } from "../../findings/finding.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";

interface ManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
}

/**
 * A finding for each object of a server-side release in which Helm still owns fields as a client that updates: an upgrade that
 * leaves out such a field does not remove it.
 */
export function clientSideFields(objects: readonly KubeObject[]): Finding[] {
  return objects.flatMap((object): Finding[] => {
    const entries = (object.metadata.managedFields ?? []) as ManagedFields[];
    const isStale = ({ manager = "", operation, subresource }: ManagedFields) =>
      manager.startsWith("helm") && operation === "Update" && subresource === undefined;
    const manager = entries.find(isStale)?.manager;
    if (manager === undefined) return [];
    return [
      {
        severity: "warning",
        step: "helm-upgrade",
        message: `after the change to server-side apply, the field manager "${manager}" still owns fields with the operation Update: fields that a later version leaves out stay`,
        reason: "FieldManagerStays",
        object: toObjectRef(object),
      },
    ];
  });
}
