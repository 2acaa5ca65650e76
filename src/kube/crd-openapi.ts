import { pollUntil } from "../util/poll.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubeObject } from "./object-ref.ts";
import { ApiStatusError } from "./status.ts";
import type { KubeWaitOptions } from "./wait.ts";

const POLL_INTERVAL_MS = 25;

interface OpenApiDocument {
  components?: { schemas?: Record<string, { "x-kubernetes-group-version-kind"?: { kind: string }[] }> };
}

/**
 * Resolves when the OpenAPI documents of the API server describe the kind of a CustomResourceDefinition, which follow its
 * endpoints by up to a second: Helm and kubectl validate objects with them. Rejects with `SEATRIAL_TIMEOUT`.
 */
export async function waitForOpenApi(kube: KubeClient, crd: KubeObject, options: KubeWaitOptions): Promise<void> {
  const { group, names, versions } = crd.spec as {
    group: string;
    names: { kind: string };
    versions: { name: string; served: boolean }[];
  };
  for (const version of versions.filter(({ served }) => served)) {
    const apiVersion = `${group}/${version.name}`;
    const probe = async () => ((await isDescribed(kube, apiVersion, names.kind, options.signal)) ? true : undefined);
    const waitingFor = `the OpenAPI document of ${apiVersion} to describe ${names.kind}`;
    await pollUntil(probe, { ...options, intervalMs: POLL_INTERVAL_MS, waitingFor });
  }
}

async function isDescribed(
  kube: KubeClient,
  apiVersion: string,
  kind: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const { body } = await kube.transport.request({ method: "GET", path: `/openapi/v3/apis/${apiVersion}`, signal });
    const schemas = Object.values((body as OpenApiDocument).components?.schemas ?? {});
    return schemas.some((schema) => schema["x-kubernetes-group-version-kind"]?.some((each) => each.kind === kind));
  } catch (error) {
    if (error instanceof ApiStatusError && error.statusCode === 404) return false;
    throw error;
  }
}
