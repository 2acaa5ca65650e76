import { EngineError } from "../errors/engine-error.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { tryReleaseDocuments } from "../findings/release-documents.ts";
import { isKept, isOfRelease, type ReleaseId } from "../helm/annotations.ts";
import { isReleaseNotFound } from "../helm/helm-error.ts";
import type { HelmRelease } from "../helm/types.ts";
import { formatObjectRef, type KubeObject, type ObjectRef, toObjectRef } from "../kube/object-ref.ts";
import { findObjectsWithFinalizers } from "../kube/objects-with-finalizers.ts";
import { ApiStatusError, isNotFound } from "../kube/status.ts";
import { OWNER_LABEL, removeNamespace } from "../kube/test-namespace.ts";
import { waitForAbsence } from "../kube/wait.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { isOwnerDead } from "../process/owner.ts";
import { removeAbandonedSimulation } from "../simulation/remove-abandoned-simulation.ts";
import { NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import { mapLimit } from "../util/map-limit.ts";
import { pollUntil } from "../util/poll.ts";
import { removeAbandonedHolds } from "./holds.ts";
import type { Owner } from "./ownership.ts";
import { type ReleaseRecord, releaseRecords } from "./release-records.ts";

const CONCURRENCY = 4;
const MAX_LISTED = 5;

/** What {@link removeAbandoned} did, a text for each thing. */
export interface RemovedAbandoned {
  removed: string[];
  /** What could not be removed, and why. */
  failed: string[];
}

/**
 * Removes what processes left that ended without removing it: their namespaces, with the releases in them, the releases in
 * other namespaces whose operation has not finished, their Stages and simulation rules, and the objects that they held. What cannot be removed does not prevent
 * the run.
 */
export async function removeAbandoned(plane: ControlPlane): Promise<RemovedAbandoned> {
  const result: RemovedAbandoned = { removed: [], failed: [] };
  if (!plane.capabilities.installs) return result;
  const attempt = async (what: string, work: () => Promise<string[]>) => {
    try {
      result.removed.push(...(await work()));
    } catch (error) {
      // Without an engine nothing can be removed, and nothing can run.
      if (!(error instanceof SeatrialError) || error instanceof EngineError) throw error;
      result.failed.push(`${what}: ${error.message}`);
    }
  };
  const namespaces = (await labelledNamespaces(plane)).filter(isAbandoned).map(({ metadata }) => metadata.name ?? "");
  const records = await releaseRecords(plane, {});
  await mapLimit(namespaces, CONCURRENCY, (namespace) =>
    attempt(`namespace ${namespace}`, async () => {
      const releases = await removeAbandonedNamespace(plane, namespace);
      return [`namespace ${namespace}${releases.length === 0 ? "" : ` with ${releases.map(describe).join(" and ")}`}`];
    }),
  );
  for (const record of records.filter(isUnfinished)) {
    if (namespaces.includes(record.namespace)) continue;
    const text = `${describe(record)} in namespace ${record.namespace}`;
    await attempt(text, async () => {
      await removeRelease(plane, record);
      return [text];
    });
  }
  await attempt("its simulation", () => removeAbandonedSimulation(plane));
  await attempt("objects that it held", async () => (await removeAbandonedHolds(plane)).map(formatObjectRef));
  return result;
}

/** What {@link removeAbandoned} did, as lines for people. */
export function describeAbandoned({ removed, failed }: RemovedAbandoned): string[] {
  const more = removed.length - MAX_LISTED;
  const listed = `${removed.slice(0, MAX_LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return [
    ...(removed.length === 0 ? [] : [`Removed what a killed run had left: ${listed}`]),
    ...failed.map((text) => `A killed run has left what could not be removed: ${text}`),
  ];
}

/** Removes a release of this name that a process has left which ended without removing it, so that the name is free. */
export async function freeReleaseName(plane: ControlPlane, id: ReleaseId, signal?: AbortSignal): Promise<void> {
  const [record] = await releaseRecords(plane, { ...id, signal });
  if (record?.owner !== undefined && isOwnerDead(record.owner)) await removeRelease(plane, record);
}

/** Removes what a process has left that ended: its namespace or, in a namespace of others, its release. */
export async function removeAbandonedOwner(
  plane: ControlPlane,
  { namespace, releaseName }: Extract<Owner, { kind: "abandoned" }>,
): Promise<void> {
  if (releaseName === undefined) await removeAbandonedNamespace(plane, namespace);
  else await removeRelease(plane, { namespace, releaseName });
}

/** Uninstalls the releases in a namespace, because they have objects outside, and removes the namespace. */
export async function removeAbandonedNamespace(plane: ControlPlane, namespace: string): Promise<ReleaseRecord[]> {
  const { kube } = plane;
  const records = await releaseRecords(plane, { namespace });
  for (const record of records) await removeRelease(plane, record);
  // The process that would have handled them, or removed them, has ended.
  for (const ref of await findObjectsWithFinalizers(kube, namespace)) await removeFinalizers(plane, ref);
  await removeNamespace(kube, namespace);
  return records;
}

/** Uninstalls a release without its hooks, and resolves when its objects are gone. */
async function removeRelease(plane: ControlPlane, { namespace, releaseName }: ReleaseId): Promise<void> {
  const id = { namespace, releaseName };
  // The engine of `seatrial up` may still be in the operation whose caller was killed.
  await pollUntil(async () => ((await plane.helm.giveUp(id)) === 0 ? true : undefined), {
    timeoutMs: NAMESPACE_TIMEOUT_MS,
    waitingFor: `the operation of a killed process on release ${releaseName} to end`,
  });
  try {
    const { release } = await plane.helm.uninstall({ ...id, noHooks: true, ignoreNotFound: true });
    if (release !== undefined) await waitForObjects(plane, release);
  } catch (error) {
    // Another process may be removing it, too.
    if (!isReleaseNotFound(error)) throw error;
  }
}

async function waitForObjects(plane: ControlPlane, release: HelmRelease): Promise<void> {
  const { kube } = plane;
  const documents = tryReleaseDocuments({ manifest: release.manifest, hooks: [] });
  const objects = documents.filter(
    ({ object, problem }) => problem === undefined && !isKept(object.metadata.annotations),
  );
  await mapLimit(objects, CONCURRENCY, async ({ object }) => {
    const resource = await kube.discovery.find(object.apiVersion, object.kind);
    if (resource === undefined || object.metadata.name === undefined) return;
    const ref = toObjectRef(object);
    const named = resource.isNamespaced ? { ...ref, namespace: ref.namespace ?? release.namespace } : ref;
    const left = await kube.get(named, { metadataOnly: true });
    if (left === undefined || !isOfRelease(left.metadata, { namespace: release.namespace, releaseName: release.name }))
      return;
    if ((left.metadata.finalizers ?? []).length > 0) await removeFinalizers(plane, named);
    await waitForAbsence(kube, { ...named, uid: left.metadata.uid }, { timeoutMs: NAMESPACE_TIMEOUT_MS });
  });
}

// In a cluster of somebody else, controllers may still work on them.
async function removeFinalizers({ kube, capabilities }: ControlPlane, ref: ObjectRef): Promise<void> {
  if (!capabilities.owned) return;
  await kube.patch(ref, { metadata: { finalizers: null } }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}

async function labelledNamespaces({ kube }: ControlPlane): Promise<KubeObject[]> {
  try {
    return await kube.list("v1", "Namespace", { labelSelector: OWNER_LABEL });
  } catch (error) {
    if (error instanceof ApiStatusError && error.statusCode === 403) return [];
    throw error;
  }
}

function isAbandoned({ metadata }: KubeObject): boolean {
  const token = metadata.labels?.[OWNER_LABEL];
  return token !== undefined && isOwnerDead(token);
}

// A deployed release may be there on purpose; it goes when its name is needed.
function isUnfinished({ owner, status }: ReleaseRecord): boolean {
  return owner !== undefined && isOwnerDead(owner) && status !== "deployed" && status !== "uninstalled";
}

function describe({ releaseName, status }: ReleaseRecord): string {
  return `release ${releaseName} (${status})`;
}
