import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { readEnv } from "../../util/env.ts";
import type { EnvtestOptions } from "./envtest-options.ts";

/** The paths of the programs. */
export interface EnvtestAssets {
  etcd: string;
  apiServer: string;
}

/** The values of the environment variables that name the programs; never empty. */
export interface EnvtestVariables {
  /** `KUBEBUILDER_ASSETS` */
  assets?: string | undefined;
  /** `TEST_ASSET_ETCD` */
  etcd?: string | undefined;
  /** `TEST_ASSET_KUBE_APISERVER` */
  apiServer?: string | undefined;
}

// controller-runtime's default (pkg/internal/testing/process/bin_path_finder.go), as the order of the variables.
const DEFAULT_DIRECTORY = "/usr/local/kubebuilder/bin";

/** Finds the programs. Rejects with `SEATRIAL_PROVIDER` when one does not exist or may not be executed. */
export async function findAssets(
  { assets }: Pick<EnvtestOptions, "assets">,
  variables: EnvtestVariables = {
    assets: readEnv("KUBEBUILDER_ASSETS"),
    etcd: readEnv("TEST_ASSET_ETCD"),
    apiServer: readEnv("TEST_ASSET_KUBE_APISERVER"),
  },
): Promise<EnvtestAssets> {
  const directory = assets ?? variables.assets ?? DEFAULT_DIRECTORY;
  const own = assets === undefined ? variables : {};
  const found: EnvtestAssets = {
    etcd: own.etcd ?? resolve(directory, "etcd"),
    apiServer: own.apiServer ?? resolve(directory, "kube-apiserver"),
  };
  const problems: string[] = [];
  for (const path of Object.values(found)) {
    const problem = await access(path, constants.X_OK).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? "does not exist" : "cannot be executed"),
    );
    if (problem !== undefined) problems.push(`  ${path} ${problem}`);
  }
  if (problems.length === 0) return found;
  throw new SeatrialError("SEATRIAL_PROVIDER", ["The provider envtest lacks its programs", ...problems].join("\n"), {
    hint: "`setup-envtest use 1.35.x -p path` downloads them and prints their directory: set KUBEBUILDER_ASSETS to it",
    details: { ...found },
  });
}
