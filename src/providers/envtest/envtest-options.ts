import { checkOptions } from "../../util/check-options.ts";

/**
 * etcd and kube-apiserver of any version, as controller-runtime's envtest starts them: without controllers, scheduler and nodes.
 */
export interface EnvtestOptions {
  name: "envtest";
  /**
   * The directory with the programs `etcd` and `kube-apiserver`. @default the variables `TEST_ASSET_ETCD` and
   * `TEST_ASSET_KUBE_APISERVER`, each the path of a program, then `KUBEBUILDER_ASSETS`, then `/usr/local/kubebuilder/bin`
   */
  assets?: string | undefined;
}

/** Throws `SEATRIAL_USAGE` for an unknown option or one of the wrong type. */
export function checkEnvtestOptions(call: string, options: EnvtestOptions): void {
  checkOptions<EnvtestOptions>(call, options, { name: "string", assets: "string" });
}
