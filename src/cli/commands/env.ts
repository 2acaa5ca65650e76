import { dirname } from "node:path";
import { findBackgroundPlane } from "../../background/background-plane.ts";
import { findStart } from "../../background/detached-start.ts";
import type { BackgroundPlane } from "../../background/state-file.ts";
import { linkTools } from "../../background/tool-links.ts";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { exitCodes } from "../exit-code.ts";
import { planeEnv } from "../plane-env.ts";
import { renderEnv, type Shell } from "../shell.ts";
import { writeLines } from "../terminal.ts";
import { toolPaths } from "../tool-env.ts";

/** Prints the lines that point kubectl and helm to the background plane, and other programs to kubectl and helm. */
export async function env({ shell }: { shell: Shell }): Promise<number> {
  const plane = await requireBackgroundPlane();
  const directory = dirname(plane.logFile);
  await linkTools({ directory }, plane.enginePath);
  await writeLines(process.stdout, renderEnv({ ...planeEnv(plane), ...toolPaths(directory) }, shell));
  return exitCodes.passed;
}

/** The background plane. Rejects with `SEATRIAL_NO_CONTROL_PLANE` when none is up. */
export async function requireBackgroundPlane(): Promise<BackgroundPlane> {
  const plane = await findBackgroundPlane();
  if (plane !== undefined) return plane;
  const start = await findStart();
  if (start?.isRunning === true) {
    throw new SeatrialError(
      "SEATRIAL_NO_CONTROL_PLANE",
      `The control plane in the background is not up yet: process ${start.pid} has been starting it since ${start.startedAt}`,
      { hint: "`seatrial up` waits until it is up, `seatrial status` shows the progress" },
    );
  }
  throw new SeatrialError("SEATRIAL_NO_CONTROL_PLANE", "No control plane is up in the background", {
    hint: "`seatrial up` starts one",
  });
}
