import type { FindingStep } from "../../findings/finding.ts";
import { hookEvents } from "../../findings/hook-events.ts";
import type { HelmRelease } from "../../helm/types.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { type ReleaseRef, releaseRefs } from "../release-objects.ts";

/** An object whose readiness Helm waits for. */
export interface WatchedRef extends ReleaseRef {
  /** The events at which a hook runs, such as `pre-install`; empty for other objects. */
  events: readonly string[];
  /** Whether the object must run to completion. */
  mustComplete: boolean;
}

/** What an operation waits for. */
export interface WatchedOperation {
  step: FindingStep;
  /** Whether it waits for the objects of the manifest; it always waits for hooks. */
  isWaiting: boolean;
  /** Whether the Jobs of the manifest must complete. */
  waitForJobs: boolean;
  noHooks: boolean;
}

/** The objects of a release that an operation waits for. */
export async function watchedRefs(
  plane: ControlPlane,
  info: HelmRelease,
  operation: WatchedOperation,
): Promise<WatchedRef[]> {
  const events = hookEvents[operation.step] ?? [];
  const hooks = operation.noHooks
    ? []
    : info.hooks.filter((hook) => hook.events.some((event) => events.includes(event)));
  const [objects, ...ofHooks] = await Promise.all([
    operation.isWaiting ? releaseRefs(plane, { ...info, hooks: [] }) : [],
    ...hooks.map((hook) => releaseRefs(plane, { ...info, manifest: "", hooks: [hook] })),
  ]);
  return [
    ...objects.map((ref) => ({ ...ref, events: [], mustComplete: operation.waitForJobs && ref.kind === "Job" })),
    ...ofHooks.flatMap((refs, index) =>
      refs.map((ref) => ({
        ...ref,
        events: (hooks[index]?.events ?? []).filter((event) => events.includes(event)),
        mustComplete: ref.kind === "Job" || ref.kind === "Pod",
      })),
    ),
  ];
}

/** Whether an object belongs to the operation that started then; a hook of an earlier operation may still exist. */
export function isOfOperation(ref: WatchedRef, object: KubeObject | undefined, startedAt: number): boolean {
  if (!ref.isHook) return object !== undefined;
  const created = Date.parse(object?.metadata.creationTimestamp ?? "");
  // The API server truncates to whole seconds.
  return created >= Math.floor(startedAt / 1000) * 1000;
}
