import type { Finding } from "../findings/finding.ts";
import { isOfRelease } from "../helm/annotations.ts";
import { type KubeObject, objectKey, toObjectRef } from "../kube/object-ref.ts";
import type { Release } from "../release/release.ts";
import { releaseRefs } from "../release/release-objects.ts";
import { releaseTemplate } from "../release/template-result.ts";
import type { KeptReason } from "../trial/leftovers/judge-leftover.ts";
import { findLeftovers } from "../trial/leftovers/leftovers.ts";

const RELEASE_RECORD = "helm.sh/release.v1";

const keptMessages: Record<KeptReason, string> = {
  Kept: 'Helm keeps it, because of "helm.sh/resource-policy: keep"',
  VolumeClaimKept: "Kubernetes keeps the claims of a StatefulSet",
};

/**
 * A finding for each object that still exists after the release was uninstalled, also for those that Helm and Kubernetes keep by
 * rule. In a namespace that the release shares with others, only objects that are known to be the release's are looked at. Waits
 * for the garbage collector.
 */
export async function whatIsLeft(release: Release): Promise<Finding[]> {
  const { controlPlane, namespace, name: releaseName, info } = release;
  const template = releaseTemplate(info);
  const refs = await releaseRefs(controlPlane, info);
  const outside = refs.filter((ref) => ref.namespace !== namespace);
  const { findings, kept } = await findLeftovers({
    plane: controlPlane,
    namespace,
    releaseName,
    template,
    outside,
    before: new Set(),
  });
  const all = [
    ...findings,
    ...kept.map(({ object, reason }): Finding => {
      const message = `it still exists after the uninstall: ${keptMessages[reason]}`;
      return { severity: "warning", step: "leftovers", message, reason, object };
    }),
  ];
  const named = new Set(refs.map((ref) => objectKey(ref)));
  const judged = await Promise.all(
    all.map(async (finding) => {
      const object = finding.object === undefined ? undefined : await controlPlane.kube.get(finding.object);
      if (object === undefined || isKeptRecord(object)) return [];
      const isOwn = release.hasOwnNamespace || finding.reason === "VolumeClaimKept" || isOf(object, release, named);
      return isOwn ? [finding] : [];
    }),
  );
  return judged.flat();
}

// The history that `keepHistory` asks for.
function isKeptRecord({ type, metadata }: KubeObject): boolean {
  return type === RELEASE_RECORD && ["uninstalled", "superseded"].includes(metadata.labels?.status ?? "");
}

function isOf(object: KubeObject, { namespace, name }: Release, named: ReadonlySet<string>): boolean {
  const { metadata, type } = object;
  const { labels = {} } = metadata;
  if (isOfRelease(metadata, { namespace, releaseName: name }) || named.has(objectKey(toObjectRef(object)))) return true;
  if (type === RELEASE_RECORD) return labels.name === name;
  return labels["app.kubernetes.io/instance"] === name || labels.release === name;
}
