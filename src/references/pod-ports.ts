import { containersOf, type DeclaredPort, portsOf } from "./pod-templates.ts";
import { labelsAt } from "./reading.ts";
import type { OwnedTemplate } from "./reference-index.ts";

/** The ports that containers of the Pods declare, without init containers that end. */
export function servingPorts(pods: readonly OwnedTemplate[]): DeclaredPort[] {
  return pods
    .flatMap((pod) => containersOf(pod).filter(({ isServing }) => isServing))
    .flatMap(({ container }) => portsOf(container));
}

// A webhook that adds a container to Pods, such as a service mesh, finds them by such a label or annotation.
/** Whether something may add containers to the Pods, and with them ports. */
export function isInjected({ labels, owner }: OwnedTemplate): boolean {
  const annotations = labelsAt(owner.object, "metadata", "annotations");
  const entries = [...Object.entries(labels), ...Object.entries(annotations)];
  return entries.some(([key, value]) => /inject/.test(key) && value !== "false");
}
