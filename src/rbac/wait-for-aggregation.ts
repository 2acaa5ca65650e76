import { isDeepStrictEqual } from "node:util";
import { ignoreTimeout } from "../errors/timeout-error.ts";
import { type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { pollUntil } from "../util/poll.ts";

const CLUSTER_ROLE = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" };
const TIMEOUT_MS = 10_000;

interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: "In" | "NotIn" | "Exists" | "DoesNotExist"; values?: string[] }[];
}

type ClusterRole = KubeObject & { rules?: unknown[]; aggregationRule?: { clusterRoleSelectors?: LabelSelector[] } };

/**
 * Waits until the controller has written the rules of aggregated ClusterRoles, at most 10 s: what they allow, and whether a chart
 * that sets them, too, can be upgraded, must not depend on how quick the controller is. Resolves with whether there are such roles.
 */
export async function waitForAggregation(
  plane: ControlPlane,
  objects: Iterable<KubeObject>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!plane.capabilities.controllers) return false;
  const aggregated = [...objects].filter((object: ClusterRole) => object.aggregationRule !== undefined);
  for (const role of aggregated) {
    const probe = async () => ((await isAggregated(plane, role, signal)) ? true : undefined);
    const waitingFor = `the rules of ClusterRole ${role.metadata.name} to be aggregated`;
    await pollUntil(probe, { timeoutMs: TIMEOUT_MS, waitingFor, signal }).catch(ignoreTimeout);
  }
  return aggregated.length > 0;
}

async function isAggregated(
  { kube }: Pick<ControlPlane, "kube">,
  role: KubeObject,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const stored: ClusterRole | undefined = await kube.get(toObjectRef(role), { signal });
  if (stored === undefined) return true;
  const selectors = stored.aggregationRule?.clusterRoleSelectors ?? [];
  const lists = await Promise.all(
    selectors.map((selector) =>
      kube.list(CLUSTER_ROLE.apiVersion, CLUSTER_ROLE.kind, { labelSelector: toText(selector), signal }),
    ),
  );
  const parts: ClusterRole[] = lists.flat().filter(({ metadata }) => metadata.uid !== stored.metadata.uid);
  // A part may be aggregated itself, as `edit` is, which is a part of `admin`.
  const inner = parts.filter(({ aggregationRule }) => aggregationRule !== undefined);
  if (!(await Promise.all(inner.map((part) => isAggregated({ kube }, part, signal)))).every(Boolean)) return false;
  const wanted = parts.flatMap(({ rules = [] }) => rules);
  return wanted.every((rule) => (stored.rules ?? []).some((own) => isDeepStrictEqual(own, rule)));
}

function toText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
  });
  return [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...expressions].join(",");
}
