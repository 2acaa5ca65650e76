import type { ImageReference } from "./image-reference.ts";

/** What a registry says about an image. */
export interface RegistryAnswer {
  /** Absent when the registry could not be asked. */
  exists?: boolean;
  /** Why it could not be asked. */
  registryError?: string;
}

const TIMEOUT_MS = 15_000;
// The media types of the OCI image specification and of Docker's, for one platform and for several.
const accepted = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Asks a registry without a login whether it has an image, by the HTTP API of the OCI distribution specification. Never rejects: a
 * registry that cannot be reached, or that requires a login, says nothing about the image.
 */
export async function askRegistry(image: ImageReference, signal?: AbortSignal): Promise<RegistryAnswer> {
  const { registry, repository, tag = "latest", digest } = image;
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const url = `${schemeOf(host)}://${host}/v2/${repository}/manifests/${digest ?? tag}`;
  try {
    const first = await head(url, undefined, signal);
    const token = first.status === 401 ? await fetchToken(first, repository, signal) : undefined;
    const response = token === undefined ? first : await head(url, token, signal);
    return toAnswer(response, registry);
  } catch (error) {
    return { registryError: `${registry} cannot be reached: ${reasonOf(error)}` };
  }
}

function toAnswer({ status }: Response, registry: string): RegistryAnswer {
  if (status === 200) return { exists: true };
  if (status === 404) return { exists: false };
  if (status === 401 || status === 403)
    return { registryError: `${registry} requires a login, or the image does not exist (HTTP ${status})` };
  if (status === 429) return { registryError: `${registry} answers no more requests for now (HTTP 429)` };
  return { registryError: `${registry} answered with HTTP ${status}` };
}

// As for Helm's registries: a registry on this machine is asked without TLS.
function schemeOf(host: string): "http" | "https" {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host) ? "http" : "https";
}

async function head(url: string, token: string | undefined, signal: AbortSignal | undefined): Promise<Response> {
  const headers = { accept: accepted, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  return await fetch(url, { method: "HEAD", headers, signal: within(signal) });
}

// An anonymous token, as the distribution specification's token server gives it to everybody.
async function fetchToken(
  response: Response,
  repository: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const challenge = response.headers.get("www-authenticate") ?? "";
  if (!/^bearer /i.test(challenge)) return undefined;
  const parameters = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  const realm = parameters.get("realm");
  if (realm === undefined) return undefined;
  const url = new URL(realm);
  if (url.protocol !== `${schemeOf(url.host)}:`) return undefined;
  const service = parameters.get("service");
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", parameters.get("scope") ?? `repository:${repository}:pull`);
  const answer = await fetch(url, { signal: within(signal) });
  if (!answer.ok) return undefined;
  const { token, access_token } = (await answer.json()) as { token?: unknown; access_token?: unknown };
  const found = token ?? access_token;
  return typeof found === "string" ? found : undefined;
}

function within(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

function reasonOf(error: unknown): string {
  const { message, cause, name } = error as Error;
  if (name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} s`;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
}
