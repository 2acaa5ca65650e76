import { describe, expect, it } from "vitest";
import { probeMemory } from "../../../src/doctor/probes/memory.ts";
import { makeMachine } from "../../helpers/doctor/machine.ts";

const MiB = 2 ** 20;
const meminfo = `MemTotal:       ${8192 * 1024} kB\nMemFree:        1024 kB\nMemAvailable:   ${6144 * 1024} kB\n`;
const inMiB = async (files: Record<string, string>) => {
  const { availableBytes, totalBytes, limitedBy } = await probeMemory(await makeMachine({ files }));
  return [availableBytes && availableBytes / MiB, totalBytes && totalBytes / MiB, limitedBy];
};

describe("probeMemory", () => {
  it("reports the machine's memory when no control group has less", async () => {
    expect(await inMiB({ "proc/meminfo": meminfo })).toEqual([6144, 8192, null]);
    const unlimited = { "sys/fs/cgroup/memory.max": "max\n", "sys/fs/cgroup/memory.current": "1000\n" };
    expect(await inMiB({ "proc/meminfo": meminfo, ...unlimited })).toEqual([6144, 8192, null]);
  });

  it("treats file pages that the kernel can reclaim as free", async () => {
    const files = {
      "proc/meminfo": meminfo,
      "proc/self/cgroup": "0::/\n",
      "sys/fs/cgroup/memory.max": `${1024 * MiB}\n`,
      "sys/fs/cgroup/memory.current": `${600 * MiB}\n`,
      "sys/fs/cgroup/memory.stat": `anon 1\ninactive_file ${200 * MiB}\nactive_file 1\n`,
    };
    expect(await inMiB(files)).toEqual([624, 1024, "/sys/fs/cgroup/memory.max"]);
  });

  it("applies the tighter limit of a parent", async () => {
    const files = {
      "proc/meminfo": meminfo,
      "proc/self/cgroup": "0::/outer/inner\n",
      "sys/fs/cgroup/outer/memory.max": `${512 * MiB}\n`,
      "sys/fs/cgroup/outer/memory.current": `${500 * MiB}\n`,
      "sys/fs/cgroup/outer/inner/memory.max": `${2048 * MiB}\n`,
      "sys/fs/cgroup/outer/inner/memory.current": `${100 * MiB}\n`,
    };
    expect(await inMiB(files)).toEqual([12, 512, "/sys/fs/cgroup/outer/memory.max"]);
  });

  it("reads version 1, also where the path is that of the host", async () => {
    const files = {
      "proc/meminfo": meminfo,
      "proc/self/cgroup": "5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": `${700 * MiB}\n`,
      "sys/fs/cgroup/memory/memory.usage_in_bytes": `${300 * MiB}\n`,
      "sys/fs/cgroup/memory/memory.stat": `inactive_file 5\ntotal_inactive_file ${100 * MiB}\n`,
    };
    expect(await inMiB(files)).toEqual([500, 700, "/sys/fs/cgroup/memory/memory.limit_in_bytes"]);
  });

  it("recognises version 1's number for no limit", async () => {
    const files = {
      "proc/meminfo": meminfo,
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "5\n",
    };
    expect(await inMiB(files)).toEqual([6144, 8192, null]);
  });

  it("reports unknown sizes without /proc", async () => {
    expect(await inMiB({})).toEqual([null, null, null]);
  });
});
