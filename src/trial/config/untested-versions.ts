import type { CaseSettings } from "./case-settings.ts";

/** A note about the versions that a case is for and that the run is not on; empty without any. */
export function untestedVersions(
  settings: CaseSettings | undefined,
  kubernetes: string,
  tried: readonly string[] = [],
): string[] {
  const { versions = [], at = "" } = settings?.kubeVersions ?? {};
  const minor = /^v?(\d+\.\d+)/.exec(kubernetes)?.[1];
  const others = versions.filter((version) => version !== minor && !tried.includes(version));
  if (others.length === 0) return [];
  return [`Kubernetes ${others.join(", ")} of kubeVersions in ${at}: this run is on ${minor}`];
}
