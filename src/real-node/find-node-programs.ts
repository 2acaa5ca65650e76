import { delimiter, join } from "node:path";
import { isExecutable } from "../engine/binary/engine-cache.ts";

/** The programs on which a real node runs; `undefined` where one was not found. */
export interface NodePrograms {
  containerd: string | undefined;
  /** containerd's client, which imports images. */
  ctr: string | undefined;
  shim: string | undefined;
  runc: string | undefined;
  /** The directory with the CNI plug-ins. */
  cniPlugins: string | undefined;
  /** The packet filter's program, with which kube-proxy makes Services reachable. */
  packetFilter: string | undefined;
}

/** Where programs are searched. */
export interface NodeProgramSearch {
  /** The variable `PATH`. */
  path: string;
  /** A directory that is searched before. */
  programs?: string | undefined;
  cniPlugins?: string | undefined;
}

/** The CNI plug-ins that the node uses. */
export const usedPlugins = ["bridge", "host-local", "loopback"] as const;

// Those of upstream's releases, of Debian and of Fedora.
const pluginDirectories = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"];
// On PATH of root, but not of every program that root starts.
const systemDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The directories in which programs are searched, in their order, as a value for `PATH`. */
export function searchPath({ path, programs }: NodeProgramSearch): string {
  const own = programs === undefined ? [] : [programs];
  return [...own, ...path.split(delimiter).filter((directory) => directory !== ""), ...systemDirectories].join(
    delimiter,
  );
}

/** Looks for the programs. Starts none of them. */
export async function findNodePrograms(search: NodeProgramSearch): Promise<NodePrograms> {
  const find = async (...names: string[]) => {
    for (const name of names) {
      for (const directory of searchPath(search).split(delimiter)) {
        const path = join(directory, name);
        if (await isExecutable(path)) return path;
      }
    }
    return undefined;
  };
  const [containerd, ctr, shim, runc, packetFilter, cniPlugins] = await Promise.all([
    find("containerd"),
    find("ctr"),
    find("containerd-shim-runc-v2"),
    find("runc"),
    find("iptables", "nft"),
    findPlugins(search.cniPlugins === undefined ? pluginDirectories : [search.cniPlugins]),
  ]);
  return { containerd, ctr, shim, runc, cniPlugins, packetFilter };
}

async function findPlugins(directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const found = await Promise.all(usedPlugins.map((name) => isExecutable(join(directory, name))));
    if (found.every(Boolean)) return directory;
  }
  return undefined;
}

/** What is missing, each with the packages of Debian and Ubuntu that have it. The packet filter is not needed for Pods. */
export function missingPrograms(programs: NodePrograms): { what: string; debian: string }[] {
  const needed = [
    { what: "containerd", debian: "containerd", path: programs.containerd },
    { what: "ctr", debian: "containerd", path: programs.ctr },
    { what: "containerd-shim-runc-v2", debian: "containerd", path: programs.shim },
    { what: "runc", debian: "runc", path: programs.runc },
    {
      what: `the CNI plug-ins ${usedPlugins.join(", ")}`,
      debian: "containernetworking-plugins",
      path: programs.cniPlugins,
    },
  ];
  return needed.filter(({ path }) => path === undefined).map(({ what, debian }) => ({ what, debian }));
}
