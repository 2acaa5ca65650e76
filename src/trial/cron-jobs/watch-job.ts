import { setTimeout as delay } from "node:timers/promises";
import type { HelmRelease } from "../../helm/types.ts";
import type { ObjectRef } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { diagnose, lacksReference } from "../../readiness/diagnose.ts";
import { descendantsOf, type Snapshot, takeSnapshot } from "../../readiness/snapshot.ts";
import { judgeCauses, type WatchedNotReady } from "../../release/wait/judge-causes.ts";
import type { WatchedRef } from "../../release/wait/watched-refs.ts";
import { Deadline } from "../../util/deadline.ts";

const PAUSE_MS = 200;
// Controllers may be about to try again.
const TERMINAL_OBSERVATIONS_COUNT = 2;
// A reference is assumed to exist only a moment after the simulated container that may create it ended.
const LACKING_OBSERVATIONS_COUNT = 8;
// A container that still runs then is not one that fails when it starts.
const RUNNING_OBSERVATIONS_COUNT = 8;

/** What is known about a Job when watching it ends; `problem` is why it has not completed. */
export type WatchedJob = { end: "completed" | "runs" } | { end: "failed" | "lacks" | "late"; problem: WatchedNotReady };

/** How a Job is watched. */
export interface WatchJobOptions {
  plane: Pick<ControlPlane, "kube">;
  release: HelmRelease;
  isAlone: boolean;
  /** In milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Resolves as soon as it is known what becomes of a Job: `failed` also when its Pods cannot be created or started, `lacks` when
 * it waits for a Secret or ConfigMap, `runs` when its containers keep running, `late` when the time is up.
 */
export async function watchJob(job: ObjectRef, options: WatchJobOptions): Promise<WatchedJob> {
  const { plane, release, isAlone, timeoutMs, signal } = options;
  const deadline = new Deadline(timeoutMs);
  const ref: WatchedRef = { ...job, isHook: false, isKept: false, events: [], mustComplete: true };
  const { namespace } = release;
  const context = { kube: plane.kube, info: release, namespace, isComplete: true, isAlone, signal };
  const seen = { terminal: 0, lacking: 0, running: 0 };
  while (true) {
    const snapshot = await takeSnapshot(plane.kube, [ref], job.namespace ?? namespace, signal);
    // A history limit of 0 removes it at once.
    if (snapshot.roots[0]?.object === undefined) return { end: "completed" };
    const [found] = diagnose(snapshot, () => ({ mustComplete: true, mayRunOn: true, timeoutMs })) as WatchedNotReady[];
    if (found === undefined) return { end: "completed" };
    const problem = await judgeCauses(found, context);
    seen.terminal = problem.isTerminal ? seen.terminal + 1 : 0;
    seen.lacking = lacksReference(problem) ? seen.lacking + 1 : 0;
    seen.running = problem.causes.length === 0 && isRunning(snapshot) ? seen.running + 1 : 0;
    if (seen.terminal >= TERMINAL_OBSERVATIONS_COUNT) return { end: "failed", problem };
    if (seen.lacking >= LACKING_OBSERVATIONS_COUNT) return { end: "lacks", problem };
    if (seen.running >= RUNNING_OBSERVATIONS_COUNT) return { end: "runs" };
    if (deadline.isExpired) return { end: "late", problem };
    await delay(Math.min(PAUSE_MS, deadline.remainingMs), undefined, { signal });
  }
}

function isRunning(snapshot: Snapshot): boolean {
  const [root] = snapshot.roots;
  const pods =
    root?.object === undefined ? [] : descendantsOf(snapshot, root.object).filter(({ kind }) => kind === "Pod");
  return pods.length > 0 && pods.every(({ status }) => (status as { phase?: string } | undefined)?.phase === "Running");
}
