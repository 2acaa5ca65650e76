import type { KubeObject } from "../kube/object-ref.ts";
import type { FindingStep } from "./finding.ts";

/** The events of Helm's hooks at which a step runs them. */
export const hookEvents: Partial<Record<FindingStep, readonly string[]>> = {
  install: ["pre-install", "post-install"],
  upgrade: ["pre-upgrade", "post-upgrade"],
  rollback: ["pre-rollback", "post-rollback"],
  uninstall: ["pre-delete", "post-delete"],
  test: ["test", "test-success"],
};

/** The events at which the step runs this hook; empty for other objects. */
export function hookEventsOf({ metadata }: KubeObject, step: FindingStep): string[] {
  const all = metadata.annotations?.["helm.sh/hook"]?.split(",").map((event) => event.trim()) ?? [];
  return all.filter((event) => hookEvents[step]?.includes(event));
}
