import type { KubeObject } from "../kube/object-ref.ts";
import { conditionOf } from "./object-status.ts";
import type { Missing, Problem } from "./problem.ts";
import type { Snapshot } from "./snapshot.ts";

// Rejections of a Pod that every further attempt will meet too. "status unknown for quota" is temporary.
const permanentRefusal = new RegExp(
  [
    "exceeded quota|violates PodSecurity|denied (?:the )?request|is invalid:|must specify|not allowed|is not permitted",
    // A LimitRange (plugin/pkg/admission/limitranger).
    "(?:minimum|maximum) \\S+ usage per|max limit to request ratio per",
    // Of priorities and of RuntimeClasses that exist (plugin/pkg/admission/{priority,runtimeclass}).
    "must not be provided in pod spec|pod rejected: (?!RuntimeClass )|conflict: runtimeClass\\.scheduling",
    // A match condition, or a policy, whose expression fails.
    "expression '.*' resulted in error",
  ].join("|"),
);

// The texts of upstream's admission plugins: serviceaccount, priority, runtimeclass. They are not typed.
const missingObjects: [kind: string, text: RegExp][] = [
  ["ServiceAccount", /error looking up service account [^\s/]+\/([^\s:]+)/],
  ["PriorityClass", /no PriorityClass with name (\S+) was found/],
  ["RuntimeClass", /RuntimeClass "([^"]+)" not found/],
];

/** Why the Pods or claims of a controller cannot be created. */
export function creationProblems(snapshot: Pick<Snapshot, "events">, member: KubeObject): Problem[] {
  const failure = conditionOf(member, "ReplicaFailure");
  if (failure?.status === "True") {
    return [refusal(failure.reason ?? "FailedCreate", failure.message ?? "its pods cannot be created")];
  }
  return refusalEvents(snapshot, member);
}

// StatefulSets, DaemonSets and Jobs have no condition for a rejected Pod, only events.
function refusalEvents({ events }: Pick<Snapshot, "events">, member: KubeObject): Problem[] {
  if (member.kind === "Deployment" || member.kind === "ReplicaSet") return [];
  const tries = events.filter(
    ({ uid, reason }) => uid === member.metadata.uid && /^(Failed|Successful)Create$/.test(reason),
  );
  const last = tries.at(-1);
  return last === undefined || last.reason !== "FailedCreate" ? [] : [refusal(last.reason, last.message)];
}

// A call of a Service has the host NAME.NAMESPACE.svc; any other host is that of a webhook's URL.
const urlCall = /failed calling webhook "([^"]+)": failed to call webhook: Post "https:\/\/(?![^/:"]+\.svc[:/])/;

function refusal(reason: string, message: string): Problem {
  const webhook = message.match(urlCall)?.[1];
  if (webhook !== undefined) {
    const hint = `the URL of webhook ${webhook} does not answer here: leave the webhook out of a case in ci/, or answer it in a spec with simulateWebhook`;
    return { reason, message, isTerminal: true, isOfCluster: true, hint };
  }
  const missing = missingObject(message);
  return { reason, message, isTerminal: permanentRefusal.test(message), ...(missing && { missing }) };
}

function missingObject(message: string): Missing | undefined {
  for (const [kind, text] of missingObjects) {
    const name = message.match(text)?.[1];
    if (name !== undefined) return { kind, name };
  }
  return undefined;
}
