import type { HelmHook, HelmRelease } from "../../helm/types.ts";

const MAX_NAMED_COUNT = 3;

/**
 * What to do when an object lacks a Secret or ConfigMap that a hook of the release makes too late, or that Helm removed again
 * after a hook; `undefined` when no hook can be the cause. `lacking` is as in `secret "certs"`.
 */
export function lateHookHint(
  { hooks }: Pick<HelmRelease, "hooks">,
  step: string,
  lacking: { kind: string; name: string },
): string | undefined {
  const own = hooks.find(
    ({ kind, name }) => kind.toLowerCase() === lacking.kind.toLowerCase() && name === lacking.name,
  );
  if (own !== undefined) return ownHint(own, step);
  const late = hooks.filter(({ kind, events }) => kind === "Job" && events.includes(`post-${step}`));
  if (late.length === 0) return undefined;
  const names = late.slice(0, MAX_NAMED_COUNT).map(({ name }) => `"${name}"`);
  return (
    `if the post-${step} hook ${names.join(" or ")} makes it, make that hook pre-${step}: ` +
    `Helm runs post-${step} hooks after it has waited for all other objects`
  );
}

function ownHint({ kind, name, path, events, deletePolicies }: HelmHook, step: string): string {
  const what = `the ${kind} "${name}" is a ${events.join(", ")} hook (${path})`;
  if (!events.includes(`pre-${step}`)) {
    return `${what}, which Helm creates after it has waited for all other objects: remove helm.sh/hook, or use pre-${step}`;
  }
  const policy = deletePolicies.find((candidate) => candidate === "hook-succeeded");
  if (policy === undefined) return `${what}: remove helm.sh/hook to make it a part of the release`;
  return `${what}, which Helm deletes again because of its helm.sh/hook-delete-policy ${policy}: leave out ${policy}`;
}
