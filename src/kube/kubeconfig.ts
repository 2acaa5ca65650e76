import { readFileSync } from "node:fs";
import { dump, load } from "js-yaml";
import { UsageError } from "../errors/usage-error.ts";
import type { Impersonation } from "./impersonation.ts";

/** The current context of a kubeconfig, as a connection needs it. */
export interface Kubeconfig {
  server: URL;
  token: string | undefined;
  /** As whom requests are made, in place of the credentials' own user. */
  impersonated: Impersonation | undefined;
  tls: { ca?: Buffer; cert?: Buffer; key?: Buffer; servername?: string; rejectUnauthorized?: boolean };
}

/**
 * Reads the text of a kubeconfig with credentials in it: a token or a client certificate. `@kubernetes/client-node` reads every
 * kubeconfig, and takes half a second to load. Throws `SEATRIAL_USAGE` without a current context that names a cluster.
 */
export function parseKubeconfig(text: string): Kubeconfig {
  const config = (load(text) ?? {}) as Record<string, unknown>;
  const context = find(config.contexts, config["current-context"])?.context as Record<string, unknown> | undefined;
  const cluster = find(config.clusters, context?.cluster)?.cluster as Record<string, unknown> | undefined;
  const user = (find(config.users, context?.user)?.user ?? {}) as Record<string, unknown>;
  if (typeof cluster?.server !== "string") {
    throw new UsageError("The kubeconfig has no current context with a cluster");
  }
  const tls: Kubeconfig["tls"] = {};
  const ca = content(cluster, "certificate-authority");
  const cert = content(user, "client-certificate");
  const key = content(user, "client-key");
  const servername = cluster["tls-server-name"];
  if (ca !== undefined) tls.ca = ca;
  if (cert !== undefined) tls.cert = cert;
  if (key !== undefined) tls.key = key;
  if (typeof servername === "string") tls.servername = servername;
  if (cluster["insecure-skip-tls-verify"] === true) tls.rejectUnauthorized = false;
  return {
    server: new URL(cluster.server),
    token: typeof user.token === "string" ? user.token : undefined,
    impersonated: typeof user.as === "string" ? { user: user.as, groups: textsOf(user["as-groups"]) } : undefined,
    tls,
  };
}

/** The kubeconfig with requests made as another user, as `kubectl --as` does. */
export function impersonate(text: string, { user: as, groups = [] }: Impersonation): string {
  const config = load(text) as { users: { user: object }[] };
  const more = groups.length === 0 ? { as } : { as, "as-groups": [...groups] };
  return dump({ ...config, users: config.users.map((each) => ({ ...each, user: { ...each.user, ...more } })) });
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function find(list: unknown, name: unknown): Record<string, unknown> | undefined {
  return Array.isArray(list) ? list.find((item) => item?.name === name) : undefined;
}

function content(section: Record<string, unknown>, key: string): Buffer | undefined {
  const data = section[`${key}-data`];
  if (typeof data === "string") return Buffer.from(data, "base64");
  const file = section[key];
  return typeof file === "string" ? readFileSync(file) : undefined;
}

/** The kubeconfig of a user of the same cluster, who has a client certificate. */
export function userKubeconfig(
  text: string,
  { user: name, namespace, certificate, key }: { user: string; namespace: string; certificate: string; key: string },
): string {
  const config = load(text) as { clusters: { name: string }[] };
  const cluster = config.clusters[0]?.name ?? "";
  const encode = (pem: string) => Buffer.from(pem).toString("base64");
  const user = { "client-certificate-data": encode(certificate), "client-key-data": encode(key) };
  return dump({
    apiVersion: "v1",
    kind: "Config",
    clusters: config.clusters,
    users: [{ name, user }],
    contexts: [{ name, context: { cluster, user: name, namespace } }],
    "current-context": name,
  });
}
