import { UsageError } from "../errors/usage-error.ts";
import { checkOptions, describe } from "../util/check-options.ts";

/** A node with real containers: upstream's kubelet on containerd and runc. Linux, as root. */
export interface RealNodeOptions {
  /** Archives with images, as `docker save` writes them, that the node has from the start. @default none */
  images?: readonly string[] | undefined;
  /** A directory that is searched for containerd, its shim, ctr and runc before `PATH` is. @default none */
  programs?: string | undefined;
  /** The directory with the CNI plug-ins. @default the first of /opt/cni/bin, /usr/lib/cni and /usr/libexec/cni that has them */
  cniPlugins?: string | undefined;
}

/** Whether there is a node with real containers: `true`, or its options. */
export type RealNodeOption = boolean | RealNodeOptions;

/** The options of the node, or `undefined` for no node. Throws `SEATRIAL_USAGE` for an unknown option or one of the wrong type. */
export function readRealNodeOption(call: string, option: RealNodeOption | undefined): RealNodeOptions | undefined {
  if (option === undefined || option === false) return undefined;
  if (option === true) return {};
  if (typeof option !== "object" || option === null || Array.isArray(option)) {
    throw new UsageError(`${call}: option "realNode" must be true, false or an object, got ${describe(option)}`);
  }
  checkOptions<RealNodeOptions>(`${call}: realNode`, option, {
    images: "string[]",
    programs: "string",
    cniPlugins: "string",
  });
  return option;
}
