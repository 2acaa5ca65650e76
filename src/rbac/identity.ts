import { UsageError } from "../errors/usage-error.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { nearestName } from "../util/text/nearest-name.ts";
import { type Access, resolveAccess } from "./resolve-access.ts";
import { type BoundRule, rulesOfUser } from "./stored-rules.ts";

/** The API server's answer to whether a request is allowed. */
export interface AccessDecision {
  isAllowed: boolean;
  /** Which binding allows it, in the authorizer's words; empty when none does. */
  reason: string;
}

/** What an {@link Identity} consists of. */
export interface IdentityParts {
  user: string;
  groups?: readonly string[];
  namespace: string;
  /** A client of the administrator. */
  admin: KubeClient;
  /** A client that sends requests as the user. */
  kube: KubeClient;
}

/** A user or a ServiceAccount, and what the API server allows it to do. */
export class Identity implements Disposable {
  /** As the API server knows it; of a ServiceAccount, `system:serviceaccount:<namespace>:<name>`. */
  readonly user: string;
  /** Besides `system:authenticated` and the groups of all ServiceAccounts. */
  readonly groups: readonly string[];
  /** The namespace of questions that name none. */
  readonly namespace: string;
  /** Sends requests as this user. */
  readonly kube: KubeClient;
  readonly #admin: KubeClient;

  constructor({ user, groups = [], namespace, admin, kube }: IdentityParts) {
    this.user = user;
    this.groups = [...groups];
    this.namespace = namespace;
    this.kube = kube;
    this.#admin = admin;
  }

  /**
   * Asks the live authorizer. Rejects with `SEATRIAL_USAGE` for a resource or a verb that does not exist, because nobody is
   * allowed to do what does not exist.
   */
  async decide(access: Access): Promise<AccessDecision> {
    const spec = await resolveAccess(this.#admin, access, this.namespace);
    const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
    const { object } = await this.kube.create(review as unknown as KubeObject);
    const { allowed, reason = "" } = object.status as { allowed: boolean; reason?: string };
    return { isAllowed: allowed, reason };
  }

  /** The rules that bindings give it, without those of every user, in a stable order: they suit a snapshot. */
  rules(): Promise<BoundRule[]> {
    return rulesOfUser(this.#admin, this.user, this.groups);
  }

  /** Closes idle connections. */
  [Symbol.dispose](): void {
    this.kube.close();
  }
}

/**
 * The identity of a ServiceAccount: `<name>`, or `<namespace>/<name>` for one of another namespace. Rejects with
 * `SEATRIAL_USAGE` when it does not exist.
 */
export async function identityOf(admin: KubeClient, ownNamespace: string, account: string): Promise<Identity> {
  const [name = "", other] = account.split("/").toReversed();
  const namespace = other ?? ownNamespace;
  const found = await admin.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });
  const user = `system:serviceaccount:${namespace}:${name}`;
  if (found !== undefined) return new Identity({ user, namespace, admin, kube: admin.as(user) });
  const accounts = await admin.list("v1", "ServiceAccount", { namespace });
  const names = accounts.flatMap(({ metadata }) => metadata.name ?? []);
  const nearest = nearestName(name, names);
  throw new UsageError(
    `The namespace ${namespace} has no ServiceAccount "${name}"; it has ${names.join(", ") || "none"}`,
    nearest === undefined ? {} : { hint: `use "${nearest}"` },
  );
}
