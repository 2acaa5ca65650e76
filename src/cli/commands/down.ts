import { type StoppedBackground, stopBackgroundPlane } from "../../background/background-plane.ts";
import { stopStart } from "../../background/detached-start.ts";
import { exitCodes } from "../exit-code.ts";
import { writeLines } from "../terminal.ts";

/** Stops the background plane. Succeeds when none is up. */
export async function down(): Promise<number> {
  const starting = await stopStart();
  if (starting !== undefined) await writeLines(process.stderr, [`The start by process ${starting} was stopped`]);
  const stopped = await stopBackgroundPlane({ onWait: (sentence) => void writeLines(process.stderr, [sentence]) });
  if (starting !== undefined && stopped === undefined) return exitCodes.passed;
  await writeLines(process.stderr, [stopped === undefined ? "No control plane was up" : describeStop(stopped)]);
  return exitCodes.passed;
}

function describeStop({ plane, isForced }: StoppedBackground): string {
  const how = isForced ? "did not end within 2 s and was killed" : "was stopped";
  return `The control plane (process ${plane.data.pid}) ${how}`;
}
