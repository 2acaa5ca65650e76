import { UsageError } from "../../errors/usage-error.ts";
import { k3sVersions } from "../../providers/container/k3s-images.ts";
import { type ProviderName, providerNames } from "../../providers/provider-names.ts";
import type { ProviderOption } from "../../providers/provider-options.ts";

/** The value of `--provider`. */
export interface ProviderFlag {
  name: ProviderName;
  /** The minor version of Kubernetes, for the provider container. */
  version?: string | undefined;
}

const example = k3sVersions[1] ?? "";

/** What `--provider` takes. */
export const providerChoices: readonly string[] = providerNames.flatMap((name) =>
  name === "container" ? [name, `${name}:${example}`] : [name],
);

/** Reads the value of `--provider`, such as `envtest` or `container:1.36`; `undefined` when there is no such provider. */
export function parseProviderFlag(value: string): ProviderFlag | undefined {
  const [, text, version] = /^([^:]*)(?::(.+))?$/.exec(value) ?? [];
  const name = providerNames.find((each) => each === text);
  if (name === undefined || (version !== undefined && name !== "container")) return undefined;
  return { name, version };
}

/** The options that choose a provider. */
export interface ProviderFlags {
  provider?: ProviderFlag;
  kubeconfig?: string;
  context?: string;
  clusterUid?: string;
  allowInstall?: boolean;
  allowClusterScoped?: boolean;
}

const existingOnly = {
  kubeconfig: "--kubeconfig",
  context: "--context",
  clusterUid: "--cluster-uid",
  allowInstall: "--allow-install",
  allowClusterScoped: "--allow-cluster-scoped",
} as const;

/** The provider that the options name; `undefined` without `--provider`. Throws `SEATRIAL_USAGE` for options that do not fit. */
export function toProviderOption(flags: ProviderFlags): ProviderOption | undefined {
  const { provider, kubeconfig = "", context = "", clusterUid, allowInstall, allowClusterScoped } = flags;
  if (provider?.name === "existing") {
    if (kubeconfig === "" || context === "") {
      throw new UsageError("--provider existing requires --kubeconfig and --context", {
        hint: "neither KUBECONFIG nor a current context is ever used by itself",
      });
    }
    return { name: provider.name, kubeconfig, context, clusterUid, allowInstall, allowClusterScoped };
  }
  const misplaced = Object.entries(existingOnly).find(([name]) => flags[name as keyof ProviderFlags] !== undefined);
  if (misplaced !== undefined) throw new UsageError(`${misplaced[1]} can only be used with --provider existing`);
  if (provider?.name === "container") return { name: provider.name, kubernetesVersion: provider.version };
  return provider?.name;
}
