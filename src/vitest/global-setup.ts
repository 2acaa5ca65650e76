import type { TestProject } from "vitest/node";
import { EngineError } from "../errors/engine-error.ts";
import { attachControlPlane } from "../plane/attach-control-plane.ts";
import { findBackgroundPlane } from "../plane/background.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { removeOrphans } from "../plane/remove-orphans.ts";
import { isReuseAsked } from "../plane/reuse.ts";
import { startControlPlane } from "../plane/start-control-plane.ts";
import { removeAbandoned } from "../release/abandoned.ts";
import { makeBuildLines } from "../report/build-lines.ts";
import { PROVIDED_KEY } from "./provided.ts";

interface Shared {
  /** The plane of this run; absent before the first start, and after the plane has ended. */
  started: Promise<ControlPlane> | undefined;
  users: Set<TestProject>;
  /** Planes to stop at the end: also one that has ended leaves its last words for the workers. */
  opened: ControlPlane[];
}

// vitest loads this file once for each project; all of a run share one plane.
const KEY = Symbol.for("seatrial.globalSetup");
const holder = globalThis as { [KEY]?: Shared };
holder[KEY] ??= { started: undefined, users: new Set(), opened: [] };
const shared = holder[KEY];

/**
 * vitest's global set-up: one control plane for the whole run, however many projects name this file. It may run again
 * for the same project, with or without a teardown between. When tests are run again, the same plane goes on, cleaned
 * of what earlier runs left; one that has ended meanwhile is started anew. With `SEATRIAL_REUSE=1` the plane of
 * `seatrial up` is used when one is running, and left running. Resolves with the teardown.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { data } = await take(project);
  project.provide(PROVIDED_KEY, data);
  project.onTestsRerun(async () => project.provide(PROVIDED_KEY, (await restore(project)).data));
  return () => release(project);
}

async function take(project: TestProject): Promise<ControlPlane> {
  shared.users.add(project);
  shared.started ??= start(project);
  return shared.started;
}

async function restore(project: TestProject): Promise<ControlPlane> {
  const plane = await take(project);
  try {
    await removeAbandoned(plane);
    return plane;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // It ended so short ago that it was not yet known, or it was not ours.
    forget(plane);
    return take(project);
  }
}

// The last project that is done ends the plane.
async function release(project: TestProject): Promise<void> {
  if (!shared.users.delete(project) || shared.users.size > 0) return;
  await shared.started?.catch(ignore);
  shared.started = undefined;
  await Promise.all(shared.opened.splice(0).map((plane) => plane.stop()));
  // Workers that were killed have left their values files.
  await removeOrphans();
}

function start(project: TestProject): Promise<ControlPlane> {
  // A later run, in watch mode or an editor, starts anew after a failure or the engine's end.
  return openPlane(project).then(
    (plane) => {
      shared.opened.push(plane);
      void plane.ended.then(() => forget(plane));
      return plane;
    },
    (error: unknown) => {
      shared.started = undefined;
      throw error;
    },
  );
}

function forget(plane: ControlPlane): void {
  // Unless another one has taken its place.
  if (shared.opened.at(-1) === plane) shared.started = undefined;
}

async function openPlane(project: TestProject): Promise<ControlPlane> {
  if (isReuseAsked()) {
    const running = await findBackgroundPlane();
    if (running !== undefined) return attachControlPlane(running.data);
  }
  // The first run compiles the engine, which takes minutes: silence would look like a hang.
  return startControlPlane({ onBuildProgress: makeBuildLines((text) => project.vitest.logger.log(text)) });
}

// Whoever waits for the start is told; this is not the place.
function ignore(): void {}
