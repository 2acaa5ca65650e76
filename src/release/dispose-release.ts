import { ChartError } from "../errors/chart-error.ts";
import { isReleaseNotFound } from "../helm/helm-error.ts";
import type { HelmRelease } from "../helm/types.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { withDeployer } from "../plane/with-deployer.ts";
import type { Hold } from "../sharing/holds.ts";
import type { ReleaseNamespace } from "../sharing/release-namespace.ts";
import { runEach } from "../util/first-error.ts";
import { releaseRefs } from "./release-objects.ts";
import { removeKept, uninstallRelease, verifyUninstalled } from "./uninstall-release.ts";

/** A release and what seatrial created for it. */
export interface OwnedRelease {
  plane: ControlPlane;
  /** See `ReadyWatchOptions.isAlone`. */
  isAlone: boolean;
  info: HelmRelease;
  namespace: ReleaseNamespace;
  /** The CustomResourceDefinitions of `crds/`. */
  crds: Hold;
  /** The other objects of `crds/`. */
  others: Hold;
}

/** Whether Helm has the release or its history, and whether its hooks failed when it was uninstalled. */
export interface UninstallState {
  isUninstalled: boolean;
  hasFailed: boolean;
  hasHistory: boolean;
}

/**
 * Uninstalls a release, and removes what Helm keeps and what seatrial created for it; all are gone when it resolves. Each
 * step runs although an earlier one failed; rejects with the first error, which is usually the cause of the others.
 */
export async function disposeRelease(
  { plane: deployed, info, namespace, crds, others }: OwnedRelease,
  { isUninstalled, hasFailed, hasHistory }: UninstallState,
): Promise<void> {
  // What is left is removed whoever has installed it.
  const plane = withDeployer(deployed, undefined);
  const refs = await releaseRefs(plane, info);
  const errors: unknown[] = [];
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    const before = errors.length;
    await work().catch((error: unknown) => isGone(error) || errors.push(error));
    return errors.length === before;
  };
  const uninstall = (noHooks: boolean) => attempt(() => uninstallRelease(plane, info, noHooks ? { noHooks } : {}));
  // What a failed hook leaves behind goes without hooks.
  if (!isUninstalled && !(await uninstall(hasFailed)) && !hasFailed) await uninstall(true);
  // Its records would keep the name in use; Helm removes them when it uninstalls once more.
  if (isUninstalled && hasHistory) await uninstall(true);
  await attempt(() => removeKept(plane, info, refs));
  for (const owned of [others, namespace, crds]) await attempt(() => owned.remove());
  // The namespace is gone with everything in it.
  const elsewhere = namespace.isNew ? refs.filter((ref) => ref.namespace !== namespace.name) : refs;
  await attempt(() => verifyUninstalled(plane, info, elsewhere, {}));
  await runEach(errors.map((error) => () => Promise.reject(error)));
}

// Helm also forgets a release whose post-delete hook fails.
function isGone(error: unknown): boolean {
  return isReleaseNotFound(error instanceof ChartError ? error.cause : error);
}
