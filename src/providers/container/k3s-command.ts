import type { ContainerOptions } from "./container-options.ts";

/** What decides about the arguments of `k3s server`. */
export interface K3sCommandFacts extends Pick<ContainerOptions, "servicelb" | "metricsServer" | "serverArgs"> {
  image: string;
  /** The host by which this process reaches the container's ports. */
  host: string;
  /** Of the machine that runs the container. */
  cgroupVersion: string | undefined;
}

// The kubelet has the option since this minor version, and refuses to start on cgroup v1 without it since 1.35.
const FAIL_CGROUP_V1_MINOR = 31;

/** The arguments of the image's entry point. CoreDNS and the storage class local-path are kept. */
export function k3sCommand(facts: K3sCommandFacts): string[] {
  const { servicelb = true, metricsServer = false, serverArgs = [], image, host, cgroupVersion } = facts;
  const command = ["server", "--disable=traefik", `--tls-san=${host}`];
  if (!servicelb) command.push("--disable=servicelb");
  if (!metricsServer) command.push("--disable=metrics-server");
  const minor = /:v1\.(\d+)\./.exec(image)?.[1];
  const knowsCgroupOption = minor === undefined || Number(minor) >= FAIL_CGROUP_V1_MINOR;
  if (cgroupVersion === "1" && knowsCgroupOption) command.push("--kubelet-arg=fail-cgroupv1=false");
  return [...command, ...serverArgs];
}
