import type { ManifestDocument } from "../chart/manifest.ts";
import type { ObjectRef } from "../kube/object-ref.ts";

/** The template that rendered an object, found by kind, name and, where both have one, namespace. */
export function findTemplate(
  documents: readonly ManifestDocument[],
  { kind, name, namespace }: ObjectRef,
): string | undefined {
  const found = documents.find(({ object }) => {
    const { metadata } = object;
    const isElsewhere = namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== namespace;
    return object.kind === kind && metadata.name === name && !isElsewhere;
  });
  return found?.template === "" ? undefined : found?.template;
}
