import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import type { Cluster, KubeConfig } from "@kubernetes/client-node";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { nearestName } from "../util/text/nearest-name.ts";

/**
 * The text of a kubeconfig that holds one context of another one, and everything that it refers to: files are read, and
 * credential plug-ins are run, now and never again. Rejects with `SEATRIAL_PROVIDER`.
 */
export async function pinKubeconfig(path: string, context: string): Promise<string> {
  const { KubeConfig: Config } = await import("@kubernetes/client-node");
  const config = new Config();
  try {
    await readFile(path);
    config.loadFromFile(path);
  } catch (error) {
    throw failure(`The kubeconfig ${path} cannot be read: ${(error as Error).message}`, error);
  }
  const names = config.getContexts().map(({ name }) => name);
  if (!names.includes(context)) {
    const nearest = nearestName(context, names);
    throw failure(
      `The kubeconfig ${path} has no context "${context}"; it has ${names.join(", ") || "none"}`,
      undefined,
      {
        hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
      },
    );
  }
  config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw failure(`The context "${context}" of ${path} names a cluster that ${path} does not contain`);
  if (cluster.proxyUrl !== undefined)
    throw failure(`The cluster of the context "${context}" has a proxy-url, which is not supported`);
  const options = await readCredentials(config, context);
  checkCertificate(options.cert, context);
  return JSON.stringify(toKubeconfig(context, cluster, options));
}

type Credentials = Pick<RequestOptions, "ca" | "cert" | "key" | "headers">;

async function readCredentials(config: KubeConfig, context: string): Promise<Credentials> {
  const options: RequestOptions = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw failure(`The credentials of the context "${context}" cannot be read: ${(error as Error).message}`, error);
  }
  return options;
}

function checkCertificate(cert: Credentials["cert"], context: string): void {
  if (cert === undefined) return;
  const { validTo } = new X509Certificate(cert as Buffer);
  if (Date.parse(validTo) > Date.now()) return;
  const expired = new Date(validTo).toISOString();
  throw failure(`The client certificate of the context "${context}" expired at ${expired}`, undefined, {
    hint: "get new credentials for the cluster",
  });
}

function toKubeconfig(name: string, cluster: Cluster, options: Credentials): object {
  const authorization = (options.headers as Record<string, string> | undefined)?.Authorization;
  const token = /^Bearer (.*)$/.exec(authorization ?? "")?.[1];
  const encode = (value: unknown) =>
    value === undefined ? undefined : Buffer.from(value as Buffer).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: cluster.server,
          "certificate-authority-data": encode(options.ca),
          "insecure-skip-tls-verify": cluster.skipTLSVerify === true ? true : undefined,
          "tls-server-name": cluster.tlsServerName,
        },
      },
    ],
    users: [
      {
        name,
        user: {
          token,
          "client-certificate-data": encode(options.cert),
          "client-key-data": encode(options.key),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}

function failure(message: string, cause?: unknown, { hint }: { hint?: string | undefined } = {}): SeatrialError {
  return new SeatrialError("SEATRIAL_PROVIDER", message, { cause, hint });
}
