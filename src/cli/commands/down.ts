import { type StoppedBackground, stopBackgroundPlane } from "../../background/background-plane.ts";
import { stopStart } from "../../background/detached-start.ts";
import { exitCodes } from "../exit-code.ts";
import { writeLines } from "../terminal.ts";

/** Stops the background plane. That none is up is no error: what was asked for is so. */
export async function down(): Promise<number> {
  const starting = await stopStart();
  if (starting !== undefined) await writeLines(process.stderr, [`The start by process ${starting} is stopped`]);
  const stopped = await stopBackgroundPlane();
  if (starting !== undefined && stopped === undefined) return exitCodes.passed;
  await writeLines(process.stderr, [stopped === undefined ? "No control plane was up" : describeStop(stopped)]);
  return exitCodes.passed;
}

function describeStop({ plane, isForced }: StoppedBackground): string {
  const how = isForced ? "did not end within 2 s of being asked and was killed" : "is stopped";
  return `The control plane (process ${plane.data.pid}) ${how}`;
}
