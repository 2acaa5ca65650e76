import type { NewNamespace, TestNamespace } from "../kube/test-namespace.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { requireCapability } from "../plane/require-capability.ts";

/** The namespace of one call. */
export interface ReleaseNamespace extends AsyncDisposable {
  readonly name: string;
  /** seatrial created it, and removes it. */
  readonly isNew: boolean;
  /** Removes the namespace when seatrial created it. Safe to call twice. */
  remove(): Promise<void>;
}

/**
 * The given namespace, or a new one with a unique name, which enforces what is given in place of a name. A given namespace that does not exist is created with `create`;
 * without, the API server refuses what comes next.
 */
export async function openReleaseNamespace(
  plane: ControlPlane,
  options: {
    name: string | NewNamespace | undefined;
    create: boolean;
    prefix: string;
    signal: AbortSignal | undefined;
  },
): Promise<ReleaseNamespace> {
  const { create, prefix, signal } = options;
  if (typeof options.name === "object") {
    requireCapability(plane, "installs", "a namespace with labels");
    return toOwn(await plane.namespace({ ...options.name, prefix, signal }));
  }
  // Where nothing may be stored, dry runs use a namespace that exists.
  const name = options.name ?? (plane.capabilities.installs ? undefined : "default");
  const isPresent =
    name !== undefined &&
    (await plane.kube.get({ apiVersion: "v1", kind: "Namespace", name }, { signal })) !== undefined;
  if (name !== undefined && (isPresent || !create || !plane.capabilities.installs)) {
    const keep = async () => undefined;
    return { name, isNew: false, remove: keep, [Symbol.asyncDispose]: keep };
  }
  return toOwn(await plane.namespace({ name, prefix, signal }));
}

function toOwn(created: TestNamespace): ReleaseNamespace {
  const remove = () => created.remove();
  return { name: created.name, isNew: true, remove, [Symbol.asyncDispose]: remove };
}
