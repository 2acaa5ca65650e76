import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import { isKept } from "../../helm/annotations.ts";

const POLICY = "helm.sh/hook-delete-policy";
const DEFAULT = "before-hook-creation";
const ends = new Set(["Job", "Pod"]);

/** Warnings of hooks that Helm does not run again, and of hooks that it deletes although they are to be kept. */
export function hookRunWarnings(item: ChartObject): Finding[] {
  const { hook, object, problem } = item;
  if (hook === undefined || problem !== undefined) return [];
  const policies = hook.deletePolicies.length === 0 ? [DEFAULT] : hook.deletePolicies;
  const warn = (finding: Pick<Finding, "message" | "reason" | "hint">) => [
    objectFinding(item, { severity: "warning", ...finding }),
  ];
  const isDeleted = policies.includes(DEFAULT) || policies.includes("hook-succeeded");
  if (!isDeleted && runsAgain(item)) {
    const message = `Helm runs it once: with its ${POLICY} it stays when it succeeds, and the next ${hook.events.join(" or ")} finds it finished`;
    return warn({ message, reason: "HookRunsOnce", hint: `add ${DEFAULT} to ${POLICY}` });
  }
  if (!isDeleted || !isKept(object.metadata.annotations)) return [];
  // The default policy deletes the hook only before its next run.
  if (
    !policies.includes("hook-succeeded") &&
    hook.events.every((event) => event === "pre-install" || event === "post-install")
  )
    return [];
  const message = `Helm ignores its annotation helm.sh/resource-policy: it deletes hooks by ${POLICY}, which is ${policies.join(",")} here`;
  return warn({ message, reason: "IgnoredHookAnnotation", hint: "make it an ordinary object to keep it" });
}

// A name that ends in a number may have that of the revision.
function runsAgain({ hook, object }: ChartObject): boolean {
  const { ttlSecondsAfterFinished } = (object.spec ?? {}) as { ttlSecondsAfterFinished?: number };
  const isDeletion = hook?.events.every((event) => event.endsWith("-delete")) === true;
  return (
    ends.has(object.kind) &&
    ttlSecondsAfterFinished === undefined &&
    !isDeletion &&
    !/\d$/.test(object.metadata.name ?? "")
  );
}
