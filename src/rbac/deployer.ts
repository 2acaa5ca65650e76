import type { Impersonation } from "../kube/impersonation.ts";
import { isMapping } from "../util/is-mapping.ts";

/** Who installs a chart, and works on its release. */
export interface Deployer extends Impersonation {
  /** A ClusterRole that is bound to the user in the release's namespace. @default none: bindings exist already, or are given */
  clusterRole?: string | undefined;
}

/** The word for {@link namespaceAdmin} on the command line, and its user. */
export const NAMESPACE_ADMIN = "namespace-admin";

/**
 * The administrator of the release's namespace: a user with Kubernetes' ClusterRole `admin` there, and without rights elsewhere.
 */
export function namespaceAdmin(): Deployer {
  return { user: NAMESPACE_ADMIN, clusterRole: "admin" };
}

/** What is wrong with a value that should be a {@link Deployer}; `undefined` when nothing is. */
export function deployerProblem(value: unknown): string | undefined {
  const { user, groups = [], clusterRole = "" } = isMapping(value) ? (value as Partial<Deployer>) : {};
  const areTexts = Array.isArray(groups) && [user, clusterRole, ...groups].every((each) => typeof each === "string");
  return areTexts && user !== "" ? undefined : "namespaceAdmin(), a user of addUser, or { user, groups }";
}
