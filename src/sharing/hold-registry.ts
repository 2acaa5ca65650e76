import { randomBytes } from "node:crypto";
import type { KubeClient } from "../kube/kube-client.ts";
import { type KubeObject, type ObjectRef, objectKey } from "../kube/object-ref.ts";
import { OWNER_LABEL } from "../kube/test-namespace.ts";
import { isOwnerDead, ownedPrefix, ownerToken } from "../process/owner.ts";

// Who holds which object is written to one ConfigMap, not to the objects: Helm's apply would remove it from them, and a
// second write of a CustomResourceDefinition makes the API server set up its storage anew. Without holds, there is none.

const REGISTRY: ObjectRef = { apiVersion: "v1", kind: "ConfigMap", namespace: "kube-system", name: "seatrial-holds" };

/** Each holder's token with the keys of its objects. Only changed under the lock of the holds. */
export type HoldRegistry = Map<string, string[]>;

/** Who holds what. */
export async function readHolds(kube: KubeClient, signal?: AbortSignal): Promise<HoldRegistry> {
  const data = (await kube.get(REGISTRY, { signal }))?.data as Record<string, string> | undefined;
  return new Map(Object.entries(data ?? {}).map(([token, keys]) => [token, JSON.parse(keys) as string[]]));
}

/** Sets what one holder holds; an empty list removes the holder, and the last holder's removal the registry. */
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

/** Who holds an object: a trial, whose holds end by themselves, or a caller, who ends a hold at any time. */
export type HolderKind = "trial" | "caller";

const CALLER_PREFIX = "caller-";

/** A token for a new holder; it contains the owner, so that the holds of a killed process can be found. */
export function holderToken(kind: HolderKind): string {
  return `${kind === "caller" ? CALLER_PREFIX : ""}${ownedPrefix()}-${randomBytes(6).toString("hex")}`;
}

/** The tokens of holders whose process has ended without removing what it held. */
export function deadHolders(registry: HoldRegistry): string[] {
  return [...registry.keys()].filter((token) => isOwnerDead(token.replace(CALLER_PREFIX, "")));
}

/** Who holds the object; a caller rather than a trial, whose hold ends earlier. */
export function findHolder(registry: HoldRegistry, ref: ObjectRef): HolderKind | undefined {
  const key = objectKey(ref);
  const tokens = [...registry].filter(([, keys]) => keys.includes(key)).map(([token]) => token);
  if (tokens.length === 0) return undefined;
  return tokens.some((token) => token.startsWith(CALLER_PREFIX)) ? "caller" : "trial";
}
