import type { ManifestDocument } from "../../chart/manifest.ts";
import { TimeoutError } from "../../errors/timeout-error.ts";
import type { Finding } from "../../findings/finding.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import type { HelmRelease } from "../../helm/types.ts";
import { groupOf, type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import { waitForObject } from "../../kube/wait.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { mapLimit } from "../../util/map-limit.ts";

const CONCURRENCY = 4;
const TIMEOUT_MS = 10_000;

interface PolicyStatus {
  observedGeneration?: number;
  typeChecking?: { expressionWarnings?: { fieldRef: string; warning: string }[] };
}

/**
 * A warning for each expression of an installed ValidatingAdmissionPolicy that does not fit the kinds which the policy matches. The
 * API server accepts such a policy; its controller writes the warnings to the status, which only `kubectl get` shows.
 */
export async function policyExpressions(
  plane: Pick<ControlPlane, "kube" | "capabilities">,
  release: HelmRelease,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  if (!plane.capabilities.controllers) return [];
  const policies = tryReleaseDocuments(release).filter(({ object }) => isPolicy(object));
  const found = await mapLimit(policies, CONCURRENCY, async (document) => {
    const status = await checkedStatus(plane, document.object, signal);
    const warnings = status?.typeChecking?.expressionWarnings ?? [];
    return warnings.filter(({ warning }) => !isGuarded(warning)).map((each) => toFinding(document, each));
  });
  return found.flat();
}

function isPolicy({ apiVersion, kind }: KubeObject): boolean {
  return groupOf(apiVersion) === "admissionregistration.k8s.io" && kind === "ValidatingAdmissionPolicy";
}

async function checkedStatus(
  { kube }: Pick<ControlPlane, "kube">,
  object: KubeObject,
  signal: AbortSignal | undefined,
): Promise<PolicyStatus | undefined> {
  const ref = toObjectRef(object);
  const isChecked = ({ status, metadata }: KubeObject) =>
    (status as PolicyStatus | undefined)?.observedGeneration === metadata.generation;
  const waitingFor = `the expressions of policy ${ref.name} to be checked`;
  try {
    const checked = await waitForObject(kube, ref, isChecked, { timeoutMs: TIMEOUT_MS, waitingFor, signal });
    return checked.status as PolicyStatus;
  } catch (error) {
    // The controller of another provider may not run.
    if (error instanceof TimeoutError) return undefined;
    throw error;
  }
}

// The check knows the type of each kind and not that an expression asks for a field before it reads the field.
function isGuarded(warning: string): boolean {
  const problems = warning.match(/ERROR: <input>/g) ?? [];
  const fields = [...warning.matchAll(/undefined field '([^']+)'/g)].map(([, field]) => field ?? "");
  const isAskedFor = (field: string) =>
    (warning.includes(`.${field})`) && /\bhas\(/.test(warning)) || warning.includes(`.?${field}`);
  return fields.length > 0 && fields.length === problems.length && fields.every(isAskedFor);
}

function toFinding(
  { object, template }: ManifestDocument,
  { fieldRef, warning }: { fieldRef: string; warning: string },
): Finding {
  return {
    severity: "warning",
    step: "install",
    message: `the expression does not fit a kind that the policy matches, and fails for its objects: ${warning.trim()}`,
    reason: "PolicyExpression",
    object: toObjectRef(object),
    field: fieldRef,
    template,
    hint: "correct the field, or narrow matchConstraints to the kinds that have it",
  };
}
