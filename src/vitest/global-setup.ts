import type { TestProject } from "vitest/node";
import { findBackgroundPlane } from "../background/background-plane.ts";
import { isReuseAsked } from "../background/reuse.ts";
import { attachControlPlane } from "../boot/attach-control-plane.ts";
import { checkControlPlaneOptions } from "../boot/control-plane-options.ts";
import { startControlPlane } from "../boot/start-control-plane.ts";
import { EngineError } from "../errors/engine-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { removeOrphans } from "../process/remove-orphans.ts";
import { makeBuildLines } from "../report/build-lines.ts";
import { removeAbandoned } from "../sharing/abandoned.ts";
import type { SimulationOptions } from "../simulation/simulation-options.ts";
import { checkOptions } from "../util/check-options.ts";
import { PROVIDED_KEY } from "./provided.ts";

/** How the control plane of a vitest run is started. */
export interface ControlPlaneSetupOptions {
  /** What is simulated in it, and how fast. @default three nodes */
  simulation?: SimulationOptions | undefined;
  /** The engine's program. @default found as docs/control-plane.md tells, built when it must be */
  enginePath?: string | undefined;
  /** How long the engine may take to be ready; the time to build one does not count. @default one minute */
  startTimeout?: string | undefined;
  /** The file that takes the engine's log. @default its last lines are kept in memory */
  logFile?: string | undefined;
}

/** A global set-up of vitest, which resolves with the teardown. */
export type ControlPlaneSetup = (project: TestProject) => Promise<() => Promise<void>>;

interface Shared {
  /** The plane of this run; absent before the first start, and after the plane has ended. */
  started: Promise<ControlPlane> | undefined;
  users: Set<TestProject>;
  /** Planes to stop at the end: also one that has ended leaves its last words for the workers. */
  opened: ControlPlane[];
}

// vitest loads this file once for each project; those of a run with the same options share one plane.
const KEY = Symbol.for("seatrial.globalSetup");
const holder = globalThis as { [KEY]?: Map<string, Shared> };
holder[KEY] ??= new Map();
const planes = holder[KEY];

/**
 * A global set-up of vitest for a control plane with these options: the default export of the file that `globalSetup` names.
 * Otherwise it is as the default export of this module; with `simulation`, `SEATRIAL_REUSE` does not count. Throws
 * `SEATRIAL_USAGE` for options that are not known or of the wrong kind.
 */
export function controlPlaneSetup(options: ControlPlaneSetupOptions = {}): ControlPlaneSetup {
  checkOptions<ControlPlaneSetupOptions>("controlPlaneSetup", options, {
    simulation: "object",
    enginePath: "string",
    startTimeout: "duration",
    logFile: "string",
  });
  checkControlPlaneOptions(options);
  return async (project) => {
    const { data } = await take(project, options);
    project.provide(PROVIDED_KEY, data);
    project.onTestsRerun(async () => project.provide(PROVIDED_KEY, (await restore(project, options)).data));
    return () => release(project, options);
  };
}

/**
 * vitest's global set-up: one control plane for the whole run, however many projects name this file. It may run again
 * for the same project, with or without a teardown between. When tests are run again, the same plane goes on, cleaned
 * of what earlier runs left; one that has ended meanwhile is started anew. With `SEATRIAL_REUSE=1` the plane of
 * `seatrial up` is used when one is running, and left running. Resolves with the teardown.
 */
export default controlPlaneSetup();

function sharedBy(options: ControlPlaneSetupOptions): Shared {
  const key = JSON.stringify(options);
  const shared = planes.get(key) ?? { started: undefined, users: new Set(), opened: [] };
  planes.set(key, shared);
  return shared;
}

async function take(project: TestProject, options: ControlPlaneSetupOptions): Promise<ControlPlane> {
  const shared = sharedBy(options);
  shared.users.add(project);
  shared.started ??= start(project, options);
  return shared.started;
}

async function restore(project: TestProject, options: ControlPlaneSetupOptions): Promise<ControlPlane> {
  const plane = await take(project, options);
  try {
    await removeAbandoned(plane);
    return plane;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // It ended so short ago that it was not yet known, or it was not ours.
    forget(sharedBy(options), plane);
    return take(project, options);
  }
}

// The last project that is done ends the plane.
async function release(project: TestProject, options: ControlPlaneSetupOptions): Promise<void> {
  const shared = sharedBy(options);
  if (!shared.users.delete(project) || shared.users.size > 0) return;
  await shared.started?.catch(ignore);
  shared.started = undefined;
  await Promise.all(shared.opened.splice(0).map((plane) => plane.stop()));
  // Workers that were killed have left their values files.
  await removeOrphans();
}

function start(project: TestProject, options: ControlPlaneSetupOptions): Promise<ControlPlane> {
  const shared = sharedBy(options);
  // A later run, in watch mode or an editor, starts anew after a failure or the engine's end.
  return openPlane(project, options).then(
    (plane) => {
      shared.opened.push(plane);
      void plane.ended.then(() => forget(shared, plane));
      return plane;
    },
    (error: unknown) => {
      shared.started = undefined;
      throw error;
    },
  );
}

function forget(shared: Shared, plane: ControlPlane): void {
  // Unless another one has taken its place.
  if (shared.opened.at(-1) === plane) shared.started = undefined;
}

async function openPlane(project: TestProject, options: ControlPlaneSetupOptions): Promise<ControlPlane> {
  // A plane that is up has a simulation of its own.
  if (isReuseAsked() && options.simulation === undefined) {
    const running = await findBackgroundPlane();
    if (running !== undefined) return attachControlPlane(running.data);
  }
  // The first run compiles the engine, which takes minutes: silence would look like a hang.
  return startControlPlane({ ...options, onBuildProgress: makeBuildLines((text) => project.vitest.logger.log(text)) });
}

// Whoever waits for the start is told; this is not the place.
function ignore(): void {}
