import { UsageError } from "../errors/usage-error.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { checkOptions, type OptionSpec } from "../util/check-options.ts";
import { isMapping } from "../util/is-mapping.ts";

/** Options of {@link editObjectAs}. */
export interface EditObjectOptions {
  /**
   * `true` applies the fields, as `kubectl apply --server-side` does; `false` patches them, as `kubectl edit` and most controllers
   * do. @default false
   */
  apply?: boolean | undefined;
  /** With `apply`: takes the fields over from their managers, as `--force-conflicts` does. @default false */
  force?: boolean | undefined;
  /** @default the control plane of `setCurrentControlPlane`, which `seatrial/vitest` sets */
  controlPlane?: ControlPlane | undefined;
  signal?: AbortSignal | undefined;
}

/** A stored object, or what names one. */
export type EditableObject = ObjectRef | { apiVersion: string; kind: string; metadata: object };

const spec: OptionSpec<EditObjectOptions> = {
  apply: "boolean",
  force: "boolean",
  controlPlane: "object",
  signal: "object",
};

/**
 * Changes fields of an object as another field manager, such as `kubectl-edit` or a controller, before an upgrade meets them.
 * `fields` is a part of the object: `{ spec: { replicas: 5 } }`. Resolves with the object as stored. Rejects with
 * `SEATRIAL_REJECTED` when the API server refuses, also for a conflict of `apply`.
 */
export async function editObjectAs(
  fieldManager: string,
  object: EditableObject,
  fields: object,
  options: EditObjectOptions = {},
): Promise<KubeObject> {
  const call = "editObjectAs";
  checkOptions(call, options, spec);
  if (fieldManager === "") throw new UsageError(`${call}: the field manager must have a name, such as "kubectl-edit"`);
  if (!isMapping(fields))
    throw new UsageError(`${call}: the fields must be an object such as { spec: { replicas: 5 } }`);
  const { apply = false, force = false, controlPlane, signal } = options;
  const { kube } = controlPlane ?? currentControlPlane();
  const ref = "metadata" in object ? toObjectRef(object as KubeObject) : object;
  if (!apply) {
    if (force) throw new UsageError(`${call}: the option "force" requires "apply"`);
    return (await kube.patch(ref, fields, { fieldManager, signal })).object;
  }
  const { apiVersion, kind, name, namespace } = ref;
  const identity = namespace === undefined ? { name } : { name, namespace };
  const metadata = { ...(isMapping(fields.metadata) ? fields.metadata : {}), ...identity };
  return (await kube.apply({ ...fields, apiVersion, kind, metadata }, { fieldManager, force, signal })).object;
}
