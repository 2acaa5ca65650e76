import type { FindingStep } from "../../findings/finding.ts";
import type { HelmRelease } from "../../helm/types.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { type ReleaseRef, releaseRefs } from "../release-objects.ts";

/** An object whose readiness Helm waits for. */
export interface WatchedRef extends ReleaseRef {
  /** Of a hook: the events that it runs at, such as `pre-install`. */
  events: readonly string[];
  /** Whether it must run to its end. */
  mustComplete: boolean;
}

/** What is waited for in an operation. */
export interface WatchScope {
  step: FindingStep;
  /** Whether the objects of the manifest are waited for; hooks always are. */
  isWaiting: boolean;
  /** Whether the Jobs of the manifest must complete. */
  waitForJobs: boolean;
  noHooks: boolean;
}

const hookEvents: Partial<Record<FindingStep, readonly string[]>> = {
  install: ["pre-install", "post-install"],
  upgrade: ["pre-upgrade", "post-upgrade"],
  rollback: ["pre-rollback", "post-rollback"],
  uninstall: ["pre-delete", "post-delete"],
  test: ["test", "test-success"],
};

/** The objects of a release that an operation waits for. */
export async function watchedRefs(plane: ControlPlane, info: HelmRelease, scope: WatchScope): Promise<WatchedRef[]> {
  const events = hookEvents[scope.step] ?? [];
  const hooks = scope.noHooks ? [] : info.hooks.filter((hook) => hook.events.some((event) => events.includes(event)));
  const [objects, ...ofHooks] = await Promise.all([
    scope.isWaiting ? releaseRefs(plane, { ...info, hooks: [] }) : [],
    ...hooks.map((hook) => releaseRefs(plane, { ...info, manifest: "", hooks: [hook] })),
  ]);
  return [
    ...objects.map((ref) => ({ ...ref, events: [], mustComplete: scope.waitForJobs && ref.kind === "Job" })),
    ...ofHooks.flatMap((refs, index) =>
      refs.map((ref) => ({
        ...ref,
        events: (hooks[index]?.events ?? []).filter((event) => events.includes(event)),
        mustComplete: ref.kind === "Job" || ref.kind === "Pod",
      })),
    ),
  ];
}

/** Whether an object is of the operation that began then; a hook of an earlier one may still be there. */
export function isOfOperation(ref: WatchedRef, object: KubeObject | undefined, startedAt: number): boolean {
  if (!ref.isHook) return object !== undefined;
  const created = Date.parse(object?.metadata.creationTimestamp ?? "");
  // The API server cuts to whole seconds.
  return created >= Math.floor(startedAt / 1000) * 1000;
}
