import { ClusterError } from "../errors/cluster-error.ts";
import type { JsonObject } from "../errors/seatrial-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { templateFinder } from "../findings/find-template.ts";
import type { Finding } from "../findings/finding.ts";
import { formatFindings } from "../findings/format-finding.ts";
import type { HelmRelease } from "../helm/types.ts";
import { mapLimit } from "../kube/map-limit.ts";
import type { KubeObject, ObjectRef } from "../kube/object-ref.ts";
import { waitForAbsence } from "../kube/wait.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import { parseDuration } from "../util/duration.ts";
import { orChartFailure } from "./chart-failure.ts";
import type { UninstallOptions } from "./options.ts";
import type { ReleaseRef } from "./release-objects.ts";

const CONCURRENCY = 16;

/** Helm's uninstall; its objects may still be there for a while. */
export async function uninstallRelease(
  plane: ControlPlane,
  release: HelmRelease,
  options: UninstallOptions,
): Promise<void> {
  const { signal, ...how } = options;
  const request = { ...how, namespace: release.namespace, releaseName: release.name };
  await orChartFailure(plane.helm.uninstall(request, { signal }), "uninstall", `Uninstalling release ${release.name}`);
}

/**
 * Removes what Helm keeps (`helm.sh/resource-policy: keep`) outside of the release's namespace, such as CRDs: the next
 * trial of the chart would meet them as somebody else's.
 */
export async function removeKept(
  plane: ControlPlane,
  release: HelmRelease,
  refs: readonly ReleaseRef[],
): Promise<void> {
  const kept = refs.filter(({ isKept, isHook }) => isKept && !isHook);
  await mapLimit(kept, CONCURRENCY, async (ref) => {
    const object = await plane.kube.get(ref, { metadataOnly: true });
    const isOwn = object !== undefined && belongsTo(object, release);
    if (isOwn && (await plane.kube.delete(ref)))
      await waitForAbsence(plane.kube, ref, { timeoutMs: NAMESPACE_TIMEOUT_MS });
  });
}

/**
 * Resolves when the objects are gone. Rejects with a `ClusterError`, one finding for each object that is still there.
 * Helm's own wait is not trusted with it, and hooks that it does not delete are left out, as it leaves them.
 */
export async function verifyUninstalled(
  plane: ControlPlane,
  release: HelmRelease,
  refs: readonly ReleaseRef[],
  options: Pick<UninstallOptions, "timeout" | "signal" | "cascade">,
): Promise<void> {
  const timeoutMs = options.timeout === undefined ? NAMESPACE_TIMEOUT_MS : parseDuration(options.timeout, "timeout");
  const gone = refs.filter(({ isHook, isKept }) => !isHook && !isKept);
  const findTemplate = templateFinder(release);
  const findings = await mapLimit(gone, CONCURRENCY, async (ref): Promise<Finding | undefined> => {
    const isOwn = (object: KubeObject) => belongsTo(object, release);
    try {
      await waitForAbsence(plane.kube, ref, { timeoutMs, signal: options.signal, isSame: isOwn });
      return undefined;
    } catch (error) {
      // Its CRD is gone, and it with that.
      if (error instanceof ClusterError && error.reason === "NotFound") return undefined;
      if (!(error instanceof TimeoutError)) throw error;
      return leftover(ref, error, findTemplate(ref));
    }
  });
  const left = findings.filter((finding) => finding !== undefined);
  if (left.length === 0) return;
  const first = `Uninstalling release ${release.name} left ${left.length === 1 ? "an object" : `${left.length} objects`} behind`;
  throw new ClusterError("SEATRIAL_TIMEOUT", [first, ...formatFindings(left)].join("\n"), {
    details: { findings: left as unknown as JsonObject[] },
  });
}

// The next trial may have made an object of the same name by now.
function belongsTo({ metadata }: KubeObject, release: HelmRelease): boolean {
  const { annotations = {} } = metadata;
  const isNamed = annotations["meta.helm.sh/release-name"] === release.name;
  return isNamed && annotations["meta.helm.sh/release-namespace"] === release.namespace;
}

function leftover(ref: ReleaseRef, error: TimeoutError, template: string | undefined): Finding {
  const { apiVersion, kind, name, namespace } = ref;
  const object: ObjectRef =
    namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
  const message = `it is still there ${error.waitedMs} ms after the uninstall: ${error.lastSeen ?? "it exists"}`;
  const finding: Finding = { severity: "error", step: "uninstall", message, reason: "Leftover", object };
  return template === undefined ? finding : { ...finding, template };
}
