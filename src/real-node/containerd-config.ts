import type { FoundNodePrograms } from "./require-machine.ts";

/** The name of the image of Pods' sandboxes, which the node makes itself. */
export const PAUSE_IMAGE = "seatrial.dev/pause:1";

/** What the configuration depends on. */
export interface ContainerdSettings {
  programs: Pick<FoundNodePrograms, "runc" | "cniPlugins">;
  /** Whether the directory's file system can be the upper layer of an overlay. */
  hasOverlay: boolean;
  /** Whether processes may be protected from the kernel's out-of-memory killer. */
  mayProtect: boolean;
  /** The directory with the network's configuration, inside. */
  networkDirectory: string;
}

/** containerd's configuration, in version 2 of its format: containerd 1.6 and all later ones read it. */
export function containerdConfig(settings: ContainerdSettings): string {
  const { programs, hasOverlay, mayProtect, networkDirectory } = settings;
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "/run/containerd/containerd.sock"
[${cri}]
  sandbox_image = ${quote(PAUSE_IMAGE)}
  restrict_oom_score_adj = ${!mayProtect}
  [${cri}.cni]
    bin_dir = ${quote(programs.cniPlugins)}
    conf_dir = ${quote(networkDirectory)}
  [${cri}.containerd]
    snapshotter = ${quote(hasOverlay ? "overlayfs" : "native")}
    default_runtime_name = "runc"
    [${cri}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [${cri}.containerd.runtimes.runc.options]
        BinaryName = ${quote(programs.runc)}
        SystemdCgroup = false
`;
}

// Strings of TOML have the escapes of JSON.
function quote(text: string): string {
  return JSON.stringify(text);
}
