import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import { checkOptions, describe, type OptionCheck } from "../util/check-options.ts";
import type { StageSources } from "./stage.ts";

/** A node without a machine. */
export interface SimulatedNode {
  name: string;
  /** The label `topology.kubernetes.io/zone`. @default none */
  zone?: string | undefined;
  /** The label `topology.kubernetes.io/region`. @default none */
  region?: string | undefined;
  /** The label `kubernetes.io/arch`. @default "amd64" */
  architecture?: string | undefined;
  /** Further labels. @default none */
  labels?: Readonly<Record<string, string>> | undefined;
  /** @default none */
  taints?:
    | readonly { key: string; value?: string; effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute" }[]
    | undefined;
  /** Quantities by resource, all allocatable. @default 32 CPUs, 128Gi of memory, 512Gi of disk, 500 Pods */
  capacity?: Readonly<Record<string, string>> | undefined;
}

/** What a control plane simulates, and how fast. */
export interface SimulationOptions {
  /** The number of nodes, each in its own zone, or the nodes; an empty array is a cluster without nodes. @default 3 */
  nodes?: number | readonly SimulatedNode[] | undefined;
  /** How long a container that exits by itself runs, in milliseconds. @default 20 */
  completionMs?: number | undefined;
  /** The first pause before a container is restarted, in milliseconds. @default 10000, as a kubelet's */
  backoffMs?: number | undefined;
  /** The longest such pause, in milliseconds. @default 300000, as a kubelet's */
  maxBackoffMs?: number | undefined;
  /**
   * How long a second of a Pod's spec takes, in seconds, from 0 to 1, where the Pod only waits: `initialDelaySeconds`
   * of startup and readiness probes, and the sleeps of containers that have to end. @default 0.01
   */
  timeScale?: number | undefined;
  /** kwok's Stages, which describe how further objects change by themselves: paths, globs or objects. @default none */
  stages?: StageSources | undefined;
}

const FILE = "simulation.json";
const MAX_ZONES_COUNT = 26;

const duration: OptionCheck = (value) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 ? undefined : "a whole number of milliseconds";
const scale: OptionCheck = (value) =>
  typeof value === "number" && value >= 0 && value <= 1 ? undefined : "a number from 0 to 1";
const nodes: OptionCheck = (value) =>
  Array.isArray(value) || (typeof value === "number" && Number.isInteger(value) && value >= 0)
    ? undefined
    : "a whole number or an array of nodes";

/** Throws `SEATRIAL_USAGE` for an unknown option or one of the wrong type. The engine checks names and quantities. */
export function checkSimulationOptions(options: SimulationOptions): void {
  const call = "startControlPlane: simulation";
  checkOptions<SimulationOptions>(call, options, {
    nodes,
    completionMs: duration,
    backoffMs: duration,
    maxBackoffMs: duration,
    timeScale: scale,
    stages: ["string", "object", "array"],
  });
  if (typeof options.nodes === "number") return;
  for (const node of options.nodes ?? []) {
    if (typeof node !== "object" || node === null || typeof node.name !== "string") {
      throw new UsageError(`${call}: a node must be an object with a name, got ${describe(node)}`);
    }
    checkOptions<SimulatedNode>(`${call}: node ${node.name}`, node, {
      name: "string",
      zone: "string",
      region: "string",
      architecture: "string",
      labels: "object",
      taints: "array",
      capacity: "object",
    });
  }
}

/** Whether there are nodes that Pods can be scheduled on. */
export function hasNodes({ nodes: given }: SimulationOptions = {}): boolean {
  return given === undefined || (typeof given === "number" ? given : given.length) > 0;
}

/** Writes the options to the file that the engine reads, and resolves with its path. */
export async function writeSimulationFile(dataDir: string, options: SimulationOptions): Promise<string> {
  const path = join(dataDir, FILE);
  // Stages are applied when the engine is up.
  const { nodes, stages: _stages, ...plain } = options;
  const list = typeof nodes === "number" ? makeNodes(nodes) : nodes;
  await writeFile(path, JSON.stringify({ ...plain, nodes: list }), { mode: 0o600 });
  return path;
}

// Like the engine's three default nodes.
function makeNodes(count: number): SimulatedNode[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `node-${index + 1}`,
    zone: `zone-${String.fromCharCode("a".charCodeAt(0) + (index % MAX_ZONES_COUNT))}`,
    region: "region-1",
  }));
}
