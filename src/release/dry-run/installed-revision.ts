import type { Finding } from "../../findings/finding.ts";
import type { ReleaseId } from "../../helm/annotations.ts";
import type { HelmRelease, HelmTemplateAnswer } from "../../helm/types.ts";
import { type KubeObject, objectKey } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { explainOldCrds } from "../old-crds.ts";
import { explainRefusedUpgrade } from "../refused-upgrade/explain-refused-upgrade.ts";
import { fetchObjects, type ReleaseRef, releaseRefs } from "../release-objects.ts";
import { currentRevision } from "./current-revision.ts";

/** What an upgrade starts from. Nothing, for an installation. */
export interface InstalledRevision {
  release?: HelmRelease | undefined;
  /** The objects of its manifest, without hooks. */
  refs: ReleaseRef[];
  keys: ReadonlySet<string>;
}

/** The revision that an upgrade of the release starts from, and its objects. */
export async function readInstalledRevision(
  plane: ControlPlane,
  id: ReleaseId,
  signal: AbortSignal | undefined,
): Promise<InstalledRevision> {
  const release = await currentRevision(plane, id, signal);
  const refs = release === undefined ? [] : (await releaseRefs(plane, release)).filter(({ isHook }) => !isHook);
  return { release, refs, keys: new Set(refs.map((ref) => objectKey(ref, id.namespace))) };
}

/** What the dry run of an upgrade is about. */
interface TriedUpgrade {
  chart: string;
  installed: InstalledRevision;
  answer: HelmTemplateAnswer;
}

/**
 * The findings of an upgrade with what changes in immutable fields and old definitions, and the Secrets of the installed revision,
 * whose data must not be shown.
 */
export async function explainUpgrade(
  plane: ControlPlane,
  findings: readonly Finding[],
  { chart, installed, answer }: TriedUpgrade,
): Promise<{ findings: Finding[]; secrets: KubeObject[] }> {
  const { release, refs } = installed;
  if (release === undefined || findings.length === 0) return { findings: [...findings], secrets: [] };
  const objects = await fetchObjects(plane, refs);
  const explained = await explainRefusedUpgrade(findings, { chart, objects, oldRelease: release, newRelease: answer });
  return {
    findings: await explainOldCrds(plane, explained, answer),
    secrets: objects.filter(({ kind }) => kind === "Secret"),
  };
}
