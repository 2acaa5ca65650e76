import type { ManifestDocument } from "../chart/manifest.ts";
import type { ObjectRef } from "../kube/object-ref.ts";

/** The template that rendered an object; see {@link findDocument}. */
export function findTemplate(documents: readonly ManifestDocument[], ref: ObjectRef): string | undefined {
  const found = findDocument(documents, ref);
  return found?.template === "" ? undefined : found?.template;
}

/** The document of an object, found by kind, name and, where both have one, namespace. */
export function findDocument(
  documents: readonly ManifestDocument[],
  { kind, name, namespace }: ObjectRef,
): ManifestDocument | undefined {
  return documents.find(({ object }) => {
    const { metadata } = object;
    const isElsewhere = namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== namespace;
    return object.kind === kind && metadata.name === name && !isElsewhere;
  });
}
