import { admissionBindings } from "./checks/admission-bindings.ts";
import { aggregatedRoles } from "./checks/aggregated-roles.ts";
import { certificateSecrets } from "./checks/certificate-secrets.ts";
import { claimSources } from "./checks/claim-sources.ts";
import { configReferences } from "./checks/config-references.ts";
import { containerPorts } from "./checks/container-ports.ts";
import { coveredPods } from "./checks/covered-pods.ts";
import { coveredTwice } from "./checks/covered-twice.ts";
import { endpointSlices } from "./checks/endpoint-slices.ts";
import { fieldContainers } from "./checks/field-containers.ts";
import { ingressBackends } from "./checks/ingress-backends.ts";
import { metricRequests } from "./checks/metric-requests.ts";
import { mountedFiles } from "./checks/mounted-files.ts";
import { customNames } from "./checks/operators/custom-names.ts";
import { customReferences } from "./checks/operators/custom-references.ts";
import { gateways } from "./checks/operators/gateways.ts";
import { meshes } from "./checks/operators/meshes.ts";
import { monitors } from "./checks/operators/monitors.ts";
import { rollouts } from "./checks/operators/rollouts.ts";
import { podReferences } from "./checks/pod-references.ts";
import { policyPorts } from "./checks/policy-ports.ts";
import { pullSecretTypes } from "./checks/pull-secret-types.ts";
import { roleBindings } from "./checks/role-bindings.ts";
import { routeBackends } from "./checks/route-backends.ts";
import { scaleTargets } from "./checks/scale-targets.ts";
import { servicePods } from "./checks/service-pods.ts";
import { spreadRules } from "./checks/spread-rules.ts";
import { statefulServices } from "./checks/stateful-services.ts";
import { webhookServices } from "./checks/webhook-services.ts";
import type { Dangling } from "./dangling.ts";
import type { ReferenceIndex } from "./reference-index.ts";

const checks: ((index: ReferenceIndex) => Dangling[])[] = [
  servicePods,
  containerPorts,
  fieldContainers,
  statefulServices,
  endpointSlices,
  ingressBackends,
  routeBackends,
  certificateSecrets,
  scaleTargets,
  metricRequests,
  coveredPods,
  coveredTwice,
  policyPorts,
  spreadRules,
  monitors,
  roleBindings,
  aggregatedRoles,
  podReferences,
  pullSecretTypes,
  claimSources,
  configReferences,
  mountedFiles,
  webhookServices,
  admissionBindings,
  customReferences,
  customNames,
  rollouts,
  gateways,
  meshes,
];

/** All references of a chart's objects that lead nowhere. */
export function findDangling(index: ReferenceIndex): Dangling[] {
  return checks.flatMap((check) => check(index));
}
