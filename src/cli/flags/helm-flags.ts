import { UsageError } from "../../errors/usage-error.ts";
import type { HelmChoice } from "../../helm/helm-choice.ts";
import { HelmClient } from "../../helm/helm-client.ts";
import type { HelmMajor } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { askProgramVersion, withHelm } from "../../plane/with-helm.ts";

/** The options of `seatrial check` that choose a Helm. */
export interface HelmFlags {
  helm?: HelmMajor[];
  helmPath?: string;
}

/** Rejects with `SEATRIAL_USAGE` for options that contradict each other, and for a program that cannot be used. */
export async function checkHelmFlags({ helm, helmPath }: HelmFlags): Promise<void> {
  if (helm !== undefined && helmPath !== undefined)
    throw new UsageError("--helm and --helm-path both choose a Helm: give one of them");
  if (helmPath === "") throw new UsageError("--helm-path must not be empty");
  if (helmPath !== undefined) await askProgramVersion(helmPath);
}

/** Whether the run compares Helm 3 with Helm 4. */
export function comparesHelms({ helm = [] }: HelmFlags): boolean {
  return helm.length > 1;
}

/** The control plane with the Helm that checks the charts; with both, Helm 4 does, and the versions name both. */
export async function chooseHelm(plane: ControlPlane, flags: HelmFlags): Promise<ControlPlane> {
  const { helm = [], helmPath } = flags;
  const choice: HelmChoice | undefined = helmPath === undefined ? helm.at(-1) : { path: helmPath };
  const chosen = await withHelm(plane, choice);
  if (!comparesHelms(flags)) return chosen;
  const other = await new HelmClient(plane.engine, 3).version();
  return { ...chosen, versions: { ...chosen.versions, helm: `${other} and ${chosen.versions.helm}` } };
}
