import { groupOf } from "../../../kube/object-ref.ts";
import { isMapping } from "../../../util/is-mapping.ts";
import { type Dangling, missingObject } from "../../dangling.ts";
import type { ChartEntry } from "../../entry.ts";
import { missingKey } from "../../keys.ts";
import { labelsAt, listAt, textAt } from "../../reading.ts";
import type { ReferenceIndex } from "../../reference-index.ts";

/** What custom resources of well-known operators name and does not exist: issuers, stores, authentications, Secrets. */
export function customReferences(index: ReferenceIndex): Dangling[] {
  return [...issuers(index), ...stores(index), ...authentications(index), ...secretKeys(index)];
}

// cert-manager. A ClusterIssuer belongs to the cluster.
function issuers(index: ReferenceIndex): Dangling[] {
  const certificates = index.ofChart("cert-manager.io/v1", "Certificate").flatMap((entry) => {
    const group = textAt(entry.object, "spec", "issuerRef", "group") ?? "cert-manager.io";
    const kind = textAt(entry.object, "spec", "issuerRef", "kind") ?? "Issuer";
    const name = textAt(entry.object, "spec", "issuerRef", "name");
    return group === "cert-manager.io" ? issuer(index, entry, kind, name, "spec.issuerRef.name") : [];
  });
  const ingresses = index.ofChart("networking.k8s.io/v1", "Ingress").flatMap((entry) => {
    const annotations = labelsAt(entry.object, "metadata", "annotations");
    const ofKind = (kind: string, key: string) =>
      issuer(index, entry, kind, annotations[key], `metadata.annotations[${key}]`);
    return [
      ...ofKind("Issuer", "cert-manager.io/issuer"),
      ...ofKind("ClusterIssuer", "cert-manager.io/cluster-issuer"),
    ];
  });
  return [...certificates, ...ingresses, ...authorities(index)];
}

// The Secret of a ClusterIssuer is in the namespace of cert-manager.
function authorities(index: ReferenceIndex): Dangling[] {
  return index.ofChart("cert-manager.io/v1", "Issuer").flatMap((entry) => {
    const name = textAt(entry.object, "spec", "ca", "secretName");
    if (name === undefined) return [];
    const base = { entry, field: "spec.ca.secretName", kind: "Secret", name, namespace: entry.namespace } as const;
    return missingObject(index, { ...base, reason: "NoSuchSecret", report: "mistakes" });
  });
}

function issuer(
  index: ReferenceIndex,
  entry: ChartEntry,
  kind: string,
  name: string | undefined,
  field: string,
): Dangling[] {
  if (name === undefined || (kind !== "Issuer" && kind !== "ClusterIssuer")) return [];
  const report = kind === "ClusterIssuer" ? "typos" : "all";
  const { namespace } = entry;
  return missingObject(index, { entry, field, kind, name, namespace, reason: "NoSuchIssuer", report });
}

// External Secrets Operator.
function stores(index: ReferenceIndex): Dangling[] {
  return index.ofChart("external-secrets.io/v1", "ExternalSecret").flatMap((entry) => {
    const name = textAt(entry.object, "spec", "secretStoreRef", "name");
    const kind = textAt(entry.object, "spec", "secretStoreRef", "kind") ?? "SecretStore";
    if (name === undefined || (kind !== "SecretStore" && kind !== "ClusterSecretStore")) return [];
    const { namespace } = entry;
    const base = { entry, field: "spec.secretStoreRef.name", kind, name, namespace, reason: "NoSuchStore" } as const;
    return missingObject(index, { ...base, report: "mistakes" });
  });
}

// KEDA.
function authentications(index: ReferenceIndex): Dangling[] {
  return ["ScaledObject", "ScaledJob"].flatMap((owner) =>
    index.ofChart("keda.sh/v1alpha1", owner).flatMap((entry) =>
      listAt(entry.object, "spec", "triggers").flatMap((trigger, at) => {
        const name = textAt(trigger, "authenticationRef", "name");
        const kind = textAt(trigger, "authenticationRef", "kind") ?? "TriggerAuthentication";
        if (name === undefined || kind !== "TriggerAuthentication") return [];
        const { namespace } = entry;
        const field = `spec.triggers[${at}].authenticationRef.name`;
        return missingObject(index, {
          entry,
          field,
          kind,
          name,
          namespace,
          reason: "NoSuchTarget",
          report: "mistakes",
        });
      }),
    ),
  );
}

// The operator writes these Secrets.
const written = /privateKey|writeTo|target(?!Ref)|output/i;
// A SecretKeySelector stands in fields such as `basicAuth.password`.
const MONITORING = "monitoring.coreos.com";
const MAX_DEPTH = 10;

// A name and a key, as in Pods: the name of a Secret that the chart renders is known, that of another one is not.
function secretKeys(index: ReferenceIndex): Dangling[] {
  return index.customs.flatMap((entry) =>
    search(entry.object.spec, "spec", MAX_DEPTH, groupOf(entry.object.apiVersion) === MONITORING).flatMap(
      ({ kind, name, key, field }) => {
        const { namespace } = entry;
        const base = { entry, kind, name, namespace };
        const reason = `NoSuch${kind}` as const;
        return [
          ...missingObject(index, { ...base, field: `${field}.name`, reason, report: "typos" }),
          ...missingKey(index, { ...base, field: `${field}.key`, key }),
        ];
      },
    ),
  );
}

interface FoundKey {
  kind: "Secret" | "ConfigMap";
  name: string;
  key: string;
  field: string;
}

function search(value: unknown, path: string, depth: number, areAllSecrets: boolean, key = ""): FoundKey[] {
  if (depth === 0) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => search(item, `${path}[${at}]`, depth - 1, areAllSecrets, key));
  }
  if (!isMapping(value)) return [];
  const name = textAt(value, "name");
  const ofObject = textAt(value, "key");
  const isReference = (areAllSecrets || /secret|configmap/i.test(key)) && !written.test(key);
  if (isReference && name !== undefined && ofObject !== undefined && value.optional !== true) {
    return [{ kind: /configmap/i.test(key) ? "ConfigMap" : "Secret", name, key: ofObject, field: path }];
  }
  return Object.entries(value).flatMap(([field, item]) =>
    search(item, `${path}.${field}`, depth - 1, areAllSecrets, field),
  );
}
