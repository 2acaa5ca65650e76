import { type KubeObject, objectKey, toObjectRef } from "../kube/object-ref.ts";
import type { NewNamespace, TestNamespace } from "../kube/test-namespace.ts";
import { waitForObject } from "../kube/wait.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { requireCapability } from "../plane/require-capability.ts";
import { type OpenDeployer, openDeployer } from "../sharing/open-deployer.ts";
import { NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import { removeFinalizers, removeOutside } from "./leftovers.ts";
import { sweep } from "./sweep.ts";
import type { TrialInputs } from "./trial-inputs.ts";

/** The namespace that a trial runs in. */
export interface TrialNamespace {
  readonly name: string;
  /** The keys of the objects in it that the release does not have to remove. */
  readonly before: ReadonlySet<string>;
  /** Whether it was created for the trial. */
  readonly isNew: boolean;
  /** Removes the namespace, or what the trial has added to one that existed before. */
  remove(): Promise<void>;
}

/** Opens the namespace of a trial, with the objects that are given for every trial and the binding of its deployer. */
export async function openTrialNamespace(
  plane: ControlPlane,
  name: string,
  { given, as, own }: Pick<TrialInputs, "given" | "as"> & { own?: NewNamespace | undefined },
  signal: AbortSignal | undefined,
): Promise<TrialNamespace> {
  const { kube } = plane;
  const isPresent = (await kube.get({ apiVersion: "v1", kind: "Namespace", name }, { signal })) !== undefined;
  const found = isPresent ? await keysOf(plane, name, signal) : new Set<string>();
  const perTrial = given?.perTrial ?? [];
  if (perTrial.length > 0 || !isPresent) requireCapability(plane, "installs", "creating what a chart needs");
  const created = isPresent ? undefined : await create(plane, name, given?.namespace, { ...own, signal });
  // On a cluster that seatrial has not started, others may have added something in the meantime.
  const isForeign = !plane.capabilities.owned;
  let deployer: OpenDeployer | undefined;
  const remove = async () => {
    await deployer?.remove();
    if (created !== undefined) await created.remove();
    else if (!isForeign) await removeAdded(plane, name, found);
  };
  try {
    const objects = await applyAll(plane, name, perTrial, signal);
    // The installations find its binding, and it is not theirs to remove.
    deployer = as === undefined ? undefined : await openDeployer(plane, as, name, signal);
    const kept = [...objects.map(toObjectRef), ...(deployer?.binding === undefined ? [] : [deployer.binding])];
    const before = new Set([...found, ...kept.map((ref) => objectKey(ref))]);
    return { name, before, isNew: created !== undefined, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function create(
  plane: ControlPlane,
  name: string,
  given: KubeObject | undefined,
  { podSecurity, labels: more, signal }: NewNamespace & { signal: AbortSignal | undefined },
): Promise<TestNamespace> {
  const { labels, annotations } = given?.metadata ?? {};
  const namespace = await plane.namespace({ name, podSecurity, labels: { ...labels, ...more }, signal });
  if (annotations !== undefined) {
    await plane.kube.patch({ apiVersion: "v1", kind: "Namespace", name }, { metadata: { annotations } }, { signal });
  }
  return namespace;
}

async function applyAll(
  { kube }: ControlPlane,
  namespace: string,
  given: readonly KubeObject[],
  signal: AbortSignal | undefined,
): Promise<KubeObject[]> {
  const objects = given.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));
  for (const object of objects) {
    await kube.apply(object, { force: true, signal });
    if (object.kind === "ResourceQuota") await waitForQuota(kube, object, signal);
  }
  return objects;
}

// A quota without a status does not limit anything yet.
async function waitForQuota(kube: ControlPlane["kube"], quota: KubeObject, signal: AbortSignal | undefined) {
  const waitingFor = `the quota ${quota.metadata.name} to be in effect`;
  const isCounted = ({ status }: KubeObject) => (status as { hard?: object } | undefined)?.hard !== undefined;
  await waitForObject(kube, toObjectRef(quota), isCounted, { timeoutMs: NAMESPACE_TIMEOUT_MS, signal, waitingFor });
}

async function keysOf(plane: ControlPlane, namespace: string, signal?: AbortSignal): Promise<Set<string>> {
  const { objects } = await sweep(plane.kube, { namespace, releaseName: "", signal });
  return new Set(objects.map((object) => objectKey(toObjectRef(object))));
}

async function removeAdded(plane: ControlPlane, namespace: string, before: ReadonlySet<string>): Promise<void> {
  const { objects } = await sweep(plane.kube, { namespace, releaseName: "" });
  const added = objects.map(toObjectRef).filter((ref) => !before.has(objectKey(ref)));
  await removeFinalizers(plane.kube, added);
  await removeOutside(plane.kube, added);
}
