import { stopBackgroundPlane } from "../../plane/background.ts";
import { exitCodes } from "../exit-code.ts";
import { writeLines } from "../terminal.ts";

/** Stops the background plane. That none is up is no error: what was asked for is so. */
export async function down(): Promise<number> {
  const stopped = await stopBackgroundPlane();
  const line =
    stopped === undefined ? "No control plane was up" : `The control plane (process ${stopped.data.pid}) is stopped`;
  await writeLines(process.stderr, [line]);
  return exitCodes.passed;
}
