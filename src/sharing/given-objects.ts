import { relative } from "node:path";
import type { ManifestFile } from "../chart/manifest-files.ts";
import { UsageError } from "../errors/usage-error.ts";
import { statusFindings } from "../findings/status-findings.ts";
import { formatObjectRef, groupOf, type KubeObject, objectKey, toObjectRef } from "../kube/object-ref.ts";
import { isOwnGroup } from "../kube/own-group.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { toMinorVersion } from "../plane/kubernetes-version.ts";
import { waitForGiven } from "./given-ready.ts";
import { type Hold, holdObjects } from "./holds.ts";

/** Objects that exist before any trial. Disposing of them removes them. */
export interface GivenObjects extends AsyncDisposable {
  /** Namespaced objects without a namespace, which every trial has in its own, and objects in the namespaces of trials. */
  readonly perTrial: readonly KubeObject[];
  /** The given Namespaces of trials: each trial creates its own. */
  readonly namespaces: readonly KubeObject[];
  /** The other objects. */
  readonly objects: readonly KubeObject[];
}

/** What happens to given objects. */
export interface GivenPlacement {
  /** The names of the namespaces that trials create. @default none */
  namespaces?: readonly string[] | undefined;
  /** The namespace of namespaced objects without one; they are created once then. @default that of each trial */
  defaultNamespace?: string | undefined;
  /** What names them in messages. @default "--given" */
  what?: string | undefined;
  signal: AbortSignal | undefined;
}

/**
 * Creates objects for a whole run: cluster-scoped ones and those with a namespace, which must be among them or exist.
 * Resolves when nodes are ready and policies in effect. Rejects with `SEATRIAL_USAGE`, and leaves nothing behind, when the
 * API server refuses one, when it does not serve its kind, or when it exists already.
 */
export async function applyGiven(
  plane: ControlPlane,
  files: readonly ManifestFile[],
  options: GivenPlacement,
): Promise<GivenObjects> {
  const { namespaces = [], defaultNamespace, what = "--given" } = options;
  const holds: Hold[] = [];
  const dispose = async () => {
    // The content of a Namespace goes before it.
    for (const hold of holds.toReversed()) await hold.remove();
  };
  const create = async (chosen: readonly ManifestFile[]) => {
    const objects = chosen.map(({ object }) => object);
    const hold = await holdObjects(plane, objects, { holder: "caller", signal: options.signal });
    holds.push(hold);
    if (hold.refused.length > 0) throw refused(hold, chosen, what);
    const existing = chosen.filter(({ object }) => !isHeld(hold, object));
    if (existing.length > 0) throw alreadyThere(existing, what);
  };
  const ofKind = (...kinds: string[]) => files.filter(({ object }) => kinds.includes(object.kind));
  const isTrials = ({ object }: ManifestFile) =>
    object.kind === "Namespace" && namespaces.includes(object.metadata.name ?? "");
  const early = ofKind("Namespace", "CustomResourceDefinition");
  try {
    await create(early.filter((file) => !isTrials(file)));
    plane.kube.discovery.invalidate();
    const perTrial: KubeObject[] = [];
    const once: ManifestFile[] = [];
    for (const file of files.filter((each) => !early.includes(each)).map(withSimulatedStorage)) {
      const { object } = file;
      const resource = await plane.kube.discovery.find(object.apiVersion, object.kind, options.signal);
      if (resource === undefined) throw unknownKind(file, what, plane.versions.kubernetes);
      const namespace = object.metadata.namespace ?? defaultNamespace ?? "";
      const isPerTrial = resource.isNamespaced && (namespace === "" || namespaces.includes(namespace));
      if (isPerTrial) perTrial.push(object);
      else once.push(resource.isNamespaced ? inNamespace(file, namespace) : file);
    }
    await create(once);
    const objects = once.map(({ object }) => object);
    const all = [...early.filter((file) => !isTrials(file)).map(({ object }) => object), ...objects];
    await waitForGiven(plane, all, options.signal);
    return {
      perTrial,
      namespaces: files.filter(isTrials).map(({ object }) => object),
      objects: all,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function inNamespace(file: ManifestFile, namespace: string): ManifestFile {
  const { object } = file;
  return { ...file, object: { ...object, metadata: { ...object.metadata, namespace } } };
}

// No cloud's provisioner runs here; volumes that an administrator creates need none.
function withSimulatedStorage(file: ManifestFile): ManifestFile {
  const { object } = file;
  if (object.kind !== "StorageClass" || object.provisioner === "kubernetes.io/no-provisioner") return file;
  return { ...file, object: { ...object, provisioner: "seatrial.dev/simulated" } };
}

function label({ object, file }: ManifestFile): string {
  const name = formatObjectRef(toObjectRef(object));
  return file === "" ? name : `${name} (${relative(".", file)})`;
}

function refused(hold: Hold, files: readonly ManifestFile[], source: string): UsageError {
  const lines = hold.refused.flatMap(({ object, error }) => {
    const file = files.find((each) => each.object === object);
    const what = file === undefined ? formatObjectRef(toObjectRef(object)) : label(file);
    return statusFindings(error.status).map(({ field, message }) =>
      field === undefined ? `  ${what}: ${message}` : `  ${what}: ${field}: ${message}`,
    );
  });
  const count = `${hold.refused.length} of ${files.length} objects of ${source}`;
  return new UsageError([`The API server refused ${count}`, ...lines].join("\n"));
}

function isHeld(hold: Hold, object: KubeObject): boolean {
  return hold.held.some((ref) => objectKey(ref) === objectKey(toObjectRef(object)));
}

function alreadyThere(files: readonly ManifestFile[], source: string): UsageError {
  return new UsageError(`${files.map(label).join(", ")} of ${source} exists already on the control plane`, {
    hint: "leave it out, or give it another name",
  });
}

function unknownKind(file: ManifestFile, source: string, kubernetes: string): UsageError {
  const { apiVersion, kind } = file.object;
  const what = `${label(file)} of ${source}: no matches for kind "${kind}" in version "${apiVersion}"`;
  if (isOwnGroup(groupOf(apiVersion))) {
    return new UsageError(`${what}: not served in Kubernetes ${toMinorVersion(kubernetes)}`, {
      hint: "correct its kind or its apiVersion, or leave it out for this version of Kubernetes",
    });
  }
  return new UsageError(what, {
    hint: source === "--given" ? "add its CustomResourceDefinition with --crds" : "add its CustomResourceDefinition",
  });
}
