import { UsageError } from "../../errors/usage-error.ts";
import type { ProviderName } from "../../providers/provider-names.ts";
import type { ProviderOption } from "../../providers/provider-options.ts";

/** The options that choose a provider. */
export interface ProviderFlags {
  provider?: ProviderName;
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
  if (provider === "existing") {
    if (kubeconfig === "" || context === "") {
      throw new UsageError("--provider existing requires --kubeconfig and --context", {
        hint: "neither KUBECONFIG nor a current context is ever used by itself",
      });
    }
    return { name: provider, kubeconfig, context, clusterUid, allowInstall, allowClusterScoped };
  }
  const misplaced = Object.entries(existingOnly).find(([name]) => flags[name as keyof ProviderFlags] !== undefined);
  if (misplaced !== undefined) throw new UsageError(`${misplaced[1]} can only be used with --provider existing`);
  return provider;
}
