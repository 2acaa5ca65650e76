import { SeatrialError } from "../errors/seatrial-error.ts";
import type { ControlPlane } from "./control-plane.ts";

// Test files may load this module several times, and must share one plane.
const KEY = Symbol.for("seatrial.controlPlane");
const holder = globalThis as { [KEY]?: ControlPlane | undefined };

/** Sets the control plane that helpers use by default; `undefined` unsets it. */
export function setCurrentControlPlane(plane: ControlPlane | undefined): void {
  holder[KEY] = plane;
}

/** Like {@link currentControlPlane}, but `undefined` when none is set. */
export function findCurrentControlPlane(): ControlPlane | undefined {
  return holder[KEY];
}

/** The control plane that helpers use by default. Throws `SEATRIAL_NO_CONTROL_PLANE` when none is set. */
export function currentControlPlane(): ControlPlane {
  const plane = holder[KEY];
  if (plane !== undefined) return plane;
  throw new SeatrialError("SEATRIAL_NO_CONTROL_PLANE", "No control plane is running for this call", {
    hint: 'put globalSetup: "seatrial/global-setup" and setupFiles: "seatrial/vitest" in the test section of vitest.config, or pass { controlPlane }',
  });
}
