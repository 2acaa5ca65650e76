import { type Dangling, missingObject } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { missingKey } from "../keys.ts";
import { labelsAt, listAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

// cert-manager and others make the Secrets of such an Ingress or Gateway.
const issued = /^(cert-manager\.io\/(cluster-)?issuer|certmanager\.k8s\.io\/|kubernetes\.io\/tls-acme|acme\.)/;
const nginxSecrets = ["auth-secret", "auth-tls-secret", "proxy-ssl-secret"];

/** Secrets with the certificates of Ingresses and Gateways, and with the passwords of ingress-nginx, that do not exist. */
export function certificateSecrets(index: ReferenceIndex): Dangling[] {
  const ingresses = index
    .ofChart("networking.k8s.io/v1", "Ingress")
    .flatMap((entry) => [
      ...listAt(entry.object, "spec", "tls").flatMap((tls, at) =>
        certificate(index, entry, textAt(tls, "secretName"), `spec.tls[${at}].secretName`),
      ),
      ...nginxSecrets.flatMap((name) => nginxSecret(index, entry, `nginx.ingress.kubernetes.io/${name}`)),
    ]);
  const gateways = index.ofChart("gateway.networking.k8s.io/v1", "Gateway").flatMap((entry) =>
    listAt(entry.object, "spec", "listeners").flatMap((listener, at) =>
      listAt(listener, "tls", "certificateRefs").flatMap((ref, refAt) => {
        const isHere = (textAt(ref, "kind") ?? "Secret") === "Secret" && textAt(ref, "namespace") === undefined;
        const field = `spec.listeners[${at}].tls.certificateRefs[${refAt}].name`;
        return isHere ? certificate(index, entry, textAt(ref, "name"), field) : [];
      }),
    ),
  );
  return [...ingresses, ...gateways];
}

function certificate(index: ReferenceIndex, entry: ChartEntry, name: string | undefined, field: string): Dangling[] {
  const annotations = Object.keys(labelsAt(entry.object, "metadata", "annotations"));
  if (name === undefined || annotations.some((key) => issued.test(key))) return [];
  const keys = ["tls.crt", "tls.key"].flatMap((key) => missingKey(index, { entry, field, kind: "Secret", name, key }));
  return [...secret(index, entry, name, field), ...keys];
}

function nginxSecret(index: ReferenceIndex, entry: ChartEntry, annotation: string): Dangling[] {
  const value = labelsAt(entry.object, "metadata", "annotations")[annotation];
  if (value === undefined) return [];
  const [name = "", namespace] = value.split("/").toReversed();
  const isHere = namespace === undefined || namespace === entry.namespace;
  return isHere && name !== "" ? secret(index, entry, name, `metadata.annotations[${annotation}]`) : [];
}

// Without the Secret, a controller serves its own certificate, and users often bring theirs.
function secret(index: ReferenceIndex, entry: ChartEntry, name: string, field: string): Dangling[] {
  const { namespace } = entry;
  const base = { entry, field, kind: "Secret", name, namespace, reason: "NoSuchSecret" } as const;
  const typos = missingObject(index, { ...base, report: "typos" });
  if (typos.length > 0) return typos;
  return missingObject(index, { ...base, report: "mistakes" }).map((each) => ({ ...each, severity: "warning" }));
}
