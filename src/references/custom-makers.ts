import { groupOf, type KubeObject } from "../kube/object-ref.ts";
import { isOwnGroup } from "../kube/own-group.ts";
import { isMapping } from "../util/is-mapping.ts";

// Custom resources of these groups configure something: their operators make no objects that a chart names.
const configuring = new Set([
  "monitoring.googleapis.com",
  "networking.istio.io",
  "security.istio.io",
  "telemetry.istio.io",
  "extensions.istio.io",
  "traefik.io",
  "traefik.containo.us",
  "projectcontour.io",
  "configuration.konghq.com",
  "route.openshift.io",
  "security.openshift.io",
  "kyverno.io",
  "policies.kyverno.io",
  "constraints.gatekeeper.sh",
  "templates.gatekeeper.sh",
  "cilium.io",
  "crd.projectcalico.org",
  "policy.linkerd.io",
  "autoscaling.k8s.io",
  "groupsnapshot.storage.k8s.io",
  "policy.networking.k8s.io",
  "snapshot.storage.k8s.io",
  "wgpolicyk8s.io",
]);
const configuringKinds = new Set([
  "monitoring.coreos.com/ServiceMonitor",
  "monitoring.coreos.com/PodMonitor",
  "monitoring.coreos.com/Probe",
  "monitoring.coreos.com/PrometheusRule",
  "monitoring.coreos.com/ScrapeConfig",
  "monitoring.coreos.com/AlertmanagerConfig",
  "keda.sh/ScaledObject",
  "keda.sh/TriggerAuthentication",
  "keda.sh/ClusterTriggerAuthentication",
  // Its Pods are those of its template.
  "argoproj.io/Rollout",
  "argoproj.io/AnalysisTemplate",
  "argoproj.io/ClusterAnalysisTemplate",
]);
// These make Secrets and ConfigMaps, which they name.
const makingSecrets = new Set([
  "cert-manager.io",
  "acme.cert-manager.io",
  "external-secrets.io",
  "generators.external-secrets.io",
  "kubernetes-client.io",
  "bitnami.com",
  "isindir.github.com",
  "secrets.hashicorp.com",
  "secrets-store.csi.x-k8s.io",
  "trust.cert-manager.io",
]);

/** What the operator of a custom resource may make: nothing that a chart names, Secrets that it names, or anything. */
export type Making = "nothing" | "secrets" | "anything";

/** What may be made of an object; built-in kinds make nothing, and a Gateway makes a Deployment and a Service. */
export function makingOf({ apiVersion, kind, spec }: KubeObject): Making {
  const group = groupOf(apiVersion);
  // An Issuer makes the key of its ACME account only.
  if (group === "cert-manager.io" && kind.endsWith("Issuer") && !(isMapping(spec) && "acme" in spec)) return "nothing";
  if (group === "gateway.networking.k8s.io") return kind === "Gateway" ? "anything" : "nothing";
  if (makingSecrets.has(group)) return "secrets";
  const isKnown = isOwnGroup(group) || configuring.has(group) || configuringKinds.has(`${group}/${kind}`);
  return isKnown ? "nothing" : "anything";
}
