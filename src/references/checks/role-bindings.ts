import { editDistance } from "../../util/text/nearest-name.ts";
import { type Dangling, missingObject } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { isTypo } from "../names.ts";
import { labelsAt, listAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const BOOTSTRAPPED = "kubernetes.io/bootstrapping";

/** Roles and ServiceAccounts that RoleBindings and ClusterRoleBindings name, and that do not exist. */
export function roleBindings(index: ReferenceIndex): Dangling[] {
  return ["RoleBinding", "ClusterRoleBinding"].flatMap((kind) =>
    index.ofChart(RBAC, kind).flatMap((entry) => [...missingRole(index, entry), ...missingSubjects(index, entry)]),
  );
}

function missingRole(index: ReferenceIndex, entry: ChartEntry): Dangling[] {
  const name = textAt(entry.object, "roleRef", "name");
  const kind = textAt(entry.object, "roleRef", "kind");
  if (name === undefined || (kind !== "Role" && kind !== "ClusterRole")) return [];
  const { namespace } = entry;
  const found = missingObject(index, { entry, field: "roleRef.name", kind, name, namespace, reason: "NoSuchRole" });
  const other = kind === "Role" ? "ClusterRole" : "Role";
  if (index.find(other, name, namespace) !== undefined)
    return found.map((each) => ({ ...each, hint: `there is a ${other} of this name: correct roleRef.kind` }));
  return kind === "ClusterRole" ? found.map((each) => withKubernetesRole(index, each, name)) : found;
}

// The roles that every cluster has: those of other charts are gone elsewhere.
function withKubernetesRole(index: ReferenceIndex, found: Dangling, name: string): Dangling {
  const lookups = [...found.lookups, { apiVersion: RBAC, kind: "ClusterRole" }];
  const roles = index.all("ClusterRole").filter(({ object }) => labelsAt(object, "metadata", "labels")[BOOTSTRAPPED]);
  const meant = roles.find((role) => isTypo(name, role.name) || editDistance(name, role.name) === 1)?.name;
  if (meant === undefined) return { ...found, lookups };
  return { ...found, lookups, hint: `did you mean "${meant}", which every cluster has?` };
}

function missingSubjects(index: ReferenceIndex, entry: ChartEntry): Dangling[] {
  return listAt(entry.object, "subjects").flatMap((subject, at) => {
    const name = textAt(subject, "name");
    // Every namespace has the account "default".
    if (name === undefined || name === "default" || textAt(subject, "kind") !== "ServiceAccount") return [];
    const namespace = textAt(subject, "namespace") ?? entry.namespace;
    const isHere = namespace === index.context.namespace || index.find("ServiceAccount", name, namespace) !== undefined;
    const field = `subjects[${at}].${isHere ? "name" : "namespace"}`;
    const base = { entry, field, name, namespace, report: "mistakes" } as const;
    return missingObject(index, { ...base, kind: "ServiceAccount", reason: "NoSuchServiceAccount" });
  });
}
