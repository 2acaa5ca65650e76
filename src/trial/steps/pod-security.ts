import type { Finding } from "../../findings/finding.ts";
import { objectKey, toObjectRef } from "../../kube/object-ref.ts";
import type { PodSecurityLevel } from "../../kube/pod-security-level.ts";
import { judgePodSecurity, summarizePodSecurity } from "../policy/judge-pod-security.ts";
import { podSecurityFindings } from "../policy/pod-security-findings.ts";
import type { TrialState } from "./trial-state.ts";

/** Finds out which Pod Security level the rendered Pods pass; without an asked level, nothing is judged. */
export async function podSecurity(state: TrialState, asked: PodSecurityLevel | undefined): Promise<Finding[]> {
  if (asked === undefined) return [];
  const { rendered, context } = state;
  const violations = await judgePodSecurity(context.plane, rendered.documents, context.signal);
  state.podSecurity = summarizePodSecurity(asked, violations);
  return podSecurityFindings(asked, violations, ({ object }) => {
    const key = objectKey(object);
    const document = rendered.documents.find((each) => objectKey(toObjectRef(each)) === key);
    return document === undefined ? undefined : rendered.sourceOf(document)?.template;
  });
}
