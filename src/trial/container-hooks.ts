import type { HelmHook } from "../helm/types.ts";

// Helm runs these events in the operations of a trial, and waits for Jobs and Pods among them to end.
const phases = ["install", "upgrade", "rollback", "delete"];
const events = new Set(phases.flatMap((phase) => [`pre-${phase}`, `post-${phase}`]));
const kindsWithContainers = new Set(["Job", "Pod"]);

/**
 * The hooks that an operation of a trial would wait for without effect where nothing runs containers. If a chart has such
 * a hook, a trial leaves out all hooks: Helm can leave out all or none.
 */
export function containerHooks(hooks: readonly HelmHook[]): HelmHook[] {
  return hooks.filter(
    ({ kind, events: own }) => kindsWithContainers.has(kind) && own.some((event) => events.has(event)),
  );
}

/** What the report says about a trial whose hooks were left out. */
export const HOOKS_NOT_RUN = "hooks were dry-run but not run: nothing runs their Jobs and Pods";
