import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { launchEngine } from "../engine/run/launch-engine.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { toControlPlaneData } from "../plane/control-plane-data.ts";
import { removeOnExit } from "../process/exit-hook.ts";
import { makeTempDir } from "../process/temp-dir.ts";
import { type OtherProviderOptions, openProvider } from "../providers/open-provider.ts";
import type { ProvidedControlPlane } from "../providers/provider.ts";
import { Deadline } from "../util/deadline.ts";
import type { ControlPlaneOptions } from "./control-plane-options.ts";
import { toControlPlane } from "./running-plane.ts";

/** How {@link startProvided} starts. */
export interface ProvidedStart extends Pick<ControlPlaneOptions, "logFile" | "signal" | "onStep"> {
  enginePath: string;
  /** How long the provider, and then the engine, may take, in milliseconds. */
  startTimeoutMs: number;
}

/** Starts the control plane of a provider, and an engine that is attached to it. Both end together. */
export async function startProvided(options: OtherProviderOptions, start: ProvidedStart): Promise<ControlPlane> {
  const { enginePath, startTimeoutMs, logFile, signal, onStep } = start;
  const provider = await openProvider(options);
  const deadline = new Deadline(startTimeoutMs);
  const report = (name: string) => onStep?.({ name, elapsedMs: deadline.elapsedMs });
  const dir = await makeTempDir("seatrial-");
  const removeHook = removeOnExit(dir.path);
  let provided: ProvidedControlPlane | undefined;
  const end = async () => {
    await provided?.stop();
    removeHook();
    await dir.remove();
  };
  try {
    provided = await provider.start({ dir: dir.path, enginePath, timeoutMs: startTimeoutMs, signal, onStep: report });
    const kubeconfig = join(dir.path, "kubeconfig");
    await writeFile(kubeconfig, provided.kubeconfig, { mode: 0o600 });
    const dataDir = await makeTempDir("seatrial-");
    const attach = { kubeconfig, deletesNamespaces: provider.deletesNamespaces };
    const launch = { enginePath, dataDir: dataDir.path, attach, logFile, signal, startTimeoutMs };
    const engine = await launchEngine({ ...launch, onStep: ({ name }) => report(name) }).catch(
      async (error: unknown) => {
        await dataDir.remove();
        throw error;
      },
    );
    const { cluster, capabilities, versions } = provided;
    const facts = { dataDir: dataDir.path, provider: provider.name, cluster, capabilities, versions };
    const data = toControlPlaneData(engine, facts);
    return toControlPlane({ engine, data, bootMs: deadline.elapsedMs, provided: { ...provided, stop: end } });
  } catch (error) {
    await end();
    throw error;
  }
}
