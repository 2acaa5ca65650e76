import { type ManifestDocument, parseManifest } from "../chart/manifest.ts";
import type { HelmHook } from "../helm/types.ts";
import type { ObjectRef } from "../kube/object-ref.ts";

/** Finds the template that made an object. */
export type FindTemplate = (object: Partial<ObjectRef>) => string | undefined;

/** The documents of a release: its manifest, then its hooks, each with its template. */
export function releaseDocuments(release: { manifest: string; hooks: HelmHook[] }): ManifestDocument[] {
  return [
    ...parseManifest(release.manifest),
    ...release.hooks.flatMap((hook) => parseManifest(hook.manifest, hook.path)),
  ];
}

/** Looks templates up by kind, name and, where both tell one, namespace. A manifest that cannot be read finds nothing. */
export function templateFinder(release: { manifest: string; hooks: HelmHook[] } | undefined): FindTemplate {
  let documents: ManifestDocument[] | undefined;
  return ({ kind, name, namespace }) => {
    documents ??= release === undefined ? [] : tryDocuments(release);
    const found = documents.find(({ object }) => {
      const { metadata } = object;
      const isElsewhere =
        namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== namespace;
      return object.kind === kind && metadata.name === name && !isElsewhere;
    });
    return found?.template === "" ? undefined : found?.template;
  };
}

/** The documents of a release; none when its manifest cannot be read. */
export function tryDocuments(release: { manifest: string; hooks: HelmHook[] }): ManifestDocument[] {
  try {
    return releaseDocuments(release);
  } catch {
    return [];
  }
}
