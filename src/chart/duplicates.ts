import { objectKey, toObjectRef } from "../kube/object-ref.ts";
import type { ManifestDocument } from "./manifest.ts";

/** Documents that name the same object. */
export interface Duplicate {
  first: ManifestDocument;
  second: ManifestDocument;
}

/**
 * Pairs of documents with the same API group, kind, namespace and name; `namespace` applies to documents without one. An
 * object without a name is never a duplicate.
 */
export function findDuplicates(documents: readonly ManifestDocument[], namespace: string): Duplicate[] {
  const seen = new Map<string, ManifestDocument>();
  const duplicates: Duplicate[] = [];
  for (const document of documents) {
    if (document.object.metadata.name === undefined) continue;
    const key = objectKey(toObjectRef(document.object), namespace);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, document);
    else duplicates.push({ first, second: document });
  }
  return duplicates;
}
