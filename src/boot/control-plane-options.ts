import type { BuildProgress } from "../engine/binary/engine-location.ts";
import { UsageError } from "../errors/usage-error.ts";
import { readKubernetesVersion } from "../plane/kubernetes-version.ts";
import type { OtherProviderOptions } from "../providers/open-provider.ts";
import { defaultStartTimeoutMs, type ProviderOption, readProviderOption } from "../providers/provider-options.ts";
import { type RealNodeOption, type RealNodeOptions, readRealNodeOption } from "../real-node/real-node-options.ts";
import { checkSimulationOptions, type SimulationOptions } from "../simulation/simulation-options.ts";
import { checkOptions } from "../util/check-options.ts";
import { parseDuration } from "../util/duration.ts";

/** Options of {@link startControlPlane}. */
export interface ControlPlaneOptions {
  /** The engine's executable file. @default found as docs/control-plane.md describes, else built · `SEATRIAL_ENGINE` */
  enginePath?: string | undefined;
  /**
   * How long the engine, and before it the provider, may take to be ready, such as `30s`, without the time of a build or a pull.
   * @default "1m0s", and "2m0s" for the provider container
   */
  startTimeout?: string | undefined;
  /** The file that takes the engine's log. @default its last lines are kept in memory */
  logFile?: string | undefined;
  /** Where the control plane comes from: a name, or an object with a name and options. @default "engine" */
  provider?: ProviderOption | undefined;
  /**
   * The version of Kubernetes: a minor version to emulate, such as `1.35`, with its APIs and feature gates, or one that an engine
   * is built for, such as `1.35.4`. Only with the provider `engine`, and without `realNode`. @default the engine's own version
   */
  kubernetesVersion?: string | undefined;
  /** Which nodes are simulated, and how fast; only with the provider `engine`. @default three nodes */
  simulation?: SimulationOptions | undefined;
  /** A node with real containers. Without `simulation.nodes`, all Pods run there. Linux, as root. @default false */
  realNode?: RealNodeOption | undefined;
  /** Called when a part of the control plane is up, with the milliseconds since the engine's start. */
  onStep?: ((step: { name: string; elapsedMs: number }) => void) | undefined;
  /** Called while an engine is built. */
  onBuildProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Cancels the start; no process is left running. */
  signal?: AbortSignal | undefined;
}

/** Throws `SEATRIAL_USAGE` for an unknown option or one of the wrong type. */
export function checkControlPlaneOptions(options: ControlPlaneOptions): {
  startTimeoutMs: number;
  provider: OtherProviderOptions | undefined;
  realNode: RealNodeOptions | undefined;
  kubernetesVersion: string | undefined;
} {
  checkOptions<ControlPlaneOptions>("startControlPlane", options, {
    enginePath: "string",
    startTimeout: "duration",
    logFile: "string",
    provider: "any",
    kubernetesVersion: "any",
    simulation: "object",
    realNode: "any",
    onStep: "function",
    onBuildProgress: "function",
    signal: "object",
  });
  const { startTimeout, simulation, provider } = options;
  const provided = provider === undefined ? undefined : readProviderOption("startControlPlane", provider);
  if (provided !== undefined && provided.name !== "engine" && simulation !== undefined) {
    throw new UsageError(`startControlPlane: option "simulation" cannot be used with the provider ${provided.name}`);
  }
  const realNode = readRealNodeOption("startControlPlane", options.realNode);
  if (provided !== undefined && provided.name !== "engine" && realNode !== undefined) {
    throw new UsageError(`startControlPlane: option "realNode" cannot be used with the provider ${provided.name}`);
  }
  if (simulation !== undefined) checkSimulationOptions(simulation);
  return {
    realNode,
    kubernetesVersion: readVersion(options, provided?.name, realNode !== undefined),
    provider: provided?.name === "engine" ? undefined : provided,
    startTimeoutMs:
      startTimeout === undefined ? defaultStartTimeoutMs(provided) : parseDuration(startTimeout, "startTimeout"),
  };
}

function readVersion(
  { kubernetesVersion }: ControlPlaneOptions,
  provider: string | undefined,
  hasRealNode: boolean,
): string | undefined {
  if (kubernetesVersion === undefined) return undefined;
  const option = 'startControlPlane: option "kubernetesVersion"';
  if (provider !== undefined && provider !== "engine") {
    throw new UsageError(`${option} cannot be used with the provider ${provider}`, {
      hint: 'the provider container takes a version: { name: "container", kubernetesVersion: "1.35" }',
    });
  }
  if (hasRealNode) {
    throw new UsageError(`${option} cannot be used with "realNode": a kubelet emulates no other version`);
  }
  return readKubernetesVersion(option, kubernetesVersion);
}
