import type { KubeTransport } from "./transport.ts";

/** How the API server serves a kind. */
export interface KubeResource {
  apiVersion: string;
  kind: string;
  /** The plural name in paths, such as `deployments`. */
  plural: string;
  isNamespaced: boolean;
  verbs: readonly string[];
  /** Such as `status` and `scale`. */
  subresources?: readonly string[];
}

interface DiscoveryList {
  items?: {
    metadata?: { name?: string };
    versions?: {
      version: string;
      resources?: {
        resource: string;
        responseKind?: { kind?: string };
        scope: string;
        verbs?: string[];
        subresources?: { subresource: string }[];
      }[];
    }[];
  }[];
}

const ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/** The kinds that the API server serves: read once, and again when an unknown kind is looked up. */
export class Discovery {
  readonly #transport: KubeTransport;
  #resources: Promise<Map<string, KubeResource>> | undefined;

  constructor(transport: KubeTransport) {
    this.#transport = transport;
  }

  /** How a kind is served, or `undefined` when it is not served even after reading again. */
  async find(apiVersion: string, kind: string, signal?: AbortSignal): Promise<KubeResource | undefined> {
    const known = await this.#load(signal);
    const found = known.get(toKey(apiVersion, kind));
    if (found !== undefined) return found;
    // Concurrent callers that miss a kind share one request.
    if (this.#resources !== undefined && (await this.#resources) === known) this.#resources = undefined;
    return (await this.#load(signal)).get(toKey(apiVersion, kind));
  }

  /** Every served kind, preferred versions of a group first. */
  async all(signal?: AbortSignal): Promise<KubeResource[]> {
    return [...(await this.#load(signal)).values()];
  }

  /** Adds a kind that is known to be served, which avoids reading everything again. */
  async add(resource: KubeResource): Promise<void> {
    (await this.#load(undefined)).set(toKey(resource.apiVersion, resource.kind), resource);
  }

  /** Forgets what was read. */
  invalidate(): void {
    this.#resources = undefined;
  }

  #load(signal: AbortSignal | undefined): Promise<Map<string, KubeResource>> {
    if (this.#resources === undefined) {
      const reading = this.#read(signal);
      this.#resources = reading;
      reading.catch(() => {
        if (this.#resources === reading) this.#resources = undefined;
      });
    }
    return this.#resources;
  }

  async #read(signal: AbortSignal | undefined): Promise<Map<string, KubeResource>> {
    const lists = await Promise.all(
      ["/api", "/apis"].map((path) => this.#transport.request({ method: "GET", path, accept: ACCEPT, signal })),
    );
    const resources = new Map<string, KubeResource>();
    for (const { body } of lists) {
      for (const group of (body as DiscoveryList).items ?? []) {
        for (const { version, resources: served } of group.versions ?? []) {
          const name = group.metadata?.name;
          const apiVersion = name === undefined || name === "" ? version : `${name}/${version}`;
          for (const { resource, responseKind, scope, verbs, subresources = [] } of served ?? []) {
            const kind = responseKind?.kind;
            if (kind === undefined) continue;
            const isNamespaced = scope === "Namespaced";
            resources.set(toKey(apiVersion, kind), {
              apiVersion,
              kind,
              plural: resource,
              isNamespaced,
              verbs: verbs ?? [],
              subresources: subresources.map(({ subresource }) => subresource),
            });
          }
        }
      }
    }
    return resources;
  }
}

function toKey(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`;
}
