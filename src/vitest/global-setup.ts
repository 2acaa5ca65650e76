import type { TestProject } from "vitest/node";
import { attachControlPlane } from "../plane/attach-control-plane.ts";
import { findBackgroundPlane } from "../plane/background.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { startControlPlane } from "../plane/start-control-plane.ts";
import { readEnv } from "../util/env.ts";
import { PROVIDED_KEY } from "./provided.ts";

interface SharedPlane {
  started: Promise<ControlPlane>;
  users: Set<TestProject>;
}

// vitest loads this file once for each project; all of a run share one plane.
const KEY = Symbol.for("seatrial.globalSetup");
const holder = globalThis as { [KEY]?: SharedPlane | undefined };

/**
 * vitest's global set-up: one control plane for the whole run, however many projects name this file. It may run again
 * for the same project, with or without a teardown between. With `SEATRIAL_REUSE=1` the plane of `seatrial up` is used
 * when one is running, and left running. Resolves with the teardown.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  holder[KEY] ??= { started: openPlane(), users: new Set() };
  const shared = holder[KEY];
  shared.users.add(project);
  try {
    const plane = await shared.started;
    project.provide(PROVIDED_KEY, plane.data);
    return () => release(shared, project);
  } catch (error) {
    // A later run, in watch mode or an editor, starts anew.
    if (holder[KEY] === shared) holder[KEY] = undefined;
    throw error;
  }
}

// The last project that is done ends the plane.
async function release(shared: SharedPlane, project: TestProject): Promise<void> {
  shared.users.delete(project);
  if (shared.users.size > 0) return;
  if (holder[KEY] === shared) holder[KEY] = undefined;
  await (await shared.started).stop();
}

async function openPlane(): Promise<ControlPlane> {
  if (readEnv("SEATRIAL_REUSE") === "1") {
    const running = await findBackgroundPlane();
    if (running !== undefined) return attachControlPlane(running.data);
  }
  return startControlPlane();
}
