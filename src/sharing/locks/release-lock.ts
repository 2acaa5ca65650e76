import { SeatrialError } from "../../errors/seatrial-error.ts";
import type { ReleaseId } from "../../helm/annotations.ts";
import { HelmError } from "../../helm/helm-error.ts";
import type { HelmRelease } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";

/**
 * For Helm's failure because the release exists or another operation locks it: the error that names the revision, since when it
 * has its status, and the command that frees the name. This says nothing about the chart. Other errors are returned as they are.
 */
export async function explainLock(
  plane: ControlPlane,
  { namespace, name }: Pick<HelmRelease, "namespace" | "name">,
  what: string,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof HelmError) || error.helmCode !== "release-exists") return error;
  const history = await readHistory(plane, namespace, name);
  return history.length === 0 ? error : lockError(history, what, error);
}

/** Rejects with this error when another operation locks the release. */
export async function rejectLocked(
  plane: ControlPlane,
  { namespace, releaseName }: ReleaseId,
  what: string,
): Promise<void> {
  const history = await readHistory(plane, namespace, releaseName);
  const last = history.at(-1);
  if (last !== undefined && isChanging(last)) throw lockError(history, what);
}

function readHistory({ helm }: ControlPlane, namespace: string, releaseName: string): Promise<HelmRelease[]> {
  return helm.history({ namespace, releaseName }).catch((): HelmRelease[] => []);
}

function isChanging({ status }: HelmRelease): boolean {
  return status.startsWith("pending-") || status === "uninstalling";
}

function lockError(history: readonly HelmRelease[], what: string, cause?: HelmError): SeatrialError {
  const last = history.at(-1) as HelmRelease;
  const { name, namespace, revision, status } = last;
  const [state, advice] = isChanging(last)
    ? ["is locked by another operation", "if no process works on it any more, free it"]
    : ["exists already", "use another name or namespace, or remove it"];
  const lines = [
    `${what} did not start: release ${namespace}/${name} ${state}`,
    `  revision ${revision} has been ${status} ${since(last)}`,
    ...(cause === undefined ? [] : [`  Helm says: ${cause.helmMessage}`]),
  ];
  return new SeatrialError("SEATRIAL_RELEASE", lines.join("\n"), {
    hint: `${advice}: ${commandFor(history, last)}`,
    details: { release: { namespace, name, revision, status, since: last.lastDeployed ?? "" } },
    cause,
  });
}

function since({ lastDeployed }: HelmRelease): string {
  const time = lastDeployed === undefined ? Number.NaN : Date.parse(lastDeployed);
  if (Number.isNaN(time)) return "for an unknown time";
  const seconds = Math.max(0, Math.round((Date.now() - time) / 1000));
  return `for ${seconds} s, since ${new Date(time).toISOString()}`;
}

// An upgrade that has ended half-way is undone by a rollback to the last revision that was deployed.
function commandFor(history: readonly HelmRelease[], { namespace, name, status }: HelmRelease): string {
  const good = history.findLast((each) => each.status === "deployed" || each.status === "superseded");
  const isUpgrade = status === "pending-upgrade" || status === "pending-rollback";
  return isUpgrade && good !== undefined
    ? `helm rollback ${name} ${good.revision} --namespace ${namespace}`
    : `helm uninstall ${name} --namespace ${namespace}`;
}
