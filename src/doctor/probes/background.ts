import { findBackgroundPlane } from "../../background/background-plane.ts";
import type { ControlPlaneFacts } from "../facts.ts";
import type { Machine } from "../machine.ts";
import { within } from "../within.ts";

const unknown: ControlPlaneFacts = { up: false, kubernetes: null, server: null, pid: null, problem: null };

/** Whether the control plane of `seatrial up` is up. It is only asked, never started or stopped. */
export async function probeBackground({ timeoutMs }: Machine): Promise<ControlPlaneFacts> {
  const probe = findBackgroundPlane({ answerTimeoutMs: timeoutMs }).then((plane): ControlPlaneFacts => {
    if (plane === undefined) return unknown;
    const { versions, server, pid } = plane.data;
    return { up: true, kubernetes: versions.kubernetes, server, pid, problem: null };
  });
  return within(
    timeoutMs,
    probe.catch((error: Error) => ({ ...unknown, problem: error.message.split("\n")[0] ?? "" })),
    (problem) => ({ ...unknown, problem }),
  );
}
