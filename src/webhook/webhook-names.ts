import { UsageError } from "../errors/usage-error.ts";
import { Release } from "../release/release.ts";
import type { SimulationTarget } from "../simulation/simulation-target.ts";
import { nearestName } from "../util/text/nearest-name.ts";

/** Rejects with `SEATRIAL_USAGE` when no webhook of the release has the name. A namespace may get its webhooks later. */
export async function checkWebhookName(
  call: string,
  target: SimulationTarget,
  name: string | undefined,
): Promise<void> {
  if (name === undefined || !(target instanceof Release)) return;
  const known = await webhookNames(target);
  if (known.includes(name)) return;
  const nearest = nearestName(name, known);
  const hint =
    nearest === undefined
      ? `the release has ${known.length === 0 ? "no webhooks" : `the webhooks ${[...new Set(known)].sort().join(", ")}`}`
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
