import { ClusterError } from "../errors/cluster-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { findTemplate } from "../findings/find-template.ts";
import type { Finding } from "../findings/finding.ts";
import { formatFindings } from "../findings/format-finding.ts";
import { tryReleaseDocuments } from "../findings/release-documents.ts";
import { foreignMark, isOfRelease } from "../helm/annotations.ts";
import { HelmError } from "../helm/helm-error.ts";
import type { HelmRelease } from "../helm/types.ts";
import type { KubeObject, ObjectRef } from "../kube/object-ref.ts";
import { waitForAbsence } from "../kube/wait.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import { parseDuration } from "../util/duration.ts";
import { mapLimit } from "../util/map-limit.ts";
import { orChartFailure } from "./chart-failure.ts";
import type { UninstallOptions } from "./options.ts";
import type { ReleaseRef } from "./release-objects.ts";
import { awaitReady } from "./wait/await-ready.ts";
import { deletedAccountHint, missingAccountIn } from "./wait/missing-account.ts";

const CONCURRENCY = 16;

/**
 * Helm's uninstall; the objects may still exist for a while. Rejects at once when a hook cannot succeed any more, such as a
 * Job whose ServiceAccount the uninstall has deleted.
 */
export async function uninstallRelease(
  plane: ControlPlane,
  release: HelmRelease,
  options: UninstallOptions,
): Promise<void> {
  const { signal: _signal, helm: _helm, ...how } = options;
  const { namespace, name: releaseName } = release;
  // Helm stores no status before the first hook.
  const isInOperation = ({ revision }: HelmRelease) => revision === release.revision;
  const watched = { plane, namespace, releaseName, step: "uninstall", isInOperation, ...options, wait: false } as const;
  const request = { ...how, namespace, releaseName };
  // What the uninstall must remove is verified afterwards; here only hooks are waited for.
  const uninstall = awaitReady(watched, (signal) => plane.helm.uninstall(request, { signal }));
  const explained = uninstall.catch((error: unknown) => {
    throw withAccountHints(error);
  });
  const objects = tryReleaseDocuments(release).map(({ object }) => object);
  const what = `Uninstalling release ${release.name}`;
  await orChartFailure(explained, "uninstall", what, { objects });
}

// The API server refuses the Pod of a hook whose ServiceAccount the uninstall has deleted.
function withAccountHints(error: unknown): unknown {
  if (!(error instanceof HelmError)) return error;
  for (const failure of error.failures) {
    const account = missingAccountIn(failure.message);
    if (account !== undefined) failure.hint = deletedAccountHint(account);
  }
  return error;
}

/**
 * Removes the objects that Helm keeps (`helm.sh/resource-policy: keep`), such as CRDs: for the next trial of the chart they
 * would belong to another release.
 */
export async function removeKept(
  plane: ControlPlane,
  release: HelmRelease,
  refs: readonly ReleaseRef[],
): Promise<void> {
  const { namespace, name } = release;
  const kept = refs.filter(({ isKept, isHook }) => isKept && !isHook);
  await mapLimit(kept, CONCURRENCY, async (ref) => {
    const object = await plane.kube.get(ref, { metadataOnly: true });
    const isOwn = object !== undefined && isOfRelease(object.metadata, { namespace, releaseName: name });
    if (isOwn && (await plane.kube.delete(ref)))
      await waitForAbsence(plane.kube, ref, { timeoutMs: NAMESPACE_TIMEOUT_MS });
  });
}

/**
 * Resolves when the objects are gone. Rejects with a `ClusterError`, one finding for each object that still exists. Helm's
 * own wait is not trusted; hooks are not checked, because Helm leaves them.
 */
export async function verifyUninstalled(
  plane: ControlPlane,
  release: HelmRelease,
  refs: readonly ReleaseRef[],
  options: Pick<UninstallOptions, "timeout" | "signal" | "cascade">,
): Promise<void> {
  const timeoutMs = options.timeout === undefined ? NAMESPACE_TIMEOUT_MS : parseDuration(options.timeout, "timeout");
  const expectedGone = refs.filter(({ isHook, isKept }) => !isHook && !isKept);
  const findings = await mapLimit(expectedGone, CONCURRENCY, async (ref): Promise<Finding | undefined> => {
    const isOwn = (object: KubeObject) => belongsTo(object, release);
    try {
      await waitForAbsence(plane.kube, ref, { timeoutMs, signal: options.signal, isSame: isOwn });
      return undefined;
    } catch (error) {
      // The CRD is gone, and the object with it.
      if (error instanceof ClusterError && error.reason === "NotFound") return undefined;
      if (!(error instanceof TimeoutError)) throw error;
      return leftover(ref, error, findTemplate(tryReleaseDocuments(release), ref));
    }
  });
  const left = findings.filter((finding) => finding !== undefined);
  if (left.length === 0) return;
  const first = `Uninstalling release ${release.name} left ${left.length === 1 ? "an object" : `${left.length} objects`} behind`;
  throw new ClusterError("SEATRIAL_TIMEOUT", [first, ...formatFindings(left)].join("\n"), { findings: left });
}

// The next trial may have created an object of the same name by now, and Helm skips objects with other labels.
function belongsTo({ metadata }: KubeObject, { namespace, name }: HelmRelease): boolean {
  return foreignMark(metadata, { namespace, releaseName: name }) === undefined;
}

function leftover(ref: ReleaseRef, error: TimeoutError, template: string | undefined): Finding {
  const { apiVersion, kind, name, namespace } = ref;
  const object: ObjectRef =
    namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
  const message = `it still exists ${error.waitedMs} ms after the uninstall: ${error.lastSeen ?? "it exists"}`;
  const finding: Finding = { severity: "error", step: "uninstall", message, reason: "Leftover", object };
  return template === undefined ? finding : { ...finding, template };
}
