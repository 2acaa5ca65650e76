import { UsageError } from "../../errors/usage-error.ts";
import { checkOptions } from "../../util/check-options.ts";

/** A cluster that somebody else runs. Nothing is read but the named kubeconfig, and nothing of it but the named context. */
export interface ExistingOptions {
  name: "existing";
  /** The path of a kubeconfig. `KUBECONFIG` and `~/.kube/config` are never used by themselves. */
  kubeconfig: string;
  /** The context. The kubeconfig's current context is never used by itself. */
  context: string;
  /**
   * The UID of the namespace kube-system, which `seatrial doctor --kubeconfig … --context …` prints. Required unless the cluster
   * is proved to be local: its address is loopback or private, and each of its nodes is one of kind, k3s, minikube or Docker
   * Desktop, or simulated by seatrial.
   */
  clusterUid?: string | undefined;
  /** Whether charts may be installed, and namespaces and other objects created for them. @default false: dry runs only */
  allowInstall?: boolean | undefined;
  /** Whether objects outside of namespaces may be created, such as CustomResourceDefinitions and webhooks. @default false */
  allowClusterScoped?: boolean | undefined;
}

/** Throws `SEATRIAL_USAGE` for a missing or unknown option, or one of the wrong type. */
export function checkExistingOptions(call: string, options: ExistingOptions): void {
  checkOptions<ExistingOptions>(call, options, {
    name: "string",
    kubeconfig: "string",
    context: "string",
    clusterUid: "string",
    allowInstall: "boolean",
    allowClusterScoped: "boolean",
  });
  for (const option of ["kubeconfig", "context"] as const) {
    if ((options[option] ?? "") !== "") continue;
    throw new UsageError(`${call}: option "${option}" is missing`, {
      hint: "name the kubeconfig and the context: neither KUBECONFIG nor a current context is ever used by itself",
    });
  }
  if (options.allowClusterScoped === true && options.allowInstall !== true) {
    throw new UsageError(`${call}: option "allowClusterScoped" requires "allowInstall"`);
  }
}
