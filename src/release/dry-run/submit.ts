import type { Finding } from "../../findings/finding.ts";
import { type StatusFinding, statusFindings } from "../../findings/status-findings.ts";
import type { KubeClient, KubeWriteOptions, KubeWritten } from "../../kube/kube-client.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import { ApiStatusError, isAlreadyExists, isSchemaFailure } from "../../kube/status.ts";
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

const CRD = "CustomResourceDefinition";
// The name that Helm writes fields under.
const FIELD_MANAGER = "helm";

/** Sends one object as Helm does (server-side apply, strict), as a dry run; those of `crds/` as if they were not there. Rejects only when it could not be checked. */
export async function submitObject(kube: KubeClient, item: ChartObject, options: SubmitOptions): Promise<Submitted> {
  const { object } = item;
  const resource = await kube.discovery.find(object.apiVersion, object.kind, options.signal);
  if (resource === undefined) return { item, findings: [await unknownKind(kube, item)], warnings: [] };
  const body = asHelmWrites(item, resource.isNamespaced, options);
  const how = { dryRun: true, fieldValidation: "Strict", fieldManager: FIELD_MANAGER, signal: options.signal } as const;
  try {
    const answer = await (isInCrds(item) ? createDefinition(kube, body, how) : applyObject(kube, body, how, options));
    const warnings = answer.warnings.map((message) => objectFinding(item, { message, severity: "warning" }));
    return { item, object: answer.object, findings: [], warnings };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const told = statusFindings(error.status);
    const found = isSchemaFailure(error.status) ? await allFindings(kube, body, told, options.signal) : told;
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

function isInCrds({ role, object }: ChartObject): boolean {
  return role === "crd" && object.kind === CRD;
}

// One of `crds/` is in place by now, the chart's own or another that is left as it is. The API server tells that of a
// sound one alone.
async function createDefinition(kube: KubeClient, body: KubeObject, how: KubeWriteOptions): Promise<KubeWritten> {
  try {
    return await kube.create(body, how);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const inPlace = await kube.get(toObjectRef(body), { signal: how.signal });
    return { object: inPlace ?? body, warnings: [...error.warnings] };
  }
}

// A CustomResourceDefinition of a template may have been put in place for the others: Helm would not conflict with itself.
function applyObject(
  kube: KubeClient,
  body: KubeObject,
  how: KubeWriteOptions,
  { forceConflicts }: SubmitOptions,
): Promise<KubeWritten> {
  return kube.apply(body, { ...how, force: forceConflicts || body.kind === CRD });
}

function isRefusal(error: unknown): error is ApiStatusError {
  if (!(error instanceof ApiStatusError)) return false;
  const { statusCode, status } = error;
  return (statusCode >= 400 && statusCode < 500 && statusCode !== 429 && statusCode !== 401) || isSchemaFailure(status);
}

/**
 * Server-side apply ends at one of the fields that do not fit the schema, any of them. A dry run of a creation tells the
 * others: asked strictly all unknown fields, asked leniently what is invalid beside them.
 */
async function allFindings(
  kube: KubeClient,
  body: KubeObject,
  told: readonly StatusFinding[],
  signal: AbortSignal | undefined,
): Promise<StatusFinding[]> {
  const ask = async (fieldValidation: "Strict" | "Ignore"): Promise<StatusFinding[]> => {
    try {
      await kube.create(body, { dryRun: true, fieldValidation, fieldManager: FIELD_MANAGER, signal });
      return [];
    } catch (error) {
      if (isRefusal(error)) return statusFindings(error.status);
      throw error;
    }
  };
  const [strict, lenient] = await Promise.all([ask("Strict"), ask("Ignore")]);
  const undeclared = strict.map((finding) => (isUnknown(finding) ? { ...finding, ...NOT_DECLARED } : finding));
  const others = [...undeclared, ...lenient].filter(({ field }) => field !== undefined);
  const seen = new Set<string>();
  return [...undeclared.filter(isNotDeclared).sort(byField), ...told, ...others].filter(({ field }) => {
    const key = comparable(field);
    if (field !== undefined && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

// As server-side apply says it, which names one of them.
const NOT_DECLARED = { message: "field not declared in schema", reason: "Invalid" };

function isUnknown({ message }: StatusFinding): boolean {
  return message.startsWith("unknown field ");
}

function isNotDeclared({ message }: StatusFinding): boolean {
  return message === NOT_DECLARED.message;
}

function byField({ field: one = "" }: StatusFinding, { field: other = "" }: StatusFinding): number {
  return one.localeCompare(other, "en", { numeric: true });
}

// Server-side apply names list items by their key, others by their index.
function comparable(field: string | undefined): string {
  return (field ?? "").replace(/\[[^\]]*\]/g, "[]");
}
