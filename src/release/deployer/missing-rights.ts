import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { missingRightMessage } from "../../findings/forbidden.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import type { ReleaseId } from "../../helm/annotations.ts";
import type { KubeResource } from "../../kube/discovery.ts";
import { groupOf, type KubeObject } from "../../kube/object-ref.ts";
import { isOwnGroup } from "../../kube/own-group.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import type { OpenDeployer } from "../../sharing/open-deployer.ts";
import { mapLimit } from "../../util/map-limit.ts";

const CONCURRENCY = 16;

// Helm reads an object before it creates it, creates it with server-side apply, which patches, and deletes it in the end.
const verbsOf: Record<ChartObject["role"], readonly string[]> = {
  crd: ["create", "patch"],
  manifest: ["get", "create", "patch", "delete"],
  hook: ["get", "create", "patch", "delete"],
};
const recordVerbs = ["get", "list", "create", "update", "delete"];

/** What a deployer may not do with the objects of a chart. */
export interface MissingRights {
  findings: Finding[];
  /** Objects that the deployer may not create. */
  refused: ReadonlySet<ChartObject>;
}

/**
 * Asks the authorizer for everything that Helm does with each object of a chart, and with its own record of the release. One
 * finding for each object names all rights that are missing. Objects of kinds that the API server does not serve are left out.
 */
export async function missingRights(
  plane: ControlPlane,
  deployer: OpenDeployer,
  objects: readonly ChartObject[],
  { namespace, releaseName, signal }: ReleaseId & { signal: AbortSignal | undefined },
): Promise<MissingRights> {
  const ask = cached((access) => isAllowed(deployer, access, signal));
  const refused = new Set<ChartObject>();
  const missingVerbs = async (access: Omit<Access, "verb">, verbs: readonly string[]) => {
    const missing = await mapLimit(verbs, CONCURRENCY, async (verb) => {
      const { name: _name, ...any } = access;
      if (await ask({ ...any, verb })) return [];
      // A rule may name objects; what is created has no name yet.
      return verb !== "create" && (await ask({ ...access, verb })) ? [] : [verb];
    });
    return missing.flat();
  };
  const found = await mapLimit(objects, CONCURRENCY, async (item): Promise<Finding[]> => {
    const { apiVersion, kind, metadata } = item.object;
    const resource = await plane.kube.discovery.find(apiVersion, kind, signal);
    if (resource === undefined) return [];
    const place = placeOf(item.object, resource, namespace);
    const target = { group: groupOf(apiVersion), resource: resource.plural, name: metadata.name ?? "", ...place };
    const verbs = await missingVerbs(target, verbsOf[item.role]);
    if (verbs.length === 0) return [];
    if (verbs.includes("create") || verbs.includes("patch")) refused.add(item);
    const message = missingRightMessage(deployer.user, verbs, nameOf(target));
    return [objectFinding(item, { message, reason: "MissingRight", hint: hintFor(item, resource) })];
  });
  const record = { group: "", resource: "secrets", namespace, name: `sh.helm.release.v1.${releaseName}.v1` };
  const ofRecord = await missingVerbs(record, recordVerbs);
  return {
    refused,
    findings: ofRecord.length === 0 ? found.flat() : [...found.flat(), recordFinding(deployer, record, ofRecord)],
  };
}

// A Namespace is in itself: a binding in it applies to it.
function placeOf(
  { apiVersion, kind, metadata }: KubeObject,
  { isNamespaced }: KubeResource,
  namespace: string,
): { namespace?: string } {
  if (isNamespaced) return { namespace: metadata.namespace ?? namespace };
  return apiVersion === "v1" && kind === "Namespace" ? { namespace: metadata.name ?? "" } : {};
}

interface Access {
  verb: string;
  group: string;
  resource: string;
  namespace?: string;
  name?: string;
}

function cached(ask: (access: Access) => Promise<boolean>): (access: Access) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>();
  return (access) => {
    const key = JSON.stringify(access);
    const answer = answers.get(key) ?? ask(access);
    answers.set(key, answer);
    return answer;
  };
}

async function isAllowed({ kube }: OpenDeployer, access: Access, signal: AbortSignal | undefined): Promise<boolean> {
  const spec = { resourceAttributes: access };
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
  const { object } = await kube.create(review as unknown as KubeObject, { signal });
  return (object.status as { allowed?: boolean }).allowed === true;
}

function nameOf({ group, resource }: Pick<Access, "group" | "resource">): string {
  return group === "" ? resource : `${resource}.${group}`;
}

function hintFor({ role, object }: ChartObject, { isNamespaced }: KubeResource): string {
  if (role === "crd") {
    return "an administrator has to create it before, and the deployer leaves it out with `helm install --skip-crds`; check that with --skip-crds --crds PATH";
  }
  if (!isNamespaced) {
    return "an administrator has to create it: move it to a chart of its own, or let a value leave it out";
  }
  if (!isOwnGroup(groupOf(object.apiVersion))) {
    return "let the kind's own chart add rules for it to the ClusterRole admin: rbac.authorization.k8s.io/aggregate-to-admin";
  }
  return "let an administrator create it, or give the deployer the rights";
}

function recordFinding(
  { user }: OpenDeployer,
  record: Access | Omit<Access, "verb">,
  verbs: readonly string[],
): Finding {
  const { namespace = "", name = "" } = record;
  return {
    severity: "error",
    step: "dry-run",
    message: `${missingRightMessage(user, verbs, "secrets")}, in which Helm stores the release`,
    reason: "MissingRight",
    object: { apiVersion: "v1", kind: "Secret", namespace, name },
    hint: "give the deployer the rights",
  };
}
