import { X509Certificate } from "node:crypto";
import type { KubeObject } from "../../kube/object-ref.ts";
import type { FieldChange } from "../../util/field-changes.ts";
import { isMapping } from "../../util/is-mapping.ts";
import type { LiveDifference } from "./live-differences.ts";

/** A Secret with certificates that an upgrade has made anew, and the objects that trust them, which it has changed with it. */
export interface RenewedCertificates {
  secret: KubeObject;
  trusting: KubeObject[];
}

/**
 * The Secrets of which an upgrade has changed certificates and keys only, or that hooks of the upgrade have created, where the
 * `caBundle` of another object has been changed with them and trusts the new certificate: the API server goes on to reach the
 * webhook.
 */
export function findRenewedCertificates(
  differences: readonly LiveDifference[],
  hookSecrets: readonly KubeObject[],
): RenewedCertificates[] {
  const bundles = differences.flatMap(({ object, ...rest }) =>
    "changes" in rest
      ? rest.changes.filter(isBundle).map(({ after }) => ({ object, authorities: readPem(after) }))
      : [],
  );
  const renewed = differences.flatMap((difference) =>
    difference.kind === "changed" && difference.changes.every(isPem) ? [difference.object] : [],
  );
  return [...renewed, ...hookSecrets].flatMap((secret) => {
    if (secret.kind !== "Secret") return [];
    const certificates = Object.values(isMapping(secret.data) ? secret.data : {}).flatMap(readPem);
    const trusting = bundles.filter(({ authorities }) => certificates.some((each) => isTrusted(each, authorities)));
    return trusting.length === 0 ? [] : [{ secret, trusting: [...new Set(trusting.map(({ object }) => object))] }];
  });
}

/** Whether the field is the certificate authority of a webhook or of an aggregated API. */
export function isBundle({ path }: Pick<FieldChange, "path">): boolean {
  return path.at(-1) === "caBundle";
}

function isPem({ path, after }: FieldChange): boolean {
  return path[0] === "data" && decode(after).startsWith("-----BEGIN ");
}

function isTrusted(certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  return authorities.some((authority) => {
    if (authority.fingerprint256 === certificate.fingerprint256) return true;
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  });
}

function readPem(value: unknown): X509Certificate[] {
  const blocks = decode(value).match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

function decode(value: unknown): string {
  return typeof value === "string" ? Buffer.from(value, "base64").toString("utf8").trimStart() : "";
}
