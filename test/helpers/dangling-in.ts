import { parseManifest } from "../../src/chart/manifest.ts";
import type { ChartObject } from "../../src/findings/chart-objects.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { toFindings } from "../../src/references/check-references.ts";
import { findDangling } from "../../src/references/find-dangling.ts";
import { ReferenceIndex } from "../../src/references/reference-index.ts";

interface Circumstances {
  /** What exists on the control plane. */
  existing?: string;
  /** Texts in the values. */
  given?: string[];
}

/** What is found in rendered objects of the release `pier` of the chart `pier` in the namespace `bay`. */
export function danglingIn(manifest: string, { existing = "", given = [] }: Circumstances = {}): Finding[] {
  const objects = parseManifest(manifest, "pier/templates/all.yaml").map((document): ChartObject => {
    const events = document.object.metadata.annotations?.["helm.sh/hook"];
    if (events === undefined) return { ...document, role: "manifest" };
    const { kind, metadata } = document.object;
    const hook = { name: metadata.name ?? "", kind, path: "", manifest: "", weight: 0, deletePolicies: [] };
    return { ...document, role: "hook", hook: { ...hook, events: events.split(",") } };
  });
  const others = parseManifest(existing).map(({ object }) => object);
  const context = { namespace: "bay", releaseName: "pier", chartName: "pier", givenTexts: new Set(given) };
  return toFindings(findDangling(new ReferenceIndex(objects, others, context)));
}

/** Rendered objects, as one manifest. */
export function manifestOf(...objects: object[]): string {
  return objects.map((object) => JSON.stringify(object)).join("\n---\n");
}

type Fields = Record<string, unknown>;

interface Workload {
  labels?: Record<string, string>;
  /** Fields of the only container. */
  container?: Fields;
  /** Fields of the Pod's spec. */
  pod?: Fields;
  /** Fields of the workload's own spec. */
  spec?: Fields;
}

const PORTS = [{ name: "web", containerPort: 8080 }];

export function podTemplate({ labels = { app: "pier" }, container = {}, pod = {} }: Workload = {}) {
  return {
    metadata: { labels },
    spec: { containers: [{ name: "app", image: "example.com/app:1", ports: PORTS, ...container }], ...pod },
  };
}

/** A workload with a Pod template, by default a Deployment with the label `app=pier` and the port `web` (8080). */
export function workload(name: string, given: Workload = {}, kind = "Deployment") {
  const template = podTemplate(given);
  const spec = { selector: { matchLabels: template.metadata.labels }, template, ...given.spec };
  return { apiVersion: "apps/v1", kind, metadata: { name }, spec };
}

export function cronJob(name: string, given: Workload = {}) {
  const spec = { schedule: "0 1 * * *", jobTemplate: { spec: { template: podTemplate(given) } } };
  return { apiVersion: "batch/v1", kind: "CronJob", metadata: { name }, spec };
}

/** A Service that selects `app=pier`, with the port `http` (80) to the port `web`. */
export function service(name: string, spec: Fields = {}, labels: Record<string, string> = { app: "pier" }) {
  const ports = [{ name: "http", port: 80, targetPort: "web" }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, labels },
    spec: { selector: { app: "pier" }, ports, ...spec },
  };
}

export function object(apiVersion: string, kind: string, name: string, fields: Fields = {}) {
  return { apiVersion, kind, metadata: { name }, ...fields };
}

/** A Role with one rule, and a binding of it to the account `pier`. */
export function allow(verbs: string[], resources: string[], apiGroups: string[] = [""]) {
  return [
    object("v1", "ServiceAccount", "pier"),
    object("rbac.authorization.k8s.io/v1", "Role", "pier", { rules: [{ apiGroups, resources, verbs }] }),
    object("rbac.authorization.k8s.io/v1", "RoleBinding", "pier", {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "pier" },
      subjects: [{ kind: "ServiceAccount", name: "pier", namespace: "bay" }],
    }),
  ];
}
