import { SeatrialError } from "../errors/seatrial-error.ts";
import { formatObjectRef, type ObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "./control-plane.ts";

const otherwise = (capability: string) =>
  `use the provider "engine" for what needs it, or skip it where controlPlane.capabilities.${capability} is false`;

const lacks = {
  simulates: { what: "has no simulated containers", hint: otherwise("simulates") },
  answersWebhooks: { what: "does not answer webhooks in place of their backends", hint: otherwise("answersWebhooks") },
  installs: {
    what: "may only run dry runs",
    hint: "allow installations with `allowInstall: true`, or `--allow-install` on the command line",
  },
  clusterScoped: {
    what: "may not create objects outside of namespaces",
    hint: "allow them with `allowClusterScoped: true`, or `--allow-cluster-scoped` on the command line",
  },
} as const;

/** Throws `SEATRIAL_UNSUPPORTED` for a call that needs what the control plane does not do; the message names the objects. */
export function requireCapability(
  { provider, capabilities }: Pick<ControlPlane, "provider" | "capabilities">,
  capability: keyof typeof lacks,
  call: string,
  objects: readonly ObjectRef[] = [],
): void {
  if (capabilities[capability]) return;
  const { what, hint } = lacks[capability];
  const named = objects.map((ref) => `  ${formatObjectRef(ref)}`);
  const message = [`${call}: the provider ${provider} ${what}`, ...named].join("\n");
  throw new SeatrialError("SEATRIAL_UNSUPPORTED", message, { hint, details: { provider, capability } });
}
