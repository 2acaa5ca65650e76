import type { ApiConstructor, ApiType, KubeConfig } from "@kubernetes/client-node";
import { ClusterError } from "../errors/cluster-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { describe } from "../util/check-options.ts";
import type { ExplainFailure } from "../util/explain-failure.ts";
import { Discovery, type KubeResource } from "./discovery.ts";
import type { KubeObject, KubeObjectMeta, ObjectRef } from "./object-ref.ts";
import { isNotFound } from "./status.ts";
import { KubeTransport } from "./transport.ts";

/** Options of every call. */
export interface KubeCallOptions {
  /** Cancels the call: it rejects with `SEATRIAL_CANCELLED`. */
  signal?: AbortSignal | undefined;
  /** In milliseconds. @default 30000 */
  timeoutMs?: number | undefined;
}

export interface KubeGetOptions extends KubeCallOptions {
  /** Requests only `metadata`, which avoids the transfer of a large object. @default false */
  metadataOnly?: boolean | undefined;
}

/** How an object is written. */
export interface KubeWriteOptions extends KubeCallOptions {
  /** The API server does everything except the write: `dryRun=All`. @default false */
  dryRun?: boolean | undefined;
  /** @default "Strict" */
  fieldValidation?: "Strict" | "Warn" | "Ignore" | undefined;
  /** @default "seatrial" */
  fieldManager?: string | undefined;
  /** Server-side apply: takes over fields of other managers. @default false */
  force?: boolean | undefined;
  /** For namespaced objects without a namespace. @default "default" */
  namespace?: string | undefined;
}

export interface KubeListOptions extends KubeCallOptions {
  /** @default all namespaces */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
}

export interface KubeDeleteOptions extends KubeCallOptions {
  /** @default "Background" */
  propagationPolicy?: "Background" | "Foreground" | "Orphan" | undefined;
  /** In seconds; 0 deletes immediately. @default the kind's own */
  gracePeriodSeconds?: number | undefined;
  /** Only checks whether the deletion is allowed. @default false */
  dryRun?: boolean | undefined;
}

export interface KubeEvictOptions extends KubeCallOptions {
  /** Only checks whether the eviction is allowed. @default false */
  dryRun?: boolean | undefined;
  /** In seconds. @default the Pod's own */
  gracePeriodSeconds?: number | undefined;
}

/** The answer to a write. */
export interface KubeWritten {
  /** The object as the API server stored it, or would have stored it with `dryRun`. */
  object: KubeObject;
  /** The texts of `Warning:` headers. */
  warnings: string[];
}

const ACCEPT_METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

/**
 * Reads and writes untyped objects by `apiVersion` and `kind`. Calls reject with `ApiStatusError` when the API server refuses,
 * `SEATRIAL_API` when it cannot be reached or does not serve the kind, `SEATRIAL_ENGINE_EXITED` when the engine has ended.
 */
export class KubeClient {
  readonly discovery: Discovery;
  readonly transport: KubeTransport;
  readonly #clients = new Map<unknown, unknown>();

  constructor(transport: KubeTransport) {
    this.transport = transport;
    this.discovery = new Discovery(transport);
  }

  /** A client for the current context of a kubeconfig; nothing else is read. */
  static fromFile(path: string, explain?: ExplainFailure): KubeClient {
    return new KubeClient(KubeTransport.fromFile(path, explain));
  }

  /**
   * A client that makes its requests as another user, as `kubectl --as` does. The typed clients of {@link api} send the user
   * without its groups.
   */
  as(user: string, groups: readonly string[] = []): KubeClient {
    return new KubeClient(this.transport.as({ user, groups }));
  }

  /** The kubeconfig in use, for client-node's own helpers such as `Watch` or `Exec`. */
  get config(): KubeConfig {
    return this.transport.config;
  }

  /** A typed client of `@kubernetes/client-node`: `kube.api(CoreV1Api)`. The same one for each call with the same type. */
  api<Api extends ApiType>(type: ApiConstructor<Api>): Api {
    const client = (this.#clients.get(type) as Api | undefined) ?? this.config.makeApiClient(type);
    this.#clients.set(type, client);
    return client;
  }

  /** The object, or `undefined` when it does not exist. */
  async get(ref: ObjectRef, options: KubeGetOptions = {}): Promise<KubeObject | undefined> {
    const { metadataOnly, ...call } = options;
    const path = await this.#path(ref.apiVersion, ref.kind, ref.namespace, ref.name, call);
    const accept = metadataOnly === true ? ACCEPT_METADATA : "application/json";
    try {
      return (await this.transport.request({ method: "GET", path, accept, ...call })).body as KubeObject;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Objects of a kind, in all namespaces unless one is given. Rejects with `SEATRIAL_USAGE` for other arguments. */
  async list(apiVersion: string, kind: string, options: KubeListOptions = {}): Promise<KubeObject[]> {
    const { namespace, labelSelector, fieldSelector, ...call } = options;
    const resource = await this.resource(apiVersion, kind, call);
    const path = resourcePath(resource, resource.isNamespaced ? namespace : undefined);
    const query = { labelSelector, fieldSelector };
    const { body } = await this.transport.request({ method: "GET", path, query, ...call });
    // In JSON the items of a list have neither apiVersion nor kind.
    return ((body as { items?: KubeObject[] }).items ?? []).map((item) => ({ ...item, apiVersion, kind }));
  }

  /** Creates an object; rejects with reason `AlreadyExists` when it exists. */
  async create(object: KubeObject, options: KubeWriteOptions = {}): Promise<KubeWritten> {
    const { namespace, ...call } = options;
    const path = await this.#path(
      object.apiVersion,
      object.kind,
      object.metadata?.namespace ?? namespace,
      undefined,
      call,
    );
    return this.#write("POST", path, object, "application/json", call);
  }

  /** Server-side apply: creates the object or changes the fields that it names. */
  async apply(object: KubeObject, options: KubeWriteOptions = {}): Promise<KubeWritten> {
    const { namespace, ...call } = options;
    const { metadata } = object;
    const path = await this.#path(object.apiVersion, object.kind, metadata.namespace ?? namespace, metadata.name, call);
    return this.#write("PATCH", path, object, "application/apply-patch+yaml", { force: false, ...call });
  }

  /** Changes an object with a JSON merge patch. */
  async patch(ref: ObjectRef, patch: unknown, options: Omit<KubeWriteOptions, "force"> = {}): Promise<KubeWritten> {
    const path = await this.#path(ref.apiVersion, ref.kind, ref.namespace, ref.name, options);
    return this.#write("PATCH", path, patch, "application/merge-patch+json", options);
  }

  /** Requests the object's deletion; `false` when it did not exist. It may exist for a while after that: see `waitForAbsence`. */
  async delete(ref: ObjectRef, options: KubeDeleteOptions = {}): Promise<boolean> {
    const { propagationPolicy = "Background", gracePeriodSeconds, dryRun, ...call } = options;
    const path = await this.#path(ref.apiVersion, ref.kind, ref.namespace, ref.name, call);
    const how = { propagationPolicy, gracePeriodSeconds, dryRun: dryRun === true ? ["All"] : undefined };
    const body = { apiVersion: "v1", kind: "DeleteOptions", ...how };
    try {
      await this.transport.request({ method: "DELETE", path, body, ...call });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /**
   * Requests the eviction of a Pod, as `kubectl drain` does; takes an object's `metadata`. Rejects with `ApiStatusError` 429
   * (`SEATRIAL_REJECTED`) when a PodDisruptionBudget does not allow it.
   */
  async evict(pod: Pick<KubeObjectMeta, "name" | "namespace">, options: KubeEvictOptions = {}): Promise<void> {
    const { dryRun, gracePeriodSeconds, ...call } = options;
    const { name = "", namespace = "default" } = pod;
    const path = `${await this.#path("v1", "Pod", namespace, name, call)}/eviction`;
    const deleteOptions = { gracePeriodSeconds, dryRun: dryRun === true ? ["All"] : undefined };
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace }, deleteOptions };
    await this.transport.request({ method: "POST", path, body, ...call });
  }

  /** How the kind is served. Rejects with `SEATRIAL_API`, reason `NotFound`, when it is not. */
  async resource(apiVersion: string, kind: string, options: KubeCallOptions = {}): Promise<KubeResource> {
    checkKind(apiVersion, kind);
    const resource = await this.discovery.find(apiVersion, kind, options.signal);
    if (resource !== undefined) return resource;
    throw new ClusterError("SEATRIAL_API", `The API server serves no kind "${kind}" in version "${apiVersion}"`, {
      reason: "NotFound",
      details: { apiVersion, kind },
    });
  }

  /** Closes idle connections. */
  close(): void {
    this.transport.close();
  }

  async #write(
    method: "POST" | "PATCH",
    path: string,
    body: unknown,
    contentType: string,
    options: Omit<KubeWriteOptions, "namespace">,
  ): Promise<KubeWritten> {
    const { dryRun, fieldValidation = "Strict", fieldManager = "seatrial", force, ...call } = options;
    const query = { dryRun: dryRun === true ? "All" : undefined, fieldValidation, fieldManager, force };
    const answer = await this.transport.request({ method, path, query, body, contentType, ...call });
    return { object: answer.body as KubeObject, warnings: answer.warnings };
  }

  async #path(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
    name: string | undefined,
    options: KubeCallOptions,
  ): Promise<string> {
    const resource = await this.resource(apiVersion, kind, options);
    return resourcePath(resource, resource.isNamespaced ? (namespace ?? "default") : undefined, name);
  }
}

function resourcePath(resource: KubeResource, namespace?: string, name?: string): string {
  const root = resource.apiVersion.includes("/") ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource.plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}

// `kube.list({ kind: "Pod" })` would look for a kind "undefined".
function checkKind(apiVersion: unknown, kind: unknown): void {
  for (const [name, value] of Object.entries({ apiVersion, kind })) {
    if (typeof value === "string" && value !== "") continue;
    throw new UsageError(
      `kube: the ${name} must be a string such as ${name === "kind" ? '"Pod"' : '"v1"'}, got ${describe(value)}`,
      {
        hint: 'pass the kind as two strings, kube.list("v1", "Pod"), and an object as kube.get({ apiVersion, kind, name })',
      },
    );
  }
}
