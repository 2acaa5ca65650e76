import type { TestProject } from "vitest/node";
import { findBackgroundPlane } from "../background/background-plane.ts";
import { isReuseAsked } from "../background/reuse.ts";
import { attachControlPlane } from "../boot/attach-control-plane.ts";
import { checkControlPlaneOptions } from "../boot/control-plane-options.ts";
import { startControlPlane } from "../boot/start-control-plane.ts";
import { EngineError } from "../errors/engine-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { removeOrphans } from "../process/remove-orphans.ts";
import type { ProviderOption } from "../providers/provider-options.ts";
import type { RealNodeOption } from "../real-node/real-node-options.ts";
import { makeBuildLines } from "../report/build-lines.ts";
import { describeAbandoned, removeAbandoned } from "../sharing/abandoned.ts";
import type { SimulationOptions } from "../simulation/simulation-options.ts";
import { checkOptions } from "../util/check-options.ts";
import { PROVIDED_KEY, TIMEOUTS_KEY } from "./provided.ts";
import { rerunOnChartEdits } from "./rerun-on-chart-edits.ts";
import { timeoutsFor } from "./timeouts.ts";

/** Options of {@link controlPlaneSetup}. */
export interface ControlPlaneSetupOptions {
  /** Where the control plane comes from: a name, or an object with a name and options. @default "engine" */
  provider?: ProviderOption | undefined;
  /** The version of Kubernetes: to emulate, such as `1.35`, or of the engine, such as `1.35.4`. @default the engine's own */
  kubernetesVersion?: string | undefined;
  /** What is simulated, and how fast; only with the provider `engine`. @default three nodes */
  simulation?: SimulationOptions | undefined;
  /** A node with real containers. Without `simulation.nodes`, all Pods run there. Linux, as root. @default false */
  realNode?: RealNodeOption | undefined;
  /** The engine's executable file. @default found as docs/control-plane.md describes, else built */
  enginePath?: string | undefined;
  /** How long the engine may take to be ready, without the time of a build. @default one minute */
  startTimeout?: string | undefined;
  /** The file that takes the engine's log. @default its last lines are kept in memory */
  logFile?: string | undefined;
}

/** A global set-up of vitest. Resolves with the teardown. */
export type ControlPlaneSetup = (project: TestProject) => Promise<() => Promise<void>>;

interface Shared {
  /** The plane of this run; absent before the first start, and after the plane has ended. */
  started: Promise<ControlPlane> | undefined;
  users: Set<TestProject>;
  /** The planes to stop at the end. A plane that has ended is one of them: it leaves its last words for the workers. */
  opened: ControlPlane[];
}

// vitest loads this file once for each project; the projects of a run with the same options share one plane.
const KEY = Symbol.for("seatrial.globalSetup");
const holder = globalThis as { [KEY]?: Map<string, Shared> };
holder[KEY] ??= new Map();
const planes = holder[KEY];

/**
 * A global set-up of vitest for a control plane with these options: export it as the default of the file that `globalSetup`
 * names. It works like the default export of this module, except that `SEATRIAL_REUSE` has no effect with `simulation`, `provider`,
 * `realNode` or `kubernetesVersion`. A function chooses the options for each project, so that projects with different options can
 * name one file. Throws `SEATRIAL_USAGE` for unknown options and options of the wrong type.
 */
export function controlPlaneSetup(
  options: ControlPlaneSetupOptions | ((project: TestProject) => ControlPlaneSetupOptions) = {},
): ControlPlaneSetup {
  if (typeof options !== "function") return setupWith(options);
  return (project) => setupWith(options(project))(project);
}

function setupWith(options: ControlPlaneSetupOptions): ControlPlaneSetup {
  checkOptions<ControlPlaneSetupOptions>("controlPlaneSetup", options, {
    provider: "any",
    kubernetesVersion: "any",
    simulation: "object",
    realNode: "any",
    enginePath: "string",
    startTimeout: "duration",
    logFile: "string",
  });
  checkControlPlaneOptions(options);
  return async (project) => {
    const { data } = await take(project, options);
    project.provide(PROVIDED_KEY, data);
    const timeouts = timeoutsFor(project);
    if (Object.keys(timeouts).length > 0) project.provide(TIMEOUTS_KEY, timeouts);
    rerunOnChartEdits(project);
    project.onTestsRerun(async () => project.provide(PROVIDED_KEY, (await restore(project, options)).data));
    return () => release(project, options);
  };
}

/**
 * vitest's global set-up: one control plane for the whole run, no matter how many projects name this file. It may run again
 * for the same project, with or without a teardown in between. When tests run again, they use the same plane, from which the
 * objects of earlier runs are removed; a plane that has ended is replaced. With `SEATRIAL_REUSE=1` the plane of `seatrial up`
 * is used if it is running, and left running. Resolves with the teardown.
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
    // The plane has ended so recently that this was not yet known, or it is the plane of `seatrial up`.
    forget(sharedBy(options), plane);
    return take(project, options);
  }
}

// The last project that tears down ends the plane.
async function release(project: TestProject, options: ControlPlaneSetupOptions): Promise<void> {
  const shared = sharedBy(options);
  if (!shared.users.delete(project) || shared.users.size > 0) return;
  await shared.started?.catch(ignore);
  shared.started = undefined;
  await Promise.all(shared.opened.splice(0).map((plane) => plane.stop()));
  // Workers that were killed leave their values files.
  await removeOrphans();
}

function start(project: TestProject, options: ControlPlaneSetupOptions): Promise<ControlPlane> {
  const shared = sharedBy(options);
  // After a failure or the engine's end, a later run (in watch mode or an editor) starts another plane.
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
  // Unless another plane has replaced it.
  if (shared.opened.at(-1) === plane) shared.started = undefined;
}

async function openPlane(project: TestProject, options: ControlPlaneSetupOptions): Promise<ControlPlane> {
  // The plane of `seatrial up` has a simulation of its own.
  const { simulation, provider, realNode, kubernetesVersion } = options;
  const hasOwn = [simulation, provider, realNode, kubernetesVersion].some((option) => option !== undefined);
  if (isReuseAsked() && !hasOwn) {
    const running = await findBackgroundPlane();
    if (running !== undefined) {
      const plane = attachControlPlane(running.data);
      await announceRemoved(project, plane);
      return plane;
    }
  }
  // The first run compiles the engine, which takes minutes: silence would look like a hang.
  const onBuildProgress = makeBuildLines((text) => project.vitest.logger.log(text));
  const plane = await startControlPlane({ ...options, onBuildProgress });
  // Earlier runs have used it, too.
  if (!plane.capabilities.owned) await announceRemoved(project, plane);
  return plane;
}

async function announceRemoved(project: TestProject, plane: ControlPlane): Promise<void> {
  for (const line of describeAbandoned(await removeAbandoned(plane))) project.vitest.logger.log(line);
}

// A failed start is reported to the callers that wait for it.
function ignore(): void {}
