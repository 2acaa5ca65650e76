import { posix } from "node:path";
import { parseAddressSpaceLimit } from "../../engine/run/address-space.ts";
import type { MemoryFacts } from "../facts.ts";
import { type Machine, readBelow } from "../machine.ts";

/** A control group's limit and how much of it is in use, in bytes. */
interface Limit {
  path: string;
  limitBytes: number;
  usedBytes: number;
}

/** The memory that this process may use: of the machine, or of the tightest control group when that has less. */
export async function probeMemory(machine: Machine): Promise<MemoryFacts> {
  const meminfo = (await readBelow(machine, "proc/meminfo")) ?? "";
  const totalBytes = kibibytes(meminfo, "MemTotal");
  const availableBytes = kibibytes(meminfo, "MemAvailable");
  const limits = (await readLimits(machine)).filter(({ limitBytes }) => limitBytes < (totalBytes ?? Infinity));
  const free = ({ limitBytes, usedBytes }: Limit) => Math.max(0, limitBytes - usedBytes);
  const tightest = limits.sort((one, other) => free(one) - free(other))[0];
  const addressSpaceBytes = parseAddressSpaceLimit((await readBelow(machine, "proc/self/limits")) ?? "") ?? null;
  if (tightest === undefined || free(tightest) > (availableBytes ?? Infinity)) {
    return { availableBytes, totalBytes, limitedBy: null, addressSpaceBytes };
  }
  const { limitBytes: groupBytes, path: limitedBy } = tightest;
  return { availableBytes: free(tightest), totalBytes: groupBytes, limitedBy, addressSpaceBytes };
}

// Of version 2 and 1 of control groups: file names, and the field for file pages that the kernel reclaims on demand.
const kinds = [
  { mount: "sys/fs/cgroup", limit: "memory.max", used: "memory.current", cache: "inactive_file" },
  {
    mount: "sys/fs/cgroup/memory",
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    cache: "total_inactive_file",
  },
];

async function readLimits(machine: Machine): Promise<Limit[]> {
  const cgroup = (await readBelow(machine, "proc/self/cgroup")) ?? "";
  const paths = [/^0::(.*)$/m.exec(cgroup)?.[1], /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(cgroup)?.[1]];
  const limits: Limit[] = [];
  for (const [index, { mount, limit, used, cache }] of kinds.entries()) {
    // A parent's limit applies, too. In a container the path may be the host's; then only the root of the mount exists.
    for (let path = paths[index] ?? "/"; ; path = posix.dirname(path)) {
      const directory = posix.join(mount, path);
      const read = async (name: string) => readBelow(machine, posix.join(directory, name));
      const limitBytes = Number.parseInt((await read(limit)) ?? "", 10);
      const usedBytes = Number.parseInt((await read(used)) ?? "", 10);
      if (!Number.isNaN(limitBytes) && !Number.isNaN(usedBytes)) {
        const cached = new RegExp(`^${cache} (\\d+)$`, "m").exec((await read("memory.stat")) ?? "")?.[1] ?? "0";
        limits.push({ path: `/${posix.join(directory, limit)}`, limitBytes, usedBytes: usedBytes - Number(cached) });
      }
      if (path === "/" || path === ".") break;
    }
  }
  return limits;
}

function kibibytes(meminfo: string, field: string): number | null {
  const value = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(meminfo)?.[1];
  return value === undefined ? null : Number(value) * 1024;
}
