import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Submitted } from "../dry-run/submit.ts";

/**
 * What the API server answered about a binding, without the complaint that its role does not exist when the chart itself creates
 * the role. Only then is the role looked up: for a deployer who may not bind every role. Whether the deployer may grant the role's
 * rules is answered for the role.
 */
export function withoutOwnRoles(submitted: Submitted, objects: readonly ChartObject[]): Submitted {
  const { roleRef } = submitted.item.object as { roleRef?: { kind?: unknown; name?: unknown } };
  if (roleRef === undefined) return submitted;
  const isOwn = objects.some(({ object }) => object.kind === roleRef.kind && object.metadata.name === roleRef.name);
  if (!isOwn) return submitted;
  const findings = submitted.findings.filter(
    ({ reason, message }) => reason !== "NotFound" || !message.endsWith(`"${roleRef.name}" not found`),
  );
  return { ...submitted, findings };
}
