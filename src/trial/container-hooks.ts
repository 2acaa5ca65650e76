import type { HelmHook } from "../helm/types.ts";

// Helm runs these events in an install and an uninstall, and waits for Jobs and Pods among them to end.
const events = new Set(["pre-install", "post-install", "pre-delete", "post-delete"]);
const kindsWithContainers = new Set(["Job", "Pod"]);

/**
 * The hooks that an install or uninstall would wait for without effect where nothing runs containers. If a chart has such
 * a hook, a trial leaves out all hooks: Helm can leave out all or none.
 */
export function containerHooks(hooks: readonly HelmHook[]): HelmHook[] {
  return hooks.filter(
    ({ kind, events: own }) => kindsWithContainers.has(kind) && own.some((event) => events.has(event)),
  );
}

/** What the report says about a trial whose hooks were left out. */
export const HOOKS_NOT_RUN = "hooks were dry-run but not run: nothing runs their Jobs and Pods";
