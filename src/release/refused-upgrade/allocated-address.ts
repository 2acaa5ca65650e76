import type { ManifestDocument } from "../../chart/manifest.ts";
import { findDocument } from "../../findings/find-template.ts";
import type { Finding } from "../../findings/finding.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import { serviceAddresses } from "../../sharing/addresses.ts";

/**
 * The finding of a Service whose address another Service of the previous version still has; `undefined` for other findings. Helm
 * creates all objects of the new version before it deletes those that only the previous version has.
 */
export function explainAllocated(
  finding: Finding,
  objects: readonly KubeObject[],
  newer: readonly ManifestDocument[],
): Finding | undefined {
  const { object, message, field } = finding;
  if (object?.kind !== "Service" || !/already allocated/.test(message)) return undefined;
  const wanted = findDocument(newer, object);
  if (wanted === undefined) return undefined;
  const addresses = serviceAddresses(wanted.object);
  for (const old of objects) {
    const shared = old.kind === "Service" ? serviceAddresses(old).find((each) => addresses.includes(each)) : undefined;
    if (shared === undefined || old.metadata.name === object.name) continue;
    const { name } = old.metadata;
    return {
      ...finding,
      ...(wanted.template === "" || finding.template !== undefined ? {} : { template: wanted.template }),
      ...(field === undefined ? {} : { field }),
      notes: [
        `Service ${name} of the previous version has the ${shared} until Helm deletes it, after it has created the others`,
        ...(finding.notes ?? []),
      ],
      hint: `keep the name ${name}, or leave the ${shared.replace(/ \S+$/, "")} out: as it is, users have to delete the old Service before they upgrade (kubectl delete service ${name})`,
    };
  }
  return undefined;
}
