import { readEnv } from "../util/env.ts";

/** Whether `SEATRIAL_REUSE` asks for the control plane of `seatrial up`: any value but `0` and `false`. */
export function isReuseAsked(): boolean {
  const value = readEnv("SEATRIAL_REUSE");
  return value !== undefined && value !== "0" && value !== "false";
}
