import { relative } from "node:path";
import type { ManifestFile } from "../chart/manifest-files.ts";
import { UsageError } from "../errors/usage-error.ts";
import { statusFindings } from "../findings/status-findings.ts";
import { type KubeNode, nodeProblem } from "../kube/node.ts";
import { formatObjectRef, type KubeObject, objectKey, toObjectRef } from "../kube/object-ref.ts";
import { isOwnGroup } from "../kube/own-group.ts";
import { waitForObject } from "../kube/wait.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { toMinorVersion } from "../plane/kubernetes-version.ts";
import { NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import { type Hold, holdObjects } from "./holds.ts";
import { waitForPolicies } from "./policies-in-effect.ts";

/** Objects that exist before any trial. Disposing of them removes them. */
export interface GivenObjects extends AsyncDisposable {
  /** Namespaced objects without a namespace: every trial has them in its own. */
  readonly perTrial: readonly KubeObject[];
  /** The given Namespace of the name that all trials use: each trial creates its own. */
  readonly namespace: KubeObject | undefined;
}

/**
 * Creates objects for a whole run: cluster-scoped ones and those with a namespace, which must be among them or exist.
 * Resolves when nodes are ready and policies in effect. Rejects with `SEATRIAL_USAGE`, and leaves nothing behind, when the
 * API server refuses one, when it does not serve its kind, or when it exists already.
 */
export async function applyGiven(
  plane: ControlPlane,
  files: readonly ManifestFile[],
  options: { namespace: string | undefined; signal: AbortSignal | undefined },
): Promise<GivenObjects> {
  const holds: Hold[] = [];
  const dispose = async () => {
    // The content of a Namespace goes before it.
    for (const hold of holds.toReversed()) await hold.remove();
  };
  const create = async (chosen: readonly ManifestFile[]) => {
    const objects = chosen.map(({ object }) => object);
    const hold = await holdObjects(plane, objects, { holder: "caller", signal: options.signal });
    holds.push(hold);
    if (hold.refused.length > 0) throw refused(hold, chosen);
    const existing = chosen.filter(({ object }) => !isHeld(hold, object));
    if (existing.length > 0) throw alreadyThere(existing);
  };
  const ofKind = (...kinds: string[]) => files.filter(({ object }) => kinds.includes(object.kind));
  const isTrials = ({ object }: ManifestFile) =>
    object.kind === "Namespace" && object.metadata.name === options.namespace;
  const early = ofKind("Namespace", "CustomResourceDefinition");
  try {
    await create(early.filter((file) => !isTrials(file)));
    plane.kube.discovery.invalidate();
    const perTrial: KubeObject[] = [];
    const once: ManifestFile[] = [];
    for (const file of files.filter((each) => !early.includes(each)).map(withSimulatedStorage)) {
      const { object } = file;
      const resource = await plane.kube.discovery.find(object.apiVersion, object.kind, options.signal);
      if (resource === undefined) throw unknownKind(file, plane.versions.kubernetes);
      const { namespace = "" } = object.metadata;
      const isPerTrial = resource.isNamespaced && (namespace === "" || namespace === options.namespace);
      if (isPerTrial) perTrial.push(object);
      else once.push(file);
    }
    await create(once);
    const objects = once.map(({ object }) => object);
    await waitForNodes(plane, objects, options.signal);
    await waitForPolicies(plane, objects, options.signal);
    const namespace = files.find(isTrials)?.object;
    return { perTrial, namespace, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

// No cloud's provisioner runs here; volumes that an administrator creates need none.
function withSimulatedStorage(file: ManifestFile): ManifestFile {
  const { object } = file;
  if (object.kind !== "StorageClass" || object.provisioner === "kubernetes.io/no-provisioner") return file;
  return { ...file, object: { ...object, provisioner: "seatrial.dev/simulated" } };
}

async function waitForNodes(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const node of objects.filter(({ kind }) => kind === "Node")) {
    const waitingFor = `node ${node.metadata.name} to be ready`;
    const isReady = (object: KubeObject) => nodeProblem(object as KubeNode) === undefined;
    await waitForObject(plane.kube, toObjectRef(node), isReady, {
      timeoutMs: NAMESPACE_TIMEOUT_MS,
      signal,
      waitingFor,
    });
  }
}

function label({ object, file }: ManifestFile): string {
  return `${formatObjectRef(toObjectRef(object))} (${relative(".", file)})`;
}

function refused(hold: Hold, files: readonly ManifestFile[]): UsageError {
  const lines = hold.refused.flatMap(({ object, error }) => {
    const file = files.find((each) => each.object === object);
    const what = file === undefined ? formatObjectRef(toObjectRef(object)) : label(file);
    return statusFindings(error.status).map(({ field, message }) =>
      field === undefined ? `  ${what}: ${message}` : `  ${what}: ${field}: ${message}`,
    );
  });
  const count = `${hold.refused.length} of ${files.length} objects of --given`;
  return new UsageError([`The API server refused ${count}`, ...lines].join("\n"));
}

function isHeld(hold: Hold, object: KubeObject): boolean {
  return hold.held.some((ref) => objectKey(ref) === objectKey(toObjectRef(object)));
}

function alreadyThere(files: readonly ManifestFile[]): UsageError {
  return new UsageError(`${files.map(label).join(", ")} of --given exists already on the control plane`, {
    hint: "leave it out, or give it another name",
  });
}

function unknownKind(file: ManifestFile, kubernetes: string): UsageError {
  const { apiVersion, kind } = file.object;
  const what = `${label(file)} of --given: no matches for kind "${kind}" in version "${apiVersion}"`;
  if (isOwnGroup(apiVersion)) {
    return new UsageError(`${what}: not served in Kubernetes ${toMinorVersion(kubernetes)}`, {
      hint: "correct its kind or its apiVersion, or leave it out for this version of Kubernetes",
    });
  }
  return new UsageError(what, { hint: "add its CustomResourceDefinition with --crds" });
}
