import type { TestProject } from "vitest/node";
import { attachControlPlane } from "../plane/attach-control-plane.ts";
import { findBackgroundPlane } from "../plane/background.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { startControlPlane } from "../plane/start-control-plane.ts";
import { removeAbandoned } from "../release/abandoned.ts";
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
 * for the same project, with or without a teardown between. When tests are run again, the same plane goes on, cleaned
 * of what earlier runs left; one that has ended meanwhile is started anew. With `SEATRIAL_REUSE=1` the plane of
 * `seatrial up` is used when one is running, and left running. Resolves with the teardown.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { data } = await take(project);
  project.provide(PROVIDED_KEY, data);
  project.onTestsRerun(async () => {
    const plane = await take(project);
    await removeAbandoned(plane);
    project.provide(PROVIDED_KEY, plane.data);
  });
  return () => release(project);
}

async function take(project: TestProject): Promise<ControlPlane> {
  holder[KEY] ??= open();
  const shared = holder[KEY];
  shared.users.add(project);
  try {
    return await shared.started;
  } catch (error) {
    // A later run, in watch mode or an editor, starts anew.
    forget(shared);
    throw error;
  }
}

// The last project that is done ends the plane.
async function release(project: TestProject): Promise<void> {
  const shared = holder[KEY];
  if (shared === undefined || !shared.users.delete(project) || shared.users.size > 0) return;
  forget(shared);
  await (await shared.started).stop();
}

function open(): SharedPlane {
  const shared: SharedPlane = { started: openPlane(), users: new Set() };
  void shared.started.then(async (plane) => {
    await plane.ended;
    forget(shared);
  }, ignore);
  return shared;
}

async function openPlane(): Promise<ControlPlane> {
  if (readEnv("SEATRIAL_REUSE") === "1") {
    const running = await findBackgroundPlane();
    if (running !== undefined) return attachControlPlane(running.data);
  }
  return startControlPlane();
}

function forget(shared: SharedPlane): void {
  if (holder[KEY] === shared) holder[KEY] = undefined;
}

// Whoever waits for the start is told; this is not the place.
function ignore(): void {}
