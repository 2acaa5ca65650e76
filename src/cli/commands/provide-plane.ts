import { findBackgroundPlane } from "../../background/background-plane.ts";
import { isReuseAsked } from "../../background/reuse.ts";
import { attachControlPlane } from "../../boot/attach-control-plane.ts";
import { startControlPlane } from "../../boot/start-control-plane.ts";
import { startForDryRuns } from "../../boot/start-for-dry-runs.ts";
import { UsageError } from "../../errors/usage-error.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { isOfVersion } from "../../plane/kubernetes-version.ts";
import type { ProviderOption } from "../../providers/provider-options.ts";
import type { RealNodeOptions } from "../../real-node/real-node-options.ts";
import type { Reporter } from "../../report/reporter.ts";
import type { Interrupt } from "../interrupt.ts";

/** What {@link providePlane} starts when there is nothing to reuse. */
export interface PlaneChoice {
  nodes?: number | undefined;
  /** Such as `1.35`. @default the engine's own */
  kubernetesVersion?: string | undefined;
  /** Nothing will be installed on it. @default false */
  dryRunsOnly?: boolean | undefined;
  provider?: ProviderOption | undefined;
  realNode?: RealNodeOptions | undefined;
}

/** The control plane for a run: that of `seatrial up` when `SEATRIAL_REUSE` asks for it and it is up, else a new one. */
export async function providePlane(
  reporter: Reporter,
  { signal }: Pick<Interrupt, "signal">,
  { nodes, provider, realNode, kubernetesVersion, dryRunsOnly }: PlaneChoice = {},
): Promise<ControlPlane> {
  if (isReuseAsked() && provider === undefined && realNode === undefined) {
    const running = await findReusable();
    if (running !== undefined) {
      if (kubernetesVersion !== undefined) checkVersion(running, kubernetesVersion);
      if (nodes === undefined) return running;
      throw new UsageError(
        "--nodes, or `nodes` in seatrial.yaml, cannot change the control plane of `seatrial up`, which SEATRIAL_REUSE selects",
        {
          hint: "leave out the number, unset SEATRIAL_REUSE, or add Nodes with --given",
        },
      );
    }
    reporter.note("SEATRIAL_REUSE is set, but no control plane is up: starting one for this run");
  }
  const startPlane = dryRunsOnly === true ? startForDryRuns : startControlPlane;
  return startPlane({
    signal,
    kubernetesVersion,
    provider,
    realNode,
    ...(nodes === undefined ? {} : { simulation: { nodes } }),
    onBuildProgress: (progress) => reporter.building(progress),
    onStep: (step) => reporter.booting(step.name),
  });
}

/** The control plane of `seatrial up`, when `SEATRIAL_REUSE` asks for it and it is up. */
export async function findReusable(): Promise<ControlPlane | undefined> {
  const running = isReuseAsked() ? await findBackgroundPlane() : undefined;
  return running === undefined ? undefined : attachControlPlane(running.data);
}

function checkVersion({ versions: { kubernetes } }: ControlPlane, wanted: string): void {
  if (isOfVersion(kubernetes, wanted)) return;
  throw new UsageError(
    `Kubernetes ${wanted} was asked for, and the control plane of \`seatrial up\`, which SEATRIAL_REUSE selects, has ${kubernetes}`,
    { hint: "unset SEATRIAL_REUSE" },
  );
}
