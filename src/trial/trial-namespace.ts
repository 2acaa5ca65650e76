import { SeatrialError } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { formatObjectRef, type KubeObject, objectKey, toObjectRef } from "../kube/object-ref.ts";
import { ApiStatusError } from "../kube/status.ts";
import type { NewNamespace, TestNamespace } from "../kube/test-namespace.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { requireCapability } from "../plane/require-capability.ts";
import type { Deployer } from "../rbac/deployer.ts";
import type { GivenObjects } from "../sharing/given-objects.ts";
import { waitForGiven } from "../sharing/given-ready.ts";
import { type OpenDeployer, openDeployer } from "../sharing/open-deployer.ts";
import { removeFinalizers, removeOutside } from "./leftovers/leftovers.ts";
import { sweep } from "./leftovers/sweep.ts";

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

/** What a trial is given in its namespace. */
export interface NamespaceContent extends NewNamespace {
  /** Each of them has objects for all trials, or for this one. */
  given: readonly Pick<GivenObjects, "perTrial" | "namespaces">[];
  annotations?: Record<string, string> | undefined;
  /** Who installs the chart. @default the control plane's administrator */
  as?: Deployer | undefined;
}

/**
 * Opens the namespace of a trial, with the objects that are given for it and the binding of its deployer. Rejects with
 * `SEATRIAL_USAGE` when the API server refuses one, and for labels of a namespace that exists.
 */
export async function openTrialNamespace(
  plane: ControlPlane,
  name: string,
  content: NamespaceContent,
  signal: AbortSignal | undefined,
): Promise<TrialNamespace> {
  const { kube } = plane;
  const isPresent = (await kube.get({ apiVersion: "v1", kind: "Namespace", name }, { signal })) !== undefined;
  const found = isPresent ? await keysOf(plane, name, signal) : new Set<string>();
  const perTrial = content.given.flatMap(({ perTrial: all }) => all.filter((object) => isFor(object, name)));
  if (isPresent && (content.labels ?? content.annotations) !== undefined) throw alreadyLabelled(name);
  if (perTrial.length > 0 || !isPresent) requireCapability(plane, "installs", "creating what a chart needs");
  const metadata = { podSecurity: content.podSecurity, ...metadataOf(name, content) };
  const created = isPresent ? undefined : await create(plane, name, metadata, signal);
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
    const { as } = content;
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
  { labels, annotations, podSecurity }: Pick<NamespaceContent, "labels" | "annotations" | "podSecurity">,
  signal: AbortSignal | undefined,
): Promise<TestNamespace> {
  const namespace = await plane.namespace({ name, labels, podSecurity, signal });
  if (annotations !== undefined) {
    await plane.kube.patch({ apiVersion: "v1", kind: "Namespace", name }, { metadata: { annotations } }, { signal });
  }
  return namespace;
}

async function applyAll(
  plane: ControlPlane,
  namespace: string,
  given: readonly KubeObject[],
  signal: AbortSignal | undefined,
): Promise<KubeObject[]> {
  const objects = given.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));
  for (const object of objects) {
    await plane.kube.apply(object, { force: true, signal }).catch((error: unknown) => {
      throw error instanceof ApiStatusError ? refused(object, error) : error;
    });
  }
  await waitForGiven(plane, objects, signal);
  return objects;
}

function isFor({ metadata }: KubeObject, namespace: string): boolean {
  return [undefined, "", namespace].includes(metadata.namespace);
}

function metadataOf(name: string, { given, labels, annotations }: NamespaceContent) {
  const all = given.flatMap(({ namespaces }) => namespaces.filter(({ metadata }) => metadata.name === name));
  const merge = (key: "labels" | "annotations", own: Record<string, string> | undefined) => {
    const parts = [...all.map(({ metadata }) => metadata[key]), own].filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : (Object.assign({}, ...parts) as Record<string, string>);
  };
  return { labels: merge("labels", labels), annotations: merge("annotations", annotations) };
}

// A given object that is wrong says nothing about the chart.
function refused(object: KubeObject, { status, message, code }: ApiStatusError): SeatrialError {
  if (code !== "SEATRIAL_REJECTED") return new SeatrialError("SEATRIAL_NOT_CHECKED", message);
  const { namespace: _trials, ...ref } = toObjectRef(object);
  return new UsageError(`The API server refused the given ${formatObjectRef(ref)}: ${status.message ?? message}`);
}

function alreadyLabelled(name: string): UsageError {
  return new UsageError(`Namespace ${name} exists already: its labels and annotations are not changed`, {
    hint: "leave out `labels` and `annotations` in seatrial.yaml, or name another namespace",
  });
}

async function keysOf(plane: ControlPlane, namespace: string, signal?: AbortSignal): Promise<Set<string>> {
  const { objects } = await sweep(plane, { namespace, releaseName: "", signal });
  return new Set(objects.map((object) => objectKey(toObjectRef(object))));
}

async function removeAdded(plane: ControlPlane, namespace: string, before: ReadonlySet<string>): Promise<void> {
  const { objects } = await sweep(plane, { namespace, releaseName: "" });
  const added = objects.map(toObjectRef).filter((ref) => !before.has(objectKey(ref)));
  await removeFinalizers(plane.kube, added);
  await removeOutside(plane.kube, added);
}
