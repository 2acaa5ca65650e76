import { type ManifestDocument, parseManifest } from "../chart/manifest.ts";
import type { HelmHook } from "../helm/types.ts";

/** What a release consists of. */
interface ReleaseTexts {
  manifest: string;
  hooks: HelmHook[];
}

/** The documents of a release: its manifest, then its hooks, each with its template. Throws `SEATRIAL_MANIFEST`. */
export function releaseDocuments({ manifest, hooks }: ReleaseTexts): ManifestDocument[] {
  return [...parseManifest(manifest), ...hooks.flatMap((hook) => parseManifest(hook.manifest, hook.path))];
}

/** The documents of a release; empty without a release, and when its manifest cannot be read. */
export function tryReleaseDocuments(release: ReleaseTexts | undefined): ManifestDocument[] {
  if (release === undefined) return [];
  try {
    return releaseDocuments(release);
  } catch {
    return [];
  }
}
