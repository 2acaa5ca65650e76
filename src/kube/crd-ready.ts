import { TimeoutError } from "../errors/timeout-error.ts";
import { pollUntil } from "../util/poll.ts";
import { refusedNames } from "./crd-names.ts";
import type { KubeClient } from "./kube-client.ts";
import { formatObjectRef, type KubeObject, toObjectRef } from "./object-ref.ts";
import { ApiStatusError } from "./status.ts";
import type { KubeWaitOptions } from "./wait.ts";

const POLL_INTERVAL_MS = 25;
// A definition can be large, and nearly all are served within some probes.
const PROBES_PER_LOOK = 10;

interface CrdSpec {
  group: string;
  scope: string;
  names: { kind: string; plural: string };
  versions: { name: string; served: boolean }[];
}

/**
 * Resolves when objects of the CustomResourceDefinition can be written and `kube` knows its kind. It queries the new endpoints:
 * the condition `Established` becomes true before they answer. Rejects with `SEATRIAL_TIMEOUT`, and with
 * `SEATRIAL_REJECTED` when another definition has one of its names.
 */
export async function waitForCrd(kube: KubeClient, crd: KubeObject, options: KubeWaitOptions): Promise<void> {
  const { group, scope, names, versions } = crd.spec as CrdSpec;
  const { signal } = options;
  for (const version of versions.filter(({ served }) => served)) {
    const apiVersion = `${group}/${version.name}`;
    let probes = 0;
    const probe = async () => {
      if (await isServed(kube, apiVersion, names, signal)) return true;
      if (++probes % PROBES_PER_LOOK !== 0) return undefined;
      const refusal = await refusedNames(kube, crd, signal);
      if (refusal !== undefined) throw refusal;
      return undefined;
    };
    const waitingFor = `${names.kind} in version ${apiVersion} to be served`;
    try {
      await pollUntil(probe, { ...options, intervalMs: POLL_INTERVAL_MS, waitingFor });
    } catch (error) {
      throw error instanceof TimeoutError ? await withConditions(kube, crd, error) : error;
    }
    const isNamespaced = scope === "Namespaced";
    await kube.discovery.add({ apiVersion, kind: names.kind, plural: names.plural, isNamespaced, verbs: [] });
  }
}

async function isServed(
  kube: KubeClient,
  apiVersion: string,
  names: CrdSpec["names"],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const path = `/apis/${apiVersion}`;
    const listed = await kube.transport.request({
      method: "GET",
      path: `${path}/${names.plural}`,
      query: { limit: 1 },
      signal,
    });
    const { body } = await kube.transport.request({ method: "GET", path, signal });
    return (
      listed.statusCode === 200 &&
      ((body as { resources?: { kind: string }[] }).resources ?? []).some(({ kind }) => kind === names.kind)
    );
  } catch (error) {
    // 429: "storage is (re)initializing", right after the definition changed.
    if (error instanceof ApiStatusError && (error.statusCode === 404 || error.statusCode === 429)) return false;
    throw error;
  }
}

async function withConditions(kube: KubeClient, crd: KubeObject, error: TimeoutError): Promise<TimeoutError> {
  const current = await kube.get(toObjectRef(crd));
  const conditions = (
    current?.status as { conditions?: { type: string; status: string; message?: string }[] } | undefined
  )?.conditions;
  const lastSeen = (conditions ?? [])
    .map(({ type, status, message }) => `${type} is ${status}: ${message ?? ""}`)
    .join("; ");
  const seen = lastSeen === "" ? "it has no conditions yet" : lastSeen;
  return new TimeoutError({
    waitedMs: error.waitedMs,
    waitingFor: `${formatObjectRef(toObjectRef(crd))} to be served`,
    lastSeen: current === undefined ? "it is gone" : seen,
    cause: error,
  });
}
