import type { ControlPlaneData } from "../plane/control-plane-data.ts";
import type { Timeouts } from "./timeouts.ts";

/** The key under which the global set-up provides the control plane to the test workers. */
export const PROVIDED_KEY = "seatrial";

/** The key under which the global set-up provides the time limits of tests and hooks. */
export const TIMEOUTS_KEY = "seatrial.timeouts";

declare module "vitest" {
  interface ProvidedContext {
    /** Plain JSON: nothing else can be passed from the global set-up to the workers. */
    [PROVIDED_KEY]: ControlPlaneData;
    [TIMEOUTS_KEY]: Timeouts;
  }
}
