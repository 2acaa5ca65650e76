import { randomUUID } from "node:crypto";
import { extname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startCleaner } from "../../process/start-cleaner.ts";
import { type Runtime, removeContainers } from "./runtime.ts";

/** Removes the containers of a start, by this process or, when it is killed, by another one. */
export interface ContainerRemoval {
  /** What the containers are labelled with. */
  readonly run: string;
  /** Removes the containers that exist. Resolves when they are gone. */
  remove(): Promise<void>;
  /** As {@link ContainerRemoval.remove}; no container may be created after it. Safe to call twice. */
  finish(): Promise<void>;
}

const script = fileURLToPath(new URL(`./container-cleaner${extname(import.meta.url)}`, import.meta.url));
const INTERVAL_MS = 50;

/** Starts what removes the containers of a killed process. @param path the entry point of testcontainers. */
export async function startRemoval(path: string, runtime: Runtime): Promise<ContainerRemoval> {
  const run = randomUUID();
  const cleaner = await startCleaner(script, [path, run]);
  const remove = async () => {
    // A container is listed until it is gone, whoever removes it.
    while ((await removeContainers(runtime, run)) > 0) await delay(INTERVAL_MS);
  };
  const finish = async () => {
    await remove();
    await cleaner.dismiss();
  };
  return { run, remove, finish };
}
