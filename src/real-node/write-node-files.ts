import { copyFile, mkdir, readFile, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isExecutable } from "../engine/binary/engine-cache.ts";
import { containerdConfig, PAUSE_IMAGE } from "./containerd-config.ts";
import { insideFiles, kubeletConfig, networkConfig, proxyConfig } from "./node-configs.ts";
import { API_SERVER_ADDRESS, DNS_ADDRESS, nodeNetwork, REAL_NODE } from "./node-network.ts";
import type { RealNodeOptions } from "./real-node-options.ts";
import type { FoundNodePrograms } from "./require-machine.ts";

/** What the files depend on. */
export interface NodeFilesInput {
  /** The node's directory. */
  dir: string;
  /** The engine's data directory, with the kubeconfigs for the node. */
  engineDir: string;
  apiServerPort: number;
  /** `seatrial-node`, the kubelet, kube-proxy and the DNS server. */
  nodePath: string;
  programs: FoundNodePrograms;
  options: RealNodeOptions;
}

const OVERLAY_MAGIC = 0x794c7630;
// The number of the capability CAP_SYS_RESOURCE.
const SYS_RESOURCE_BIT = 24n;

/** Writes all files of the node. Its directory lib is /var/lib inside, and log is /var/log. */
export async function writeNodeFiles(input: NodeFilesInput): Promise<void> {
  const { dir, engineDir, apiServerPort, nodePath, programs, options } = input;
  const own = join(dir, "lib", basename(insideFiles));
  await mkdir(join(own, "cni"), { recursive: true });
  await mkdir(join(dir, "log"));
  for (const name of ["kubelet.kubeconfig", "kube-proxy.kubeconfig"]) {
    await copyFile(join(engineDir, name), join(own, name));
  }
  await copyFile(join(engineDir, "pki", "ca.crt"), join(own, "ca.crt"));
  const write = (name: string, content: object | string) =>
    writeFile(join(own, name), typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
  const cgroup = basename(dir);
  const { packetFilter } = programs;
  const hasPortMap =
    packetFilter?.endsWith("iptables") === true && (await isExecutable(join(programs.cniPlugins, "portmap")));
  await write("cni/10-seatrial.conflist", networkConfig(hasPortMap));
  await write("resolv.conf", "");
  await write("kubelet.json", kubeletConfig(cgroup));
  await write(
    "containerd.toml",
    containerdConfig({
      programs,
      hasOverlay: (await statfs(dir)).type !== OVERLAY_MAGIC,
      mayProtect: await hasCapability(SYS_RESOURCE_BIT),
      networkDirectory: `${insideFiles}/cni`,
    }),
  );
  const kubelet = {
    name: "kubelet",
    arguments: [
      nodePath,
      "kubelet",
      `--config=${insideFiles}/kubelet.json`,
      `--kubeconfig=${insideFiles}/kubelet.kubeconfig`,
      `--hostname-override=${REAL_NODE}`,
      `--node-ip=${nodeNetwork.address}`,
    ],
  };
  const dns = {
    name: "dns",
    // kube-proxy may read what the names are made of: Services and EndpointSlices.
    arguments: [nodePath, "dns", `--kubeconfig=${insideFiles}/kube-proxy.kubeconfig`, `--address=${DNS_ADDRESS}:53`],
  };
  const running = [kubelet, dns];
  if (packetFilter !== undefined) {
    await write("kube-proxy.json", proxyConfig(basename(packetFilter) === "nft" ? "nftables" : "iptables"));
    const args = [nodePath, "kube-proxy", `--config=${insideFiles}/kube-proxy.json`];
    running.push({ name: "kube-proxy", arguments: args });
  }
  const config = {
    cgroup,
    address: `${nodeNetwork.address}/${nodeNetwork.prefixBits}`,
    apiServerPort,
    apiServerAddress: API_SERVER_ADDRESS,
    dnsAddress: DNS_ADDRESS,
    containerd: {
      name: "containerd",
      arguments: [programs.containerd, "--log-level=warn", `--config=${insideFiles}/containerd.toml`],
    },
    ctr: programs.ctr,
    programs: running,
    images: (options.images ?? []).map((path) => resolve(path)),
    pauseImage: PAUSE_IMAGE,
  };
  await writeFile(join(dir, "node.json"), JSON.stringify(config), { mode: 0o600 });
}

/** The directory of the program that runs the node, which is built together with it. */
export function initPathOf(nodePath: string): string {
  return join(dirname(nodePath), "seatrial-node-init");
}

async function hasCapability(bit: bigint): Promise<boolean> {
  const status = await readFile("/proc/self/status", "utf8");
  const effective = /^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n;
}
