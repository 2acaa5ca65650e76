import type { ControlPlane } from "../plane/control-plane.ts";

/** The namespace of one call. */
export interface ReleaseNamespace extends AsyncDisposable {
  readonly name: string;
  /** seatrial created it, and removes it. */
  readonly isNew: boolean;
  /** Removes the namespace when seatrial created it. Safe to call twice. */
  remove(): Promise<void>;
}

/**
 * The given namespace, or a new one with a unique name. A given namespace that does not exist is created with `create`;
 * without, the API server refuses what comes next.
 */
export async function openReleaseNamespace(
  plane: ControlPlane,
  options: { name: string | undefined; create: boolean; prefix: string; signal: AbortSignal | undefined },
): Promise<ReleaseNamespace> {
  const { create, prefix, signal } = options;
  // Where nothing may be stored, dry runs use a namespace that exists.
  const name = options.name ?? (plane.capabilities.installs ? undefined : "default");
  const isPresent =
    name !== undefined &&
    (await plane.kube.get({ apiVersion: "v1", kind: "Namespace", name }, { signal })) !== undefined;
  if (name !== undefined && (isPresent || !create || !plane.capabilities.installs)) {
    const keep = async () => undefined;
    return { name, isNew: false, remove: keep, [Symbol.asyncDispose]: keep };
  }
  const created = await plane.namespace({ name, prefix, signal });
  const remove = () => created.remove();
  return { name: created.name, isNew: true, remove, [Symbol.asyncDispose]: remove };
}
