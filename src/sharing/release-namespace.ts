import { createNamespace } from "../kube/test-namespace.ts";
import type { ControlPlane } from "../plane/control-plane.ts";

/** The namespace of one call. */
export interface NamespaceScope extends AsyncDisposable {
  readonly name: string;
  /** seatrial made it, and removes it. */
  readonly isNew: boolean;
  /** Removes it when seatrial made it. Safe to call twice. */
  remove(): Promise<void>;
}

/**
 * The namespace that is named, else a new one of its own. A named one that does not exist is made with `create`, and
 * left to the API server's refusal without.
 */
export async function openNamespace(
  plane: ControlPlane,
  options: { name: string | undefined; create: boolean; prefix: string; signal: AbortSignal | undefined },
): Promise<NamespaceScope> {
  const { name, create, prefix, signal } = options;
  const isPresent =
    name !== undefined &&
    (await plane.kube.get({ apiVersion: "v1", kind: "Namespace", name }, { signal })) !== undefined;
  if (isPresent || (name !== undefined && !create)) {
    const keep = async () => undefined;
    return { name, isNew: false, remove: keep, [Symbol.asyncDispose]: keep };
  }
  const made = await createNamespace(plane.kube, { name, prefix, signal });
  const remove = () => made.remove();
  return { name: made.name, isNew: true, remove, [Symbol.asyncDispose]: remove };
}
