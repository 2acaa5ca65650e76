import { groupOf, type KubeObject } from "../kube/object-ref.ts";
import { isMapping } from "../util/is-mapping.ts";
import { rulesOf } from "./rules-of.ts";
import type { PolicyRule } from "./stored-rules.ts";

/** A role that bindings of the chart give to somebody. */
export interface HeldRole {
  role: KubeObject;
  rules: PolicyRule[];
  /** A ClusterRoleBinding names it. */
  isClusterWide: boolean;
  /** The names of the ServiceAccounts that hold it and that a workload which runs on uses. */
  accounts: string[];
}

const running = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** The Roles and ClusterRoles of a chart that its own bindings name. */
export function heldRoles(objects: readonly KubeObject[]): HeldRole[] {
  const ofRbac = objects.filter(({ apiVersion }) => groupOf(apiVersion) === "rbac.authorization.k8s.io");
  const bindings = ofRbac.filter(({ kind }) => kind === "RoleBinding" || kind === "ClusterRoleBinding");
  const used = new Set(objects.filter(({ kind }) => running.has(kind)).map(accountOf));
  return ofRbac
    .filter(({ kind }) => kind === "Role" || kind === "ClusterRole")
    .flatMap((role) => {
      const own = bindings.filter(({ roleRef }) => {
        const { kind, name } = isMapping(roleRef) ? roleRef : {};
        return kind === role.kind && name === role.metadata.name;
      });
      if (own.length === 0) return [];
      const accounts = [...new Set(own.flatMap(accountsOf))].filter((name) => used.has(name));
      const isClusterWide = own.some(({ kind }) => kind === "ClusterRoleBinding");
      return [{ role, rules: rulesOf(role), isClusterWide, accounts }];
    });
}

function accountsOf({ subjects }: KubeObject): string[] {
  if (!Array.isArray(subjects)) return [];
  return subjects.flatMap((subject) => {
    const { kind, name } = isMapping(subject) ? subject : {};
    return kind === "ServiceAccount" && typeof name === "string" ? [name] : [];
  });
}

function accountOf({ spec }: KubeObject): string {
  const { template } = isMapping(spec) ? spec : {};
  const pod = isMapping(template) && isMapping(template.spec) ? template.spec : {};
  const name = pod.serviceAccountName ?? pod.serviceAccount;
  return typeof name === "string" && name !== "" ? name : "default";
}
