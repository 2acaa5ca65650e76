import { resolve } from "node:path";
import { UsageError } from "../../errors/usage-error.ts";
import type { ProviderName } from "../../providers/provider-names.ts";
import type { RealNodeOptions } from "../../real-node/real-node-options.ts";

/** The options that start a node with real containers. */
export interface RealNodeFlags {
  realNode?: boolean;
  loadImage?: string[];
}

/**
 * The node that the options ask for; `undefined` without `--real-node`. Throws `SEATRIAL_USAGE` for options that do not fit.
 */
export function toRealNodeOption(
  { realNode, loadImage }: RealNodeFlags,
  provider: ProviderName | undefined,
): RealNodeOptions | undefined {
  if (realNode !== true) {
    if (loadImage === undefined) return undefined;
    throw new UsageError("--load-image requires --real-node", { hint: "simulated Pods need no images" });
  }
  if (provider !== undefined && provider !== "engine") {
    throw new UsageError(`--real-node cannot be used with --provider ${provider}`, {
      hint: "a real node runs on the engine's own control plane",
    });
  }
  return { images: loadImage?.map((path) => resolve(path)) };
}
