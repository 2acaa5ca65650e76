import { parseManifest } from "../../chart/manifest.ts";
import type { HelmHook, HelmRelease } from "../../helm/types.ts";
import { groupOf, type KubeObject } from "../../kube/object-ref.ts";
import { isOwnGroup } from "../../kube/own-group.ts";
import type { Cause } from "../../readiness/diagnose.ts";
import type { Missing } from "../../readiness/problem.ts";
import { makingOf } from "../../references/custom-makers.ts";
import { deletedAccountHint } from "./missing-account.ts";
import type { WatchedRef } from "./watched-refs.ts";

/** What decides who creates an object that does not exist. */
export interface MissingContext {
  info: HelmRelease;
  /** The object that waits. */
  ref: WatchedRef;
  /** Whether all objects of the manifest exist. */
  isComplete: boolean;
}

const CREATE_IT =
  "create it in the chart; if another operator creates it, pass a Stage that does so: --stages, or the option stages";
// A cluster has them for all charts.
const clusterKinds = new Set(["StorageClass", "PriorityClass", "RuntimeClass", "DeviceClass", "PersistentVolume"]);
const lateEvents = new Set(["post-install", "post-upgrade"]);
// Upstream's controller creates it in every namespace.
const DEFAULT_ACCOUNT = "default";

interface CustomCreator {
  object: KubeObject;
  how: "refers to" | "may own";
}

/**
 * The cause with the judgement about the missing object: whether anything can still create it, whether the chart is wrong, and
 * what to do.
 */
export function judgeMissing(cause: Cause, context: MissingContext): Cause {
  const { missing, isOfCluster } = cause;
  if (missing === undefined || isOfCluster === true) return cause;
  if (missing.kind === "ServiceAccount" && missing.name === DEFAULT_ACCOUNT) return cause;
  const late = lateCreator(missing, context);
  if (late !== undefined) return { ...cause, isTerminal: true, hint: late };
  const isExpected = context.ref.isHook || context.isComplete;
  const custom = clusterKinds.has(missing.kind) ? undefined : customCreator(missing, context.info);
  if (custom !== undefined) {
    const { kind, metadata } = custom.object;
    const hint =
      `${kind} ${metadata.name} ${custom.how} ${missing.kind} ${missing.name}, and nothing here acts for a ${kind}: ` +
      `pass the ${missing.kind} itself (check --given <file>), or a Stage that creates it (--stages, or the option stages)`;
    return { ...cause, needsOthers: isExpected, isOfCluster: true, hint };
  }
  if (missing.kind === "Secret" || missing.kind === "ConfigMap") {
    return { ...cause, hint: lateJob(context) ?? CREATE_IT };
  }
  const hint = `pass the ${missing.kind} ${missing.name}: check --given <file>, or \`given\` in ci/seatrial.yaml`;
  if (clusterKinds.has(missing.kind)) return { ...cause, isTerminal: isExpected, isOfCluster: true, hint };
  return { ...cause, isTerminal: isExpected, hint: `create it in the chart, or ${hint}` };
}

// Why the release itself creates the object too late, and what to do.
function lateCreator(missing: Missing, { info, ref, isComplete }: MissingContext): string | undefined {
  const name = `${missing.kind} ${missing.name}`;
  const hook = info.hooks.find((candidate) => creates(candidate.manifest, missing));
  const isOrdinary = creates(info.manifest, missing);
  const event = ref.events[0] ?? "";
  if (ref.isHook && isOrdinary && event.startsWith("pre-")) {
    return `Helm creates ${name} only after this hook: make it a hook too (helm.sh/hook: ${event}) with a lower helm.sh/hook-weight`;
  }
  if (ref.isHook && isOrdinary && event === "post-delete") {
    if (missing.kind === "ServiceAccount") return deletedAccountHint(missing.name);
    return `the uninstall has deleted ${name} before this hook: make it a hook too (helm.sh/hook: ${event}) with a lower helm.sh/hook-weight`;
  }
  if (hook === undefined || isOrdinary) return undefined;
  if (ref.isHook) return hookOfHook(name, hook, event);
  if (!isComplete) return undefined;
  const which = `hook ${hook.kind} ${hook.name} (${hook.path})`;
  if (hook.events.some((own) => own.startsWith("post-"))) {
    return `${which} creates it only after everything is ready, and nothing is ready before: make it an ordinary object or a pre-install hook`;
  }
  return hook.deletePolicies.includes("hook-succeeded")
    ? `${which} has created it, and its helm.sh/hook-delete-policy hook-succeeded has removed it: leave that policy out, or make it an ordinary object`
    : `${which} creates it only at ${hook.events.join(", ")}: add the event to helm.sh/hook, or make it an ordinary object`;
}

// The Job of a hook may create the object with kubectl, which nothing but its name could show.
function lateJob({ info, ref }: MissingContext): string | undefined {
  const isLate = ({ kind, events }: HelmHook) => kind === "Job" && events.some((event) => lateEvents.has(event));
  const job = ref.isHook ? undefined : info.hooks.find(isLate);
  const event = job?.events.find((own) => lateEvents.has(own));
  if (job === undefined || event === undefined) return undefined;
  const early = event.replace("post-", "pre-");
  return `if hook Job ${job.name} (${job.path}) creates it, make that hook ${early}: Helm runs ${event} hooks after it has waited for all other objects`;
}

function hookOfHook(name: string, hook: HelmHook, event: string): string {
  return hook.events.some((own) => own === event)
    ? `hook ${hook.kind} ${hook.name} (${hook.path}) creates ${name} after this hook, or its helm.sh/hook-delete-policy has removed it: give it a lower helm.sh/hook-weight and hook-delete-policy before-hook-creation`
    : `hook ${hook.kind} ${hook.name} (${hook.path}) creates ${name} only at ${hook.events.join(", ")}: add ${event} to its helm.sh/hook`;
}

function creates(manifest: string, { kind, name }: Missing): boolean {
  return documentsOf(manifest).some((object) => object.kind === kind && object.metadata.name === name);
}

// A custom resource that has the object's name, or names it: a Certificate, an ExternalSecret, a SealedSecret. Operators also
// make objects for a resource that begin with its name: the Secret web-db-app for the Cluster web-db.
function customCreator({ name }: Missing, { manifest, hooks }: HelmRelease): CustomCreator | undefined {
  const customs = [manifest, ...hooks.map((hook) => hook.manifest)]
    .flatMap(documentsOf)
    .filter(({ apiVersion }) => !isOwnGroup(groupOf(apiVersion)));
  const naming = customs.find(
    ({ metadata, spec }) => metadata.name === name || JSON.stringify(spec ?? {}).includes(`"${name}"`),
  );
  if (naming !== undefined) return { object: naming, how: "refers to" };
  const owner = customs.find(
    (object) =>
      makingOf(object) === "anything" && ["-", "."].some((end) => name.startsWith(`${object.metadata.name}${end}`)),
  );
  return owner && { object: owner, how: "may own" };
}

function documentsOf(manifest: string): KubeObject[] {
  return parseManifest(manifest).flatMap(({ object, problem }) => (problem === undefined ? [object] : []));
}
