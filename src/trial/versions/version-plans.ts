import type { TrialPlan } from "../plan-trials.ts";

/** A version of Kubernetes that charts are tried on. */
export interface VersionRun {
  /** Such as `1.35`. @default the version of the control plane, which nobody has asked for */
  version?: string | undefined;
  /** Whether charts are installed, too. */
  isInstalled: boolean;
  /** Whether files seatrial.yaml name the versions: a case is left out on those that it does not name. @default false */
  isConfigured?: boolean | undefined;
}

/** The plans for one of the versions of a run. Ids have the version when there are several. */
export function versionPlans(
  plans: readonly TrialPlan[],
  { version, isInstalled, isConfigured = false }: VersionRun,
  all: readonly VersionRun[],
): TrialPlan[] {
  if (version === undefined) return [...plans];
  const notInstalled = isInstalled ? undefined : whyNotInstalled(all);
  return plans.map((plan) => ({
    ...plan,
    id: all.length > 1 ? `${plan.id}@${version}` : plan.id,
    kubernetesVersion: version,
    triedVersions: all.flatMap((run) => run.version ?? []),
    ...(notInstalled === undefined ? {} : { notInstalled }),
    ...(isConfigured ? notTriedOn(version, plan) : {}),
  }));
}

function notTriedOn(version: string, { settings }: TrialPlan): { notTried?: string } {
  const { versions = [version], at = "" } = settings?.kubeVersions ?? {};
  return versions.includes(version) ? {} : { notTried: `kubeVersions in ${at} does not name Kubernetes ${version}` };
}

function whyNotInstalled(all: readonly VersionRun[]): string {
  const names = all.filter(({ isInstalled }) => isInstalled).map(({ version }) => version);
  return `installed on Kubernetes ${names.join(", ")} only; --install-on names the versions`;
}
