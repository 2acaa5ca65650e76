import { readdir, readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { nodeNetwork } from "../../../src/real-node/node-network.ts";
import { findHierarchies } from "../../../src/real-node/remove-cgroups.ts";
import { pollUntil } from "../../../src/util/poll.ts";

/** What a real node can leave on a machine. */
export interface NodeTraces {
  /** Processes in its control groups, or in a mount namespace with its directory. */
  processes: string[];
  cgroups: string[];
  /** Mounts of this process' namespace with the directory. */
  mounts: string[];
  /** The interfaces of this machine with the node's address. */
  interfaces: string[];
  files: string[];
}

const GONE_TIMEOUT_MS = 20_000;

/** What there is of nodes whose directories are below `directory`. Their control groups are named after them. */
export async function nodeTracesIn(directory: string, names: readonly string[]): Promise<NodeTraces> {
  const hierarchies = await findHierarchies();
  const groups = hierarchies.flatMap((root) => names.map((name) => join(root, name)));
  const exists = await Promise.all(
    groups.map((path) =>
      readdir(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  const mounts = (await readFile("/proc/self/mountinfo", "utf8"))
    .split("\n")
    .filter((line) => line.includes(directory));
  const files = (await readdir(directory).catch(() => [])).filter((name) => name.startsWith("seatrial-"));
  return {
    processes: await processesOf(directory, names),
    cgroups: groups.filter((_, index) => exists[index]),
    mounts,
    interfaces: interfacesOf(nodeNetwork.address),
    files,
  };
}

/** Resolves when nothing is left, with the milliseconds that it took. Rejects with the remaining traces. */
export async function waitUntilNoNodeTraces(directory: string, names: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  let last: NodeTraces | undefined;
  const probe = async () => {
    last = await nodeTracesIn(directory, names);
    return Object.values(last).every((found: string[]) => found.length === 0) ? true : undefined;
  };
  const lastSeen = () => JSON.stringify(last);
  await pollUntil(probe, { timeoutMs: GONE_TIMEOUT_MS, intervalMs: 20, waitingFor: "all traces to be gone", lastSeen });
  return Math.round(performance.now() - startedAt);
}

function interfacesOf(address: string): string[] {
  const all = Object.entries(networkInterfaces());
  return all.filter(([, addresses]) => addresses?.some((each) => each.address === address)).map(([name]) => name);
}

async function processesOf(directory: string, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
    const [command, groups, mounts] = await Promise.all([read("cmdline"), read("cgroup"), read("mountinfo")]);
    const isOurs = [command, groups, mounts].some((text) => names.some((name) => text.includes(name)));
    if (command !== "" && (isOurs || command.includes(`${directory}/`)))
      found.push(`${pid} ${command.replaceAll("\0", " ")}`);
  }
  return found;
}
