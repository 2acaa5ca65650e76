import { UsageError } from "../errors/usage-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { Release } from "../release/release.ts";
import { describe } from "../util/check-options.ts";
import { nearestName } from "../util/nearest-name.ts";

/** A release, or the namespace that one is going to be installed in. */
export interface WebhookTarget {
  readonly namespace: string;
  /** @default the current one */
  readonly controlPlane?: ControlPlane | undefined;
}

/** Checks a target. Throws `SEATRIAL_USAGE` for anything else. */
export function readTarget(call: string, target: WebhookTarget): { plane: ControlPlane; namespace: string } {
  const namespace: unknown = target?.namespace;
  if (typeof namespace !== "string" || namespace === "") {
    throw new UsageError(`${call}: the first argument must be a release or { namespace }, got ${describe(target)}`);
  }
  return { plane: target.controlPlane ?? currentControlPlane(), namespace };
}

/** Throws `SEATRIAL_USAGE` for a name that no webhook of the release has; a namespace may get its webhooks later. */
export async function checkName(call: string, target: WebhookTarget, name: string | undefined): Promise<void> {
  if (name === undefined || !(target instanceof Release)) return;
  const known = await webhookNames(target);
  if (known.includes(name)) return;
  const nearest = nearestName(name, known);
  const hint =
    nearest === undefined
      ? `the webhooks of the release are ${known.length === 0 ? "none" : [...new Set(known)].sort().join(", ")}`
      : `did you mean "${nearest}"?`;
  throw new UsageError(`${call}: release ${target.namespace}/${target.name} has no webhook "${name}"`, { hint });
}

async function webhookNames(release: Release): Promise<string[]> {
  const [validating, mutating, crds] = await Promise.all([
    release.all("ValidatingWebhookConfiguration"),
    release.all("MutatingWebhookConfiguration"),
    release.controlPlane.kube.list("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
  ]);
  const hooks = [...validating, ...mutating].flatMap(({ metadata, webhooks }) => [
    metadata.name,
    ...(webhooks ?? []).map(({ name }) => name),
  ]);
  const converting = crds.filter((crd) => {
    const { conversion } = (crd.spec ?? {}) as { conversion?: { strategy?: string } };
    return conversion?.strategy === "Webhook";
  });
  return [...hooks, ...converting.map(({ metadata }) => metadata.name ?? "")];
}
