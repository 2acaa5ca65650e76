import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import { checkOptions, describe, type OptionCheck } from "../util/check-options.ts";
import type { StageSources } from "./stages.ts";

/** A node that no machine stands behind. */
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
  /** Quantities by resource, all of it allocatable. @default 32 CPUs, 128Gi of memory, 512Gi of disk, 500 Pods */
  capacity?: Readonly<Record<string, string>> | undefined;
}

/** What is simulated in a control plane, and how fast. */
export interface SimulationOptions {
  /** How many nodes, each in a zone of its own, or which; an empty array is a cluster without any. @default 3 */
  nodes?: number | readonly SimulatedNode[] | undefined;
  /** How long a container runs that ends by itself, in milliseconds. @default 20 */
  completionMs?: number | undefined;
  /** The first pause before a container is restarted, in milliseconds. @default 10000, as a kubelet's */
  backoffMs?: number | undefined;
  /** The longest such pause, in milliseconds. @default 300000, as a kubelet's */
  maxBackoffMs?: number | undefined;
  /** kwok's Stages: paths, globs or objects that say how further objects change by themselves. @default none */
  stages?: StageSources | undefined;
}

const FILE = "simulation.json";
const MAX_ZONES_COUNT = 26;

const duration: OptionCheck = (value) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 ? undefined : "a whole number of milliseconds";
const nodes: OptionCheck = (value) =>
  Array.isArray(value) || (typeof value === "number" && Number.isInteger(value) && value >= 0)
    ? undefined
    : "a whole number or an array of nodes";

/** Throws `SEATRIAL_USAGE` for an option that is not known or of the wrong kind; the engine checks names and quantities. */
export function checkSimulationOptions(options: SimulationOptions): void {
  const call = "startControlPlane: simulation";
  checkOptions<SimulationOptions>(call, options, {
    nodes,
    completionMs: duration,
    backoffMs: duration,
    maxBackoffMs: duration,
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

/** Whether Pods have anywhere to go. */
export function hasNodes({ nodes: given }: SimulationOptions = {}): boolean {
  return given === undefined || (typeof given === "number" ? given : given.length) > 0;
}

/** Writes the options where the engine reads them, and resolves with the file's path. */
export async function writeSimulationFile(dataDir: string, options: SimulationOptions): Promise<string> {
  const path = join(dataDir, FILE);
  // The engine takes Stages once it is up.
  const { nodes, stages: _stages, ...plain } = options;
  const list = typeof nodes === "number" ? makeNodes(nodes) : nodes;
  await writeFile(path, JSON.stringify({ ...plain, nodes: list }), { mode: 0o600 });
  return path;
}

// As the engine's own three.
function makeNodes(count: number): SimulatedNode[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `node-${index + 1}`,
    zone: `zone-${String.fromCharCode("a".charCodeAt(0) + (index % MAX_ZONES_COUNT))}`,
    region: "region-1",
  }));
}
