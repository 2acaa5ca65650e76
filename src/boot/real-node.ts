import { join } from "node:path";
import { buildEngine } from "../engine/binary/build-engine.ts";
import { nodeBuildPaths } from "../engine/binary/build-paths.ts";
import type { BuildProgress } from "../engine/binary/engine-location.ts";
import type { RunningEngine } from "../engine/run/launch-engine.ts";
import { KubeClient } from "../kube/kube-client.ts";
import { removeOnExit } from "../process/exit-hook.ts";
import { makeTempDir } from "../process/temp-dir.ts";
import type { RealNodeOptions } from "../real-node/real-node-options.ts";
import { removeOrphanCgroups } from "../real-node/remove-cgroups.ts";
import { type FoundNodePrograms, requireMachine } from "../real-node/require-machine.ts";
import { describeToEngine, type RealNode, startRealNode } from "../real-node/start-real-node.ts";
import type { Deadline } from "../util/deadline.ts";
import { readPath } from "../util/env.ts";

/** How {@link prepareRealNode} prepares. */
export interface RealNodePreparation {
  signal?: AbortSignal | undefined;
  onBuildProgress?: ((progress: BuildProgress) => void) | undefined;
}

/** A node whose programs exist, before its engine runs. */
export interface PreparedRealNode {
  /** Opens the node's directory, and writes the file in the engine's data directory that describes the node to the engine. */
  open(engineDir: string): Promise<OpenedRealNode>;
}

/** A node that its engine knows. */
export interface OpenedRealNode {
  /** The file that describes it to the engine. */
  file: string;
  start(engine: RunningEngine, isBesides: boolean, deadline: Deadline): Promise<RealNode>;
  /** Removes the directory of a node that was not started. */
  discard(): Promise<void>;
}

/**
 * Finds what a real node runs on, and finds or builds its own programs. Rejects with `SEATRIAL_REAL_NODE` when this machine
 * cannot run one, or as `buildEngine` does.
 */
export async function prepareRealNode(
  options: RealNodeOptions,
  { signal, onBuildProgress }: RealNodePreparation,
): Promise<PreparedRealNode> {
  const env = { PATH: readPath() };
  const programs = await requireMachine({ ...options, path: env.PATH });
  const { path: nodePath } = await buildEngine({ onProgress: onBuildProgress, signal }, nodeBuildPaths());
  await removeOrphanCgroups();
  return { open: (engineDir) => open({ options, env, programs, nodePath, signal }, engineDir) };
}

interface Prepared {
  options: RealNodeOptions;
  env: { PATH: string };
  programs: FoundNodePrograms;
  nodePath: string;
  signal: AbortSignal | undefined;
}

async function open(prepared: Prepared, engineDir: string): Promise<OpenedRealNode> {
  // A directory of its own: the engine removes its directory when it ends, and the node may end later.
  const dir = await makeTempDir("seatrial-");
  const removeHook = removeOnExit(dir.path);
  const discard = async () => {
    removeHook();
    await dir.remove();
  };
  const file = join(engineDir, "real-node.json");
  await describeToEngine(file, dir.path);
  const start = async (engine: RunningEngine, isBesides: boolean, deadline: Deadline) => {
    const kube = KubeClient.fromFile(engine.ready.kubeconfig);
    try {
      const apiServerPort = Number(new URL(engine.ready.server).port);
      const node = await startRealNode({
        ...prepared,
        dir: dir.path,
        engineDir,
        apiServerPort,
        kube,
        isBesides,
        deadline,
      });
      const stop = async () => {
        await node.stop();
        await discard();
      };
      return { ended: node.ended, stop };
    } finally {
      kube.close();
    }
  };
  return { file, start, discard };
}
