import { extname, join } from "node:path";
import type { ErrorCode } from "../errors/codes.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import type { ControlPlaneData } from "../plane/control-plane-data.ts";
import { type KnownProcess, startOf } from "../process/process-identity.ts";
import { spawnKeeper } from "../process/spawn-keeper.ts";
import { readJsonLines } from "../util/json-lines.ts";
import { race } from "../util/race.ts";
import { DETACH, type KeeperMessage, type KeeperOrder } from "./keeper-messages.ts";
import { waitForKeeper } from "./stop-keeper.ts";

/** How {@link startKeeper} starts. */
export interface KeeperStart extends KeeperOrder {
  onStep?: ((step: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** A control plane that a process of its own keeps up. */
export interface KeptPlane {
  data: ControlPlaneData;
  bootMs: number;
  keeper: KnownProcess;
  /** Lets the control plane outlive this process. */
  detach(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the control plane of a provider in a process of its own. Rejects as `startControlPlane` does. */
export async function startKeeper({ onStep, signal, ...order }: KeeperStart): Promise<KeptPlane> {
  // Tests run the sources.
  const program = join(import.meta.dirname, `keep-plane${extname(import.meta.filename)}`);
  const { pid, stdin, stdout, unref } = await spawnKeeper(process.execPath, [program, JSON.stringify(order)]);
  const keeper: KnownProcess = { pid, start: startOf(pid), executable: process.execPath };
  const stop = async () => {
    stdin.end();
    await waitForKeeper(keeper);
  };
  const answer = async () => {
    for await (const line of readJsonLines(stdout)) {
      const message = ("value" in line ? line.value : {}) as unknown as KeeperMessage;
      if (message.type === "step") onStep?.(message.name);
      if (message.type === "up") return message;
      if (message.type === "error") throw new SeatrialError(message.code as ErrorCode, message.message);
    }
    throw new SeatrialError("SEATRIAL_PROVIDER", `Process ${pid}, which starts the control plane, has ended`);
  };
  try {
    const { data, bootMs } = await race(answer(), { signal });
    const detach = async () => {
      await new Promise<void>((resolve) => stdin.end(DETACH, () => resolve()));
      unref();
    };
    return { data, bootMs, keeper, detach, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
