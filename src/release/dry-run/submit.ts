import { apiWarning } from "../../findings/api-warning.ts";
import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import type { StatusFinding } from "../../findings/status-finding.ts";
import { statusFindings } from "../../findings/status-findings.ts";
import { withReleaseMetadata } from "../../helm/annotations.ts";
import type { HelmMajor } from "../../helm/types.ts";
import type { KubeClient, KubeWriteOptions, KubeWritten } from "../../kube/kube-client.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import { ApiStatusError, isAlreadyExists, isFaultOfObject, isSchemaFailure } from "../../kube/status.ts";
import { droppedFields, droppedWarnings } from "./dropped-fields.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { unknownKind } from "./unknown-kind.ts";

export interface SubmitOptions {
  namespace: string;
  releaseName: string;
  forceConflicts: boolean;
  /** The Helm that would write the object. */
  major: HelmMajor;
  /** The version of the API server, such as `v1.37.2`. */
  kubernetes: string;
  signal: AbortSignal | undefined;
}

/** What the API server answered for one object. */
export interface Submitted {
  item: ChartObject;
  /** What it would have stored; absent when it refused the object. */
  object?: KubeObject;
  findings: Finding[];
  warnings: Finding[];
}

const CRD = "CustomResourceDefinition";
// The name that Helm writes fields under.
const FIELD_MANAGER = "helm";

/**
 * Sends one object as Helm does, as a dry run: Helm 4 with server-side apply and strict, Helm 3 as a creation in which the API
 * server drops unknown fields. A CustomResourceDefinition of `crds/` is sent as if it did not exist. Rejects only when the object
 * could not be checked.
 */
export async function submitObject(kube: KubeClient, item: ChartObject, options: SubmitOptions): Promise<Submitted> {
  const { object } = item;
  const resource = await kube.discovery.find(object.apiVersion, object.kind, options.signal);
  if (resource === undefined)
    return { item, findings: [await unknownKind(kube, item, options.kubernetes)], warnings: [] };
  const body = asHelmWrites(item, resource.isNamespaced, options);
  const isThree = options.major === 3;
  const fieldValidation = isThree ? "Warn" : "Strict";
  const how = { dryRun: true, fieldValidation, fieldManager: FIELD_MANAGER, signal: options.signal } as const;
  const write = isInCrds(item) ? createDefinition : isThree ? createObject : applyObject;
  try {
    const answer = await write(kube, body, how, options);
    const warnings = answer.warnings.map((text) =>
      objectFinding(item, { ...apiWarning(text, object), severity: "warning" }),
    );
    // The API server has warned of the unknown ones.
    const dropped = droppedFields(body, answer.object).filter(
      (field) => !answer.warnings.includes(`unknown field "${field}"`),
    );
    warnings.push(...droppedWarnings(item, dropped, options.kubernetes));
    return { item, object: answer.object, findings: [], warnings };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (isUnserved(error)) return { item, findings: [await unknownKind(kube, item, options.kubernetes)], warnings: [] };
    const reported = statusFindings(error.status, object);
    const found =
      isSchemaFailure(error.status) && !isThree ? await allFindings(kube, body, reported, options.signal) : reported;
    const explained = explainRefusal(found, object);
    return { item, findings: explained.map((finding) => objectFinding(item, finding)), warnings: [] };
  }
}

// Helm adds metadata to the objects of the manifest; it sends hooks and CRDs unchanged.
function asHelmWrites(item: ChartObject, isNamespaced: boolean, options: SubmitOptions): KubeObject {
  const { object } = item;
  const metadata = { ...object.metadata };
  if (isNamespaced) metadata.namespace ??= options.namespace;
  if (item.role !== "manifest") return { ...object, metadata };
  return { ...object, metadata: withReleaseMetadata(metadata, options) };
}

function isInCrds({ role, object }: ChartObject): boolean {
  return role === "crd" && object.kind === CRD;
}

// The CRD exists by now: the chart's own, or another one that stays as it is. The API server reports "already exists" only
// for a valid CRD.
async function createDefinition(kube: KubeClient, body: KubeObject, how: KubeWriteOptions): Promise<KubeWritten> {
  try {
    return await kube.create(body, how);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const existing = await kube.get(toObjectRef(body), { signal: how.signal });
    return { object: existing ?? body, warnings: [...error.warnings] };
  }
}

// Helm 3 creates an object, and patches one that exists, with what is left of the fields that Helm wrote before.
async function createObject(
  kube: KubeClient,
  body: KubeObject,
  how: KubeWriteOptions,
  options: SubmitOptions,
): Promise<KubeWritten> {
  try {
    return await kube.create(body, how);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return applyObject(kube, body, how, { ...options, forceConflicts: true });
  }
}

// A CustomResourceDefinition of a template may have been created for the dry run: Helm would not conflict with itself.
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
  return (statusCode >= 400 && statusCode < 500 && statusCode !== 429 && statusCode !== 401) || isFaultOfObject(status);
}

// The answer for a path that the API server does not serve: discovery lists the kind of a removed CRD for a moment longer.
function isUnserved({ statusCode, status }: ApiStatusError): boolean {
  return statusCode === 404 && status.reason === undefined;
}

/**
 * Server-side apply reports only one of the fields that do not fit the schema, any of them. A dry run of a creation reports
 * the others: with strict validation all unknown fields, with lenient validation the other invalid fields.
 */
async function allFindings(
  kube: KubeClient,
  body: KubeObject,
  reported: readonly StatusFinding[],
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
  return [...undeclared.filter(isNotDeclared).sort(byField), ...reported, ...others].filter(({ field }) => {
    const key = comparable(field);
    if (field !== undefined && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

// The words of server-side apply, which names one of them.
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

// Server-side apply names list items by their key, a creation by their index.
function comparable(field: string | undefined): string {
  return (field ?? "").replace(/\[[^\]]*\]/g, "[]");
}
