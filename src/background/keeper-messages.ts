import type { ControlPlaneData } from "../plane/control-plane-data.ts";
import type { ProviderOption } from "../providers/provider-options.ts";
import type { RealNodeOptions } from "../real-node/real-node-options.ts";

/** The only argument of keep-plane.ts, as JSON. */
export interface KeeperOrder {
  provider?: ProviderOption | undefined;
  realNode?: RealNodeOptions | undefined;
  enginePath: string;
  logFile: string;
}

/** What keep-plane.ts writes to its standard output, one JSON line each. */
export type KeeperMessage =
  | { type: "step"; name: string }
  | { type: "up"; data: ControlPlaneData; bootMs: number }
  | { type: "error"; code: string; message: string };

/** What lets keep-plane.ts run on when its standard input closes. */
export const DETACH = "detach\n";
