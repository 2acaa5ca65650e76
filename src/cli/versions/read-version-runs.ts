import { UsageError } from "../../errors/usage-error.ts";
import { compareVersions, readKubernetesVersion } from "../../plane/kubernetes-version.ts";
import type { VersionRun } from "../../trial/versions/version-plans.ts";
import type { ProviderFlags } from "../flags/provider-flags.ts";
import type { RealNodeFlags } from "../flags/real-node-flags.ts";

/** The options that choose versions of Kubernetes. */
export interface VersionFlags extends Pick<ProviderFlags, "provider">, Pick<RealNodeFlags, "realNode"> {
  kubeVersion?: string;
  kubeVersions?: string[];
  installOn?: string[];
}

/**
 * The versions to try charts on, oldest first; one without a version when none was asked for. `configured` are those that
 * files seatrial.yaml name, which options win over, and which only the engine's own API server can emulate; `undefined` as
 * long as they are not known. Throws `SEATRIAL_USAGE` for options that do not fit.
 */
export function readVersionRuns(flags: VersionFlags, configured?: readonly string[]): VersionRun[] {
  const { kubeVersion, kubeVersions, installOn } = flags;
  if (
    configured !== undefined &&
    kubeVersion === undefined &&
    kubeVersions === undefined &&
    configured.length > 0 &&
    canEmulate(flags)
  ) {
    return readVersionRuns({ ...flags, kubeVersions: [...configured] }).map((run) => ({ ...run, isConfigured: true }));
  }
  if (kubeVersion !== undefined && kubeVersions !== undefined) {
    throw new UsageError("--kube-version and --kube-versions both choose the version", {
      hint: "name all versions with --kube-versions",
    });
  }
  if (kubeVersion !== undefined || kubeVersions !== undefined) checkPlane(flags);
  if (kubeVersions === undefined) {
    if (installOn !== undefined && (configured !== undefined || kubeVersion !== undefined)) {
      throw new UsageError("--install-on requires --kube-versions, or kubeVersions in a seatrial.yaml");
    }
    const version = kubeVersion === undefined ? undefined : readKubernetesVersion("--kube-version", kubeVersion);
    return [{ version, isInstalled: true }];
  }
  const versions = toVersions("--kube-versions", kubeVersions);
  const installed = toInstalled(versions, installOn);
  return versions.map((version) => ({ version, isInstalled: installed.includes(version) }));
}

function toInstalled(versions: readonly string[], installOn: string[] | undefined): readonly string[] {
  if (installOn === undefined) return versions.slice(-1);
  if (installOn.length === 1 && installOn[0] === "all") return versions;
  const wanted = toVersions("--install-on", installOn);
  const other = wanted.find((version) => !versions.includes(version));
  if (other === undefined) return wanted;
  throw new UsageError(`--install-on ${other} is not one of the versions ${versions.join(", ")}`, {
    hint: "name some of these versions, or `all`",
  });
}

function toVersions(option: string, texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => readKubernetesVersion(option, text)))].sort(compareVersions);
}

function canEmulate({ provider, realNode }: VersionFlags): boolean {
  return (provider === undefined || provider.name === "engine") && realNode !== true;
}

// Only the engine's own API server emulates.
function checkPlane({ provider, realNode, kubeVersion }: VersionFlags): void {
  const option = kubeVersion === undefined ? "--kube-versions" : "--kube-version";
  if (provider !== undefined && provider.name !== "engine") {
    throw new UsageError(`${option} cannot be used with --provider ${provider.name}`, {
      hint: "--provider container:1.35 starts a K3s of that version",
    });
  }
  if (realNode === true) {
    throw new UsageError(`${option} cannot be used with --real-node`, { hint: "a kubelet emulates no other version" });
  }
}
