import { ApiStatusError } from "../../src/kube/status.ts";
import type { ControlPlane } from "../../src/plane/control-plane.ts";
import { mapLimit } from "../../src/util/map-limit.ts";

// Controllers write these at any time, whatever a test does.
const ignored = new Set(["Event", "Lease"]);

/** No objects, for a kind whose definition another test file has removed since the kinds were listed. */
function nothingWhenGone(error: unknown): [] {
  if (error instanceof ApiStatusError && error.statusCode === 404) return [];
  throw error;
}

/** Every object in the store with its version: `Secret ns/name 123`. Objects in the namespaces of `except` are left out. */
export async function storeSnapshot(plane: ControlPlane, except: readonly string[] = []): Promise<string[]> {
  const kinds = (await plane.kube.discovery.all()).filter(
    ({ kind, verbs }) => verbs.includes("list") && !ignored.has(kind),
  );
  const lists = await mapLimit(kinds, 8, ({ apiVersion, kind }) =>
    plane.kube.list(apiVersion, kind).catch(nothingWhenGone),
  );
  const lines = lists.flat().flatMap(({ apiVersion, kind, metadata }) => {
    const { namespace, name, resourceVersion } = metadata;
    const isElsewhere = except.includes(namespace ?? "") || (kind === "Namespace" && except.includes(name ?? ""));
    return isElsewhere ? [] : [`${apiVersion} ${kind} ${namespace ?? ""}/${name} ${resourceVersion}`];
  });
  return lines.sort();
}
