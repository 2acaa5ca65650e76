import { randomBytes } from "node:crypto";
import type { KubeClient } from "../kube/kube-client.ts";
import type { KubeObject, ObjectRef } from "../kube/object-ref.ts";
import { OWNER_LABEL, ownerToken } from "../kube/test-namespace.ts";

// Who holds which object is written in one ConfigMap, not on the objects: Helm's apply would wipe it off them, and a
// second write of a CustomResourceDefinition makes the API server set up its storage anew. It is gone when nothing is held.

const REGISTRY: ObjectRef = { apiVersion: "v1", kind: "ConfigMap", namespace: "kube-system", name: "seatrial-holds" };

/** Each holder's token with the objects that it holds. Only changed under the lock of the holds. */
export type HoldRegistry = Map<string, string[]>;

/** The key of an object: what stays the same whatever version of its API it is read with. */
export function holdKey({ apiVersion, kind, namespace, name }: ObjectRef): string {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return [kind, group, namespace ?? "", name].join("/");
}

/** Who holds what. */
export async function readHolds(kube: KubeClient, signal?: AbortSignal): Promise<HoldRegistry> {
  const data = (await kube.get(REGISTRY, { signal }))?.data as Record<string, string> | undefined;
  return new Map(Object.entries(data ?? {}).map(([token, keys]) => [token, JSON.parse(keys) as string[]]));
}

/** Sets what one holder holds; an empty list removes the holder, and the last one the registry. */
export async function writeHold(
  kube: KubeClient,
  registry: HoldRegistry,
  token: string,
  keys: string[],
): Promise<void> {
  const isNew = registry.size === 0;
  if (keys.length > 0) registry.set(token, keys);
  else registry.delete(token);
  if (registry.size === 0) {
    await kube.delete(REGISTRY);
  } else if (isNew) {
    const { name, namespace } = REGISTRY;
    const metadata = { name, namespace: namespace ?? "", labels: { [OWNER_LABEL]: ownerToken } };
    const registryObject: KubeObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { [token]: JSON.stringify(keys) },
    };
    await kube.create(registryObject);
  } else {
    await kube.patch(REGISTRY, { data: { [token]: keys.length > 0 ? JSON.stringify(keys) : null } });
  }
}

/** Who holds the object: a trial that lets go of it by itself, a caller who lets go of it when they like, or nobody. */
export type HolderKind = "trial" | "caller";

const CALLER_PREFIX = "caller-";

/** A token for a new holder. */
export function holderToken(kind: HolderKind): string {
  return `${kind === "caller" ? CALLER_PREFIX : ""}${randomBytes(6).toString("hex")}`;
}

/** Who holds the object; a caller before a trial, as it holds on for longer. */
export function findHolder(registry: HoldRegistry, ref: ObjectRef): HolderKind | undefined {
  const key = holdKey(ref);
  const tokens = [...registry].filter(([, keys]) => keys.includes(key)).map(([token]) => token);
  if (tokens.length === 0) return undefined;
  return tokens.some((token) => token.startsWith(CALLER_PREFIX)) ? "caller" : "trial";
}
