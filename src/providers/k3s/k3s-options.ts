import { checkOptions } from "../../util/check-options.ts";

/** The server of K3s without its agent: API server, controllers and scheduler, but no nodes. */
export interface K3sOptions {
  name: "k3s";
  /** The path of the program `k3s`. @default the first on PATH */
  path?: string | undefined;
}

/** Throws `SEATRIAL_USAGE` for an unknown option or one of the wrong type. */
export function checkK3sOptions(call: string, options: K3sOptions): void {
  checkOptions<K3sOptions>(call, options, { name: "string", path: "string" });
}
