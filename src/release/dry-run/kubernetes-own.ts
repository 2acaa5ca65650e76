import type { Finding } from "../../findings/finding.ts";
import type { KubeObject } from "../../kube/object-ref.ts";

const namespaces = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);
const aggregating = new Set(["admin", "edit", "view"]);
// What the API server and its controllers put on what they create (k8s.io/api/flowcontrol, kube-aggregator, rbac/bootstrappolicy).
const marks = ["kubernetes.io/bootstrapping", "kube-aggregator.kubernetes.io/automanaged"];
const AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";

/** Why Helm does not take over an object that Kubernetes itself creates; `undefined` when somebody else has created it. */
export function kubernetesOwn(object: KubeObject): Pick<Finding, "message" | "hint"> | undefined {
  const { kind, metadata } = object;
  const where = isInEveryCluster(object) ? "cluster" : isInEveryNamespace(object) ? "namespace" : undefined;
  if (where === undefined) return undefined;
  const message = `${kind} "${metadata.name}" exists in every ${where}, and Helm does not take it over: Kubernetes itself creates it`;
  return { message, hint: hintFor(object) };
}

function isInEveryCluster({ kind, metadata }: KubeObject): boolean {
  const { name = "", labels = {}, annotations = {} } = metadata;
  if (marks.some((mark) => labels[mark] !== undefined) || annotations[AUTO_UPDATE] !== undefined) return true;
  if (kind === "Namespace") return namespaces.has(name);
  return kind === "PriorityClass" && name.startsWith("system-");
}

function isInEveryNamespace({ kind, metadata: { name } }: KubeObject): boolean {
  return (kind === "ServiceAccount" && name === "default") || (kind === "ConfigMap" && name === "kube-root-ca.crt");
}

function hintFor({ kind, metadata: { name = "" } }: KubeObject): string {
  if (kind === "Namespace") return "leave it out of the chart";
  if (kind === "ClusterRole" && aggregating.has(name)) {
    return `to add rights to it, create a ClusterRole of another name with the label rbac.authorization.k8s.io/aggregate-to-${name}: "true"`;
  }
  if (kind === "ServiceAccount") return "use another name, and set serviceAccountName in the Pods";
  return "use another name: a chart can refer to it without creating it";
}
