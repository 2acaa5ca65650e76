import { groupOf } from "../kube/object-ref.ts";

/** The version in which the kinds are looked up that references lead to. */
const apiVersions = {
  Service: "v1",
  Secret: "v1",
  ConfigMap: "v1",
  Pod: "v1",
  ServiceAccount: "v1",
  PersistentVolumeClaim: "v1",
  ReplicationController: "v1",
  ResourceClaim: "resource.k8s.io/v1",
  ResourceClaimTemplate: "resource.k8s.io/v1",
  VolumeSnapshot: "snapshot.storage.k8s.io/v1",
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  DaemonSet: "apps/v1",
  ReplicaSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  Role: "rbac.authorization.k8s.io/v1",
  ClusterRole: "rbac.authorization.k8s.io/v1",
  StorageClass: "storage.k8s.io/v1",
  IngressClass: "networking.k8s.io/v1",
  PriorityClass: "scheduling.k8s.io/v1",
  RuntimeClass: "node.k8s.io/v1",
  ValidatingAdmissionPolicy: "admissionregistration.k8s.io/v1",
  MutatingAdmissionPolicy: "admissionregistration.k8s.io/v1",
  Issuer: "cert-manager.io/v1",
  ClusterIssuer: "cert-manager.io/v1",
  SecretStore: "external-secrets.io/v1",
  ClusterSecretStore: "external-secrets.io/v1",
  TriggerAuthentication: "keda.sh/v1alpha1",
  ClusterTriggerAuthentication: "keda.sh/v1alpha1",
} as const;

export type ReferredKind = keyof typeof apiVersions;

const clusterScoped: ReadonlySet<string> = new Set([
  "ClusterRole",
  "StorageClass",
  "IngressClass",
  "PriorityClass",
  "RuntimeClass",
  "ValidatingAdmissionPolicy",
  "MutatingAdmissionPolicy",
  "ClusterIssuer",
  "ClusterSecretStore",
  "ClusterTriggerAuthentication",
]);

export function apiVersionOf(kind: ReferredKind): string {
  return apiVersions[kind];
}

export function isClusterScoped(kind: string): boolean {
  return clusterScoped.has(kind);
}

/** What a kind is called in the rules of a Role. */
export function resourceOf(kind: ReferredKind): { group: string; resource: string } {
  const group = groupOf(apiVersions[kind]);
  const lower = kind.toLowerCase();
  const resource = lower.endsWith("class")
    ? `${lower}es`
    : lower.endsWith("y")
      ? `${lower.slice(0, -1)}ies`
      : `${lower}s`;
  return { group, resource };
}
