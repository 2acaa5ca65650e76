import { parseManifest } from "../../chart/manifest.ts";
import type { HelmRelease } from "../../helm/types.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import type { KubeObject, ObjectRef } from "../../kube/object-ref.ts";
import { isAlreadyExists, isNotFound } from "../../kube/status.ts";
import { isUnusedClaim } from "../../readiness/diagnose.ts";
import { CLAIM_BOUND } from "../../readiness/event-references.ts";
import type { WatchedNotReady } from "./judge-causes.ts";

// What the scheduler writes to a claim once it has chosen a node for the Pod that uses it.
const SELECTED_NODE = "volume.kubernetes.io/selected-node";

interface PodTemplate {
  volumes?: { persistentVolumeClaim?: { claimName?: string } }[];
}

interface BindContext {
  kube: KubeClient;
  info: HelmRelease;
  /** The name of the node that is written to the claims. */
  node: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Lets claims be bound that wait for a Pod which runs only later, such as a CronJob's or a test's: nothing else would bind them
 * before. An event says so, for the report. Returns the claims that were found.
 */
export async function bindLaterClaims(
  notReady: readonly WatchedNotReady[],
  context: BindContext,
): Promise<ReadonlySet<WatchedNotReady>> {
  const found = new Set<WatchedNotReady>();
  for (const item of notReady) {
    const isClaim = item.ref.kind === "PersistentVolumeClaim" && isUnusedClaim(item);
    const user = isClaim ? laterUser(context.info, item.ref.name) : undefined;
    if (user === undefined || context.node === undefined) continue;
    found.add(item);
    await bind(item.ref, user, context.node, context);
  }
  return found;
}

async function bind(ref: ObjectRef, user: string, node: string, { kube, signal }: BindContext): Promise<void> {
  const { apiVersion, kind, name, namespace = "" } = ref;
  const message = `PersistentVolumeClaim "${name}" was bound without a Pod: only ${user} uses it, which runs later`;
  const event = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.seatrial-bound`, namespace },
    involvedObject: { apiVersion, kind, name, namespace },
    type: "Normal",
    reason: CLAIM_BOUND,
    message,
  };
  // The event comes first: a claim that is bound ends the wait, and the wait ends this.
  await kube.create(event, { signal }).catch(ignore(isAlreadyExists));
  // The release may have been rolled back in the meantime.
  await kube.patch(ref, { metadata: { annotations: { [SELECTED_NODE]: node } } }, { signal }).catch(ignore(isNotFound));
}

function ignore(isExpected: (error: unknown) => boolean): (error: unknown) => void {
  return (error) => {
    if (!isExpected(error)) throw error;
  };
}

// The object of the release whose Pods use the claim, and run later; `undefined` when Pods of the release use it now.
function laterUser({ manifest, hooks }: HelmRelease, claim: string): string | undefined {
  const ordinary = documentsOf(manifest).filter((object) => uses(object, claim));
  if (ordinary.some(isStarted)) return undefined;
  const [first] = ordinary;
  if (first !== undefined) return `${first.kind} ${first.metadata.name}`;
  const hook = hooks.find(({ manifest: text }) => documentsOf(text).some((object) => uses(object, claim)));
  return hook === undefined ? undefined : `${hook.events.join(", ")} hook ${hook.kind} ${hook.name}`;
}

function isStarted(object: KubeObject): boolean {
  const { replicas = 1, suspend, paused } = (object.spec ?? {}) as Record<string, unknown>;
  return object.kind !== "CronJob" && replicas !== 0 && suspend !== true && paused !== true;
}

function uses(object: KubeObject, claim: string): boolean {
  const { volumes = [] } = podTemplateOf(object) ?? {};
  return volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim);
}

function podTemplateOf({ kind, spec }: KubeObject): PodTemplate | undefined {
  if (kind === "Pod") return spec as PodTemplate | undefined;
  const outer = spec as { jobTemplate?: { spec?: unknown }; template?: { spec?: PodTemplate } } | undefined;
  const inner = (kind === "CronJob" ? outer?.jobTemplate?.spec : outer) as typeof outer;
  return inner?.template?.spec;
}

function documentsOf(manifest: string): KubeObject[] {
  return parseManifest(manifest).flatMap(({ object, problem }) => (problem === undefined ? [object] : []));
}
