import { type Dangling, missingObject } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { isTypo } from "../names.ts";
import { listAt, textAt } from "../reading.ts";
import type { OwnedTemplate, ReferenceIndex } from "../reference-index.ts";
import { isStarted } from "./config-references.ts";

// The API server refuses every other class with this prefix.
const SYSTEM = "system-";
const systemClasses = ["system-cluster-critical", "system-node-critical"];

/** ServiceAccounts, image pull secrets, claims and classes that Pods name and that do not exist. */
export function podReferences(index: ReferenceIndex): Dangling[] {
  const ofPods = index.chartTemplates.flatMap((template) => {
    const { owner, path } = template;
    return [
      ...account(index, template),
      ...pullSecrets(index, owner, template.spec, `${path}.imagePullSecrets`),
      ...claims(index, template),
      ...resourceClaims(index, template),
      ...podClasses(index, template),
    ];
  });
  const ofAccounts = index
    .ofChart("v1", "ServiceAccount")
    .flatMap((entry) => pullSecrets(index, entry, entry.object, "imagePullSecrets"));
  return [...ofPods, ...ofAccounts, ...claimClasses(index), ...ingressClasses(index)];
}

type OfChart = OwnedTemplate & { owner: ChartEntry };

function reportOf(template: OfChart): "typos" | "all" {
  return isStarted(template, template.owner) || !template.isExact ? "typos" : "all";
}

function account(index: ReferenceIndex, template: OfChart): Dangling[] {
  const { owner: entry, spec, path } = template;
  const field = spec.serviceAccountName === undefined ? "serviceAccount" : "serviceAccountName";
  const name = textAt(spec, field);
  if (name === undefined || name === "default") return [];
  const { namespace } = entry;
  const report = reportOf(template);
  const base = { entry, field: `${path}.${field}`, name, namespace, report };
  return missingObject(index, { ...base, kind: "ServiceAccount", reason: "NoSuchServiceAccount" });
}

// A kubelet tries without a secret that does not exist, so that it matters only for images that are not public.
function pullSecrets(index: ReferenceIndex, entry: ChartEntry, owner: unknown, path: string): Dangling[] {
  const { namespace } = entry;
  return listAt(owner, "imagePullSecrets").flatMap((secret, at): Dangling[] => {
    const name = textAt(secret, "name");
    if (name === undefined) return [];
    const field = `${path}[${at}].name`;
    const base = { entry, field, kind: "Secret", name, namespace, reason: "NoSuchSecret" } as const;
    const typos = missingObject(index, { ...base, report: "typos" });
    if (typos.length > 0) return typos;
    return missingObject(index, { ...base, report: "mistakes" }).map((each) => ({ ...each, severity: "warning" }));
  });
}

function claims(index: ReferenceIndex, template: OfChart): Dangling[] {
  const { owner: entry, spec, path } = template;
  const { namespace } = entry;
  return listAt(spec, "volumes").flatMap((volume, at) => {
    const name = textAt(volume, "persistentVolumeClaim", "claimName");
    if (name === undefined || isOfStatefulSet(index, name, namespace)) return [];
    const field = `${path}.volumes[${at}].persistentVolumeClaim.claimName`;
    const base = { entry, field, name, namespace, report: reportOf(template) };
    return missingObject(index, { ...base, kind: "PersistentVolumeClaim", reason: "NoSuchClaim" });
  });
}

function resourceClaims(index: ReferenceIndex, template: OfChart): Dangling[] {
  const { owner: entry, spec, path } = template;
  const { namespace } = entry;
  const fields = [
    { kind: "ResourceClaim", field: "resourceClaimName" },
    { kind: "ResourceClaimTemplate", field: "resourceClaimTemplateName" },
  ] as const;
  return listAt(spec, "resourceClaims").flatMap((claim, at) =>
    fields.flatMap(({ kind, field }) => {
      const name = textAt(claim, field);
      if (name === undefined) return [];
      const base = { entry, field: `${path}.resourceClaims[${at}].${field}`, name, namespace };
      return missingObject(index, { ...base, kind, reason: "NoSuchClaim", report: reportOf(template) });
    }),
  );
}

// The claim of one Pod of a StatefulSet: data-web-0.
function isOfStatefulSet(index: ReferenceIndex, claim: string, namespace: string): boolean {
  return index.all("StatefulSet", namespace).some(({ object, name }) =>
    listAt(object, "spec", "volumeClaimTemplates").some((template) => {
      const prefix = `${textAt(template, "metadata", "name")}-${name}-`;
      return claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length));
    }),
  );
}

// A cluster has classes for all charts: only a class of the chart itself can be misspelt.
function podClasses(index: ReferenceIndex, { owner: entry, spec, path }: OfChart): Dangling[] {
  const fields = [
    { kind: "PriorityClass", field: "priorityClassName" },
    { kind: "RuntimeClass", field: "runtimeClassName" },
  ] as const;
  return fields.flatMap(({ kind, field }) => {
    const name = textAt(spec, field);
    if (name === undefined) return [];
    if (kind === "PriorityClass" && name.startsWith(SYSTEM)) return unknownSystemClass(entry, name, `${path}.${field}`);
    return missingClass(index, entry, kind, name, `${path}.${field}`);
  });
}

function unknownSystemClass(entry: ChartEntry, name: string, field: string): Dangling[] {
  if (systemClasses.includes(name)) return [];
  const meant = systemClasses.find((known) => isTypo(name, known));
  const hint = meant === undefined ? `use ${systemClasses.join(" or ")}` : `did you mean "${meant}"?`;
  const message = `PriorityClass "${name}" does not exist: only Kubernetes has classes that begin with "${SYSTEM}"`;
  return [{ entry, field, reason: "NoSuchClass", severity: "error", message, hint, lookups: [] }];
}

function claimClasses(index: ReferenceIndex): Dangling[] {
  const ofClaims = index.ofChart("v1", "PersistentVolumeClaim").flatMap((entry) => {
    const name = textAt(entry.object, "spec", "storageClassName");
    return name === undefined ? [] : missingClass(index, entry, "StorageClass", name, "spec.storageClassName");
  });
  const ofSets = index.ofChart("apps/v1", "StatefulSet").flatMap((entry) =>
    listAt(entry.object, "spec", "volumeClaimTemplates").flatMap((template, at) => {
      const name = textAt(template, "spec", "storageClassName");
      const field = `spec.volumeClaimTemplates[${at}].spec.storageClassName`;
      return name === undefined ? [] : missingClass(index, entry, "StorageClass", name, field);
    }),
  );
  return [...ofClaims, ...ofSets];
}

function ingressClasses(index: ReferenceIndex): Dangling[] {
  return index.ofChart("networking.k8s.io/v1", "Ingress").flatMap((entry) => {
    const name = textAt(entry.object, "spec", "ingressClassName");
    return name === undefined ? [] : missingClass(index, entry, "IngressClass", name, "spec.ingressClassName");
  });
}

function missingClass(
  index: ReferenceIndex,
  entry: ChartEntry,
  kind: "PriorityClass" | "RuntimeClass" | "StorageClass" | "IngressClass",
  name: string,
  field: string,
): Dangling[] {
  const { namespace } = entry;
  return missingObject(index, { entry, field, kind, name, namespace, reason: "NoSuchClass", report: "typos" });
}
