import { SeatrialError } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import type { KubeObject, ObjectRef } from "../kube/object-ref.ts";
import { ApiStatusError } from "../kube/status.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { withDeployer } from "../plane/with-deployer.ts";
import type { Deployer } from "../rbac/deployer.ts";
import { waitForAggregation } from "../rbac/wait-for-aggregation.ts";
import { waitForRules } from "../rbac/wait-for-rules.ts";
import { type Hold, holdObjects } from "./holds.ts";

const RBAC = "rbac.authorization.k8s.io";

/** Somebody who works in a namespace. Disposing of it removes the binding that it has brought. */
export interface OpenDeployer extends AsyncDisposable {
  readonly user: string;
  /** The control plane with a Helm that works as the user. */
  readonly plane: ControlPlane;
  /** Sends requests as the user. */
  readonly kube: KubeClient;
  /** The binding of the deployer's ClusterRole. */
  readonly binding: ObjectRef | undefined;
  /** Safe to call twice. */
  remove(): Promise<void>;
}

/**
 * Binds the ClusterRole of a deployer in a namespace, which must exist, and resolves when the API server enforces all roles and
 * bindings. Rejects with `SEATRIAL_USAGE` for a ClusterRole that does not exist, and with `SEATRIAL_NOT_CHECKED` when the
 * credentials of the control plane may not act as the user.
 */
export async function openDeployer(
  plane: ControlPlane,
  deployer: Deployer,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<OpenDeployer> {
  const { user, groups, clusterRole } = deployer;
  const held = clusterRole === undefined ? undefined : await bind(plane, { user, clusterRole, namespace, signal });
  const kube = plane.kube.as(user, groups);
  let removal: Promise<void> | undefined;
  const remove = () => {
    removal ??= (async () => {
      kube.close();
      await held?.remove();
    })();
    return removal;
  };
  try {
    await checkMayImpersonate(kube, user, signal);
    if (plane.capabilities.installs) await waitForRules(plane, namespace, signal);
    const own = withDeployer(plane, { user, groups });
    return { user, plane: own, kube, binding: held?.held[0], remove, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function bind(
  plane: ControlPlane,
  {
    user,
    clusterRole,
    namespace,
    signal,
  }: Required<Pick<Deployer, "user">> & {
    clusterRole: string;
    namespace: string;
    signal: AbortSignal | undefined;
  },
): Promise<Hold> {
  const apiVersion = `${RBAC}/v1`;
  const role = await plane.kube.get({ apiVersion, kind: "ClusterRole", name: clusterRole }, { signal });
  if (role === undefined) throw new UsageError(`as: the ClusterRole "${clusterRole}" does not exist`);
  await waitForAggregation(plane, [role], signal);
  checkAggregated(plane, role);
  const binding: KubeObject = {
    apiVersion,
    kind: "RoleBinding",
    metadata: { name: `seatrial:${clusterRole}:${user}`, namespace },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: clusterRole },
    subjects: [{ apiGroup: RBAC, kind: "User", name: user }],
  };
  const hold = await holdObjects(plane, [binding], { signal });
  const [refused] = hold.refused;
  if (refused === undefined) return hold;
  await hold.remove();
  throw refused.error;
}

// Without the controller, `admin` exists and has no rules: everybody would lack every right.
function checkAggregated({ provider, capabilities }: ControlPlane, role: KubeObject): void {
  if (capabilities.controllers || role.aggregationRule === undefined) return;
  const { name } = role.metadata;
  const message = `The ClusterRole ${name} has no rules: the provider ${provider} has no controllers, which aggregate them`;
  throw new SeatrialError("SEATRIAL_UNSUPPORTED", message, { hint: 'use the provider "engine"' });
}

async function checkMayImpersonate(kube: KubeClient, user: string, signal: AbortSignal | undefined): Promise<void> {
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview", metadata: {} };
  try {
    await kube.create(review, { signal });
  } catch (error) {
    if (!(error instanceof ApiStatusError) || error.statusCode !== 403) throw error;
    throw new SeatrialError("SEATRIAL_NOT_CHECKED", `The control plane does not let seatrial act as ${user}`, {
      hint: "allow the user of the kubeconfig to impersonate users and groups",
      cause: error,
    });
  }
}
