import type { KubeClient } from "../../kube/kube-client.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import { ApiStatusError, isSchemaFailure } from "../../kube/status.ts";
import { type StatusFinding, statusFindings } from "../../kube/status-findings.ts";
import type { Finding } from "../finding.ts";
import type { ChartObject } from "./render.ts";
import { objectFinding } from "./static-findings.ts";
import { unknownKind } from "./unknown-kind.ts";

export interface SubmitOptions {
  namespace: string;
  releaseName: string;
  forceConflicts: boolean;
  signal: AbortSignal | undefined;
}

/** What the API server said to one object. */
export interface Submitted {
  item: ChartObject;
  /** What it would have stored; absent when it refused. */
  object?: KubeObject;
  findings: Finding[];
  warnings: Finding[];
}

// The name that Helm writes fields under.
const FIELD_MANAGER = "helm";

/** Sends one object as Helm does (server-side apply, strict), as a dry run. Rejects only when it could not be checked. */
export async function submitObject(kube: KubeClient, item: ChartObject, options: SubmitOptions): Promise<Submitted> {
  const { object } = item;
  const resource = await kube.discovery.find(object.apiVersion, object.kind, options.signal);
  if (resource === undefined) return { item, findings: [await unknownKind(kube, item)], warnings: [] };
  const body = asHelmWrites(item, resource.isNamespaced, options);
  const how = { dryRun: true, fieldValidation: "Strict", fieldManager: FIELD_MANAGER, signal: options.signal } as const;
  try {
    const answer = await kube.apply(body, { ...how, force: options.forceConflicts });
    const warnings = answer.warnings.map((message) => objectFinding(item, { message, severity: "warning" }));
    return { item, object: answer.object, findings: [], warnings };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const found = statusFindings(error.status);
    if (isSchemaFailure(error.status)) found.push(...(await hiddenFindings(kube, body, found, options.signal)));
    return { item, findings: found.map((finding) => objectFinding(item, finding)), warnings: [] };
  }
}

// What Helm adds before it sends an object of the manifest; hooks and CRDs go as they are.
function asHelmWrites(item: ChartObject, isNamespaced: boolean, options: SubmitOptions): KubeObject {
  const { object } = item;
  const metadata = { ...object.metadata };
  if (isNamespaced) metadata.namespace ??= options.namespace;
  if (item.role !== "manifest") return { ...object, metadata };
  metadata.labels = { ...metadata.labels, "app.kubernetes.io/managed-by": "Helm" };
  metadata.annotations = {
    ...metadata.annotations,
    "meta.helm.sh/release-name": options.releaseName,
    "meta.helm.sh/release-namespace": options.namespace,
  };
  return { ...object, metadata };
}

function isRefusal(error: unknown): error is ApiStatusError {
  if (!(error instanceof ApiStatusError)) return false;
  const { statusCode, status } = error;
  return (statusCode >= 400 && statusCode < 500 && statusCode !== 429 && statusCode !== 401) || isSchemaFailure(status);
}

/**
 * Server-side apply ends at the first fields that do not fit the schema. A dry run of a creation tells the others: asked
 * strictly all unknown fields, asked leniently what is invalid beside them.
 */
async function hiddenFindings(
  kube: KubeClient,
  body: KubeObject,
  known: readonly StatusFinding[],
  signal: AbortSignal | undefined,
): Promise<StatusFinding[]> {
  const statuses = await Promise.all(
    (["Strict", "Ignore"] as const).map(async (fieldValidation) => {
      try {
        await kube.create(body, { dryRun: true, fieldValidation, fieldManager: FIELD_MANAGER, signal });
      } catch (error) {
        if (isRefusal(error)) return error.status;
        throw error;
      }
      return undefined;
    }),
  );
  const seen = new Set(known.map(({ field }) => comparable(field)));
  return statuses
    .flatMap((status) => (status === undefined ? [] : statusFindings(status)))
    .filter(({ field }) => {
      const key = comparable(field);
      if (field === undefined || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

// Server-side apply names list items by their key, others by their index.
function comparable(field: string | undefined): string {
  return (field ?? "").replace(/\[[^\]]*\]/g, "[]");
}
