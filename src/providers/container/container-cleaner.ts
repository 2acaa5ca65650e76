// The program that removes the containers of a process that was killed. Its arguments are the path of testcontainers and the run.
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type * as Testcontainers from "testcontainers";
import { DISMISSAL } from "../../process/start-cleaner.ts";
import { removeContainers } from "./runtime.ts";

const PAUSE_MS = 500;
// The container engine may still be about to create a container when the process that asked for it is killed.
const EMPTY_ROUNDS = 10;
const MAX_ROUNDS = 120;

const [path = "", run = ""] = process.argv.slice(2);
if (!(await wasDismissed())) await clean();

async function wasDismissed(): Promise<boolean> {
  let text = "";
  try {
    for await (const chunk of process.stdin) text += String(chunk);
  } catch {
    // A broken pipe is an end, too.
  }
  return text === DISMISSAL;
}

async function clean(): Promise<void> {
  const { getContainerRuntimeClient } = (await import(pathToFileURL(path).href)) as typeof Testcontainers;
  let hasRemoved = false;
  let emptyRounds = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await getContainerRuntimeClient()
      .then((runtime) => removeContainers(runtime, run))
      .catch(() => undefined);
    hasRemoved ||= (found ?? 0) > 0;
    if (found === 0) emptyRounds++;
    if (found === 0 && (hasRemoved || emptyRounds === EMPTY_ROUNDS)) return;
    await delay(PAUSE_MS);
  }
}
