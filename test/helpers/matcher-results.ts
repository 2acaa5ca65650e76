import type { Finding } from "../../src/findings/finding.ts";
import type { KubeObject } from "../../src/kube/object-ref.ts";
import { objectsByKind } from "../../src/release/objects-by-kind.ts";
import type { DryRunResult, TemplateResult } from "../../src/release/results.ts";

const chart = { name: "web", version: "1.0.0", appVersion: "1", digest: "sha256:0" };

/** What `dryRunChart` resolves with for a chart of one Service and one Deployment. */
export function dryRunResult(findings: Finding[] = []): DryRunResult {
  const refs = [
    { apiVersion: "v1", kind: "Service", namespace: "ns", name: "web" },
    { apiVersion: "apps/v1", kind: "Deployment", namespace: "ns", name: "web" },
  ];
  return {
    ...objectsByKind([], "The dry run of chart web"),
    accepted: findings.length === 0,
    findings,
    warnings: [],
    pruned: [],
    objects: [],
    rejected: findings.length,
    submitted: refs.length,
    refs,
    chart,
    operation: "install",
    namespace: "ns",
    releaseName: "web",
    durationMs: 1,
  };
}

export const badPort: Finding = {
  severity: "error",
  step: "dry-run",
  message: "spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive",
  reason: "Invalid",
  object: { apiVersion: "v1", kind: "Service", namespace: "ns", name: "web" },
  field: "spec.ports[0].port",
  template: "web/templates/service.yaml",
};

/** What `templateChart` resolves with for these documents. */
export function templateResult(documents: KubeObject[]): TemplateResult {
  return {
    manifest: "",
    documents,
    notes: "",
    hooks: [],
    crds: [],
    warnings: [],
    chart,
    namespace: "default",
    releaseName: "web",
    durationMs: 1,
    ...objectsByKind(documents, "Chart web"),
    sourceOf: () => undefined,
  };
}

export const service: KubeObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", labels: { app: "web" } },
  spec: { type: "ClusterIP", ports: [{ port: 80 }] },
};

export const deployment: KubeObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: { replicas: 2 },
  status: {
    conditions: [
      { type: "Progressing", status: "True", reason: "NewReplicaSetCreated", message: "Created new replica set" },
      { type: "Available", status: "False", reason: "MinimumReplicasUnavailable", message: "no minimum availability" },
    ],
  },
};
