import { randomBytes } from "node:crypto";
import type { KubeObject } from "../kube/object-ref.ts";
import { toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { pollUntil } from "../util/poll.ts";

// The authorizer reads roles and bindings from caches, each of which sees the changes of a kind in their order: when it
// enforces a marker that was created later, it has seen everything before.

const RBAC = "rbac.authorization.k8s.io";
const TIMEOUT_MS = 10_000;

/**
 * Resolves when the authorizer has seen all roles and bindings that exist: those of a namespace, and those of the cluster unless the
 * control plane may not create any there.
 */
export async function waitForRules(
  plane: ControlPlane,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const namespaces = plane.capabilities.clusterScoped ? [namespace, undefined] : [namespace];
  await Promise.all(namespaces.map((each) => waitForMarker(plane, each, signal)));
}

async function waitForMarker(
  { kube }: ControlPlane,
  namespace: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = `seatrial-${randomBytes(6).toString("hex")}`;
  const scope = namespace === undefined ? "Cluster" : "";
  const [role, binding] = [`${scope}Role`, `${scope}RoleBinding`];
  const metadata = namespace === undefined ? { name } : { name, namespace };
  const access = { verb: "get", group: "seatrial.dev", resource: "markers" };
  const rules = [{ apiGroups: [access.group], resources: [access.resource], verbs: [access.verb] }];
  const objects: KubeObject[] = [
    { apiVersion: `${RBAC}/v1`, kind: role, metadata, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: binding,
      metadata,
      roleRef: { apiGroup: RBAC, kind: role, name },
      subjects: [{ apiGroup: RBAC, kind: "User", name }],
    },
  ];
  const resourceAttributes = namespace === undefined ? access : { ...access, namespace };
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { user: name, resourceAttributes },
  };
  const isAllowed = async () => {
    const { object } = await kube.create(review as unknown as KubeObject, { signal });
    return (object.status as { allowed?: boolean }).allowed === true ? true : undefined;
  };
  try {
    for (const object of objects) await kube.create(object, { signal });
    const waitingFor = "the API server to enforce the latest roles and bindings";
    await pollUntil(isAllowed, { timeoutMs: TIMEOUT_MS, intervalMs: 10, waitingFor, signal });
  } finally {
    for (const object of objects.toReversed()) await kube.delete(toObjectRef(object)).catch(() => undefined);
  }
}
