import { type ManifestFile, readManifestFiles } from "../chart/manifest-files.ts";
import { UsageError } from "../errors/usage-error.ts";
import { formatObjectRef, type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import { checkOptions, describe } from "../util/check-options.ts";
import { isMapping } from "../util/is-mapping.ts";
import { applyGiven } from "./given-objects.ts";

/** Objects, and files, directories or globs of files that contain objects. */
export type GivenSources = string | KubeObject | readonly (string | KubeObject)[];

export interface GivenOptions {
  /** The namespace of namespaced objects that name none. @default they must name one */
  namespace?: string | undefined;
  /** @default the current one */
  controlPlane?: ControlPlane | undefined;
  /** Cancels the work. @default none */
  signal?: AbortSignal | undefined;
}

/** Objects that exist before a chart is installed. Disposing of them removes them. */
export interface Given extends AsyncDisposable {
  /** The objects, with their namespaces. */
  readonly objects: readonly KubeObject[];
}

/**
 * Creates objects that a chart finds in the cluster: Secrets, namespaces, nodes, classes, policies, definitions. Resolves when
 * definitions are served, nodes ready, and quotas and policies in effect. Disposing of the result removes the objects. Rejects
 * with `SEATRIAL_USAGE`, and leaves nothing behind, when an object exists already, when the API server refuses one or does not
 * serve its kind, and when a namespaced object has no namespace.
 */
export function given(sources: GivenSources, options: GivenOptions = {}): Promise<Given> {
  return trackCall(options?.signal, (signal) => give(sources, withSignal(options, signal)));
}

async function give(sources: GivenSources, options: GivenOptions): Promise<Given> {
  checkOptions<GivenOptions>("given", options, { namespace: "string", controlPlane: "object", signal: "object" });
  const files = await readSources(sources);
  const plane = options.controlPlane ?? currentControlPlane();
  const { namespace: defaultNamespace, signal } = options;
  const created = await applyGiven(plane, files, { defaultNamespace, what: "given()", signal });
  const [unplaced] = created.perTrial;
  if (unplaced === undefined) return created;
  await created[Symbol.asyncDispose]();
  throw new UsageError(`given: ${formatObjectRef(toObjectRef(unplaced))} has no namespace`, {
    hint: "add metadata.namespace, or the option namespace",
  });
}

async function readSources(sources: GivenSources): Promise<ManifestFile[]> {
  const list: readonly unknown[] = Array.isArray(sources) ? sources : [sources];
  if (list.length === 0) throw new UsageError("given: there must be at least one object or path, got []");
  const files: ManifestFile[] = [];
  for (const source of list) {
    if (typeof source === "string" && source !== "") {
      files.push(...(await readManifestFiles([source], { plural: "objects" })));
    } else {
      files.push({ file: "", object: checkObject(source) });
    }
  }
  return files;
}

function checkObject(source: unknown): KubeObject {
  const { apiVersion, kind, metadata } = (isMapping(source) ? source : {}) as Partial<KubeObject>;
  const isObject = typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
  if (isObject) return source as KubeObject;
  throw new UsageError(
    `given: it takes paths and objects with apiVersion, kind and metadata.name, got ${describe(source)}`,
  );
}
