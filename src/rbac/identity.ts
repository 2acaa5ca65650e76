import { UsageError } from "../errors/usage-error.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { nearestName } from "../util/nearest-name.ts";
import { type Access, resolveAccess } from "./resolve-access.ts";
import { type BoundRule, rulesOfUser } from "./stored-rules.ts";

/** The API server's answer to whether a request is allowed. */
export interface AccessDecision {
  isAllowed: boolean;
  /** Which binding allows it, in the authorizer's words; empty when none does. */
  reason: string;
}

/** A ServiceAccount, and what the API server allows it to do. */
export class Identity implements Disposable {
  /** As the API server knows it: `system:serviceaccount:<namespace>:<name>`. */
  readonly user: string;
  readonly namespace: string;
  /** Sends requests as this ServiceAccount. */
  readonly kube: KubeClient;
  readonly #admin: KubeClient;

  constructor(admin: KubeClient, namespace: string, name: string) {
    this.user = `system:serviceaccount:${namespace}:${name}`;
    this.namespace = namespace;
    this.#admin = admin;
    this.kube = admin.as(this.user);
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
    return rulesOfUser(this.#admin, this.user);
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
export async function identityOf(kube: KubeClient, namespace: string, account: string): Promise<Identity> {
  const [name = "", other] = account.split("/").toReversed();
  const place = other ?? namespace;
  const found = await kube.get({ apiVersion: "v1", kind: "ServiceAccount", namespace: place, name });
  if (found !== undefined) return new Identity(kube, place, name);
  const accounts = await kube.list("v1", "ServiceAccount", { namespace: place });
  const names = accounts.flatMap(({ metadata }) => metadata.name ?? []);
  const nearest = nearestName(name, names);
  throw new UsageError(
    `The namespace ${place} has no ServiceAccount "${name}"; it has ${names.join(", ") || "none"}`,
    nearest === undefined ? {} : { hint: `use "${nearest}"` },
  );
}
