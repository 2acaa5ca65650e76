import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { EngineError } from "../errors/engine-error.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { type KubeNode, nodeProblem } from "../kube/node.ts";
import { type GuardedProcess, startGuarded } from "../process/guarded-process.ts";
import { removeOwn } from "../process/remove-own.ts";
import type { Deadline } from "../util/deadline.ts";
import { ERROR_OUTPUT_LINES } from "../util/defaults.ts";
import { pollUntil } from "../util/poll.ts";
import { searchPath } from "./find-node-programs.ts";
import { NODE_KEY, nodeNetwork, REAL_NODE } from "./node-network.ts";
import type { RealNodeOptions } from "./real-node-options.ts";
import { removeCgroups } from "./remove-cgroups.ts";
import type { FoundNodePrograms } from "./require-machine.ts";
import { initPathOf, writeNodeFiles } from "./write-node-files.ts";

/** How {@link startRealNode} starts. */
export interface RealNodeStart {
  options: RealNodeOptions;
  /** A private directory for all of its files, which is removed at the end. */
  dir: string;
  engineDir: string;
  apiServerPort: number;
  nodePath: string;
  programs: FoundNodePrograms;
  kube: KubeClient;
  /** Whether there are simulated nodes, too: only Pods that ask for the real node run there then. */
  isBesides: boolean;
  /** The variables `PATH` and those of proxies. */
  env: Readonly<Record<string, string>>;
  deadline: Deadline;
  signal?: AbortSignal | undefined;
}

/** A running node. */
export interface RealNode {
  /** Resolves with a sentence when it has ended before `stop`. */
  ended: Promise<string>;
  /** Ends all its containers and programs, and removes its files. Safe to call twice. */
  stop(): Promise<void>;
}

const POLL_INTERVAL_MS = 25;
const STOP_TIMEOUT_MS = 20_000;

/** The file that describes the node to the engine, and where the engine finds the node's network. */
export async function describeToEngine(path: string, dir: string): Promise<void> {
  const socket = join(dir, "lib", "node.sock");
  await writeFile(path, JSON.stringify({ name: REAL_NODE, socket, network: nodeNetwork.cidr }), { mode: 0o600 });
}

/**
 * Starts a node with real containers and resolves when it is ready. Rejects with `SEATRIAL_REAL_NODE`, `SEATRIAL_TIMEOUT` or
 * `SEATRIAL_CANCELLED`; nothing is left of it then.
 */
export async function startRealNode(start: RealNodeStart): Promise<RealNode> {
  const { dir, nodePath, kube, deadline, signal, env, options } = start;
  await writeNodeFiles(start);
  // Before the kubelet registers: the simulation leaves a node with this annotation alone.
  await kube.create(nodeObject(start.isBesides), { signal });
  const init = startGuarded({
    program: initPathOf(nodePath),
    args: ["run", dir],
    env: { ...env, PATH: searchPath({ path: env.PATH ?? "", programs: options.programs }) },
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  const stop = async () => {
    await init.stop();
    // It has done so, unless it was killed.
    await removeCgroups(basename(dir));
    await removeOwn(dir);
  };
  const failed = init.ended.then(() => Promise.reject(toEndError(init)));
  try {
    await Promise.race([failed, waitForNode(init, kube, deadline, signal)]);
    return { ended: failed.catch((error: Error) => error.message), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function nodeObject(isBesides: boolean) {
  const { cidr } = nodeNetwork;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: REAL_NODE,
      labels: { [NODE_KEY]: "real" },
      annotations: { "seatrial.dev/simulated": "false" },
    },
    spec: {
      podCIDR: cidr,
      podCIDRs: [cidr],
      ...(isBesides ? { taints: [{ key: NODE_KEY, value: "real", effect: "NoSchedule" }] } : {}),
    },
  };
}

async function waitForNode(
  init: GuardedProcess,
  kube: KubeClient,
  { remainingMs }: Deadline,
  signal: AbortSignal | undefined,
): Promise<void> {
  let lastSeen: string | undefined;
  const isReady = async () => {
    const node = (await kube.get({ apiVersion: "v1", kind: "Node", name: REAL_NODE }, { signal })) as
      | KubeNode
      | undefined;
    lastSeen = node === undefined ? "it does not exist" : nodeProblem(node);
    const isTainted = node?.spec?.taints?.some(({ key }) => key.startsWith("node.kubernetes.io/"));
    return lastSeen === undefined && !isTainted && init.outputTail().includes("started") ? true : undefined;
  };
  await pollUntil(isReady, {
    timeoutMs: remainingMs,
    intervalMs: POLL_INTERVAL_MS,
    waitingFor: "the real node to be ready",
    lastSeen: () => lastSeen,
    signal,
  });
}

function toEndError(init: GuardedProcess): EngineError {
  const outputTail = init.outputTail(ERROR_OUTPUT_LINES);
  const lines = ["The real node has ended", ...outputTail.map((line) => `    ${line}`)];
  return new EngineError("SEATRIAL_REAL_NODE", lines.join("\n"), { outputTail });
}
