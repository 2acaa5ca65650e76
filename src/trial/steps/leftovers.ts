import type { Finding } from "../../findings/finding.ts";
import { findLeftovers } from "../leftovers/leftovers.ts";
import type { TrialState } from "./trial-state.ts";

/** Looks for what the release has left behind. */
export async function leftovers(state: TrialState): Promise<Finding[]> {
  const { plane, signal } = state.context;
  const { findings, kept } = await findLeftovers({
    plane,
    namespace: state.namespaceName,
    releaseName: state.rendered.releaseName,
    template: state.rendered,
    outside: state.outside.refs,
    before: state.before,
    signal,
  });
  state.isClean = findings.length + kept.length === 0;
  state.kept = kept;
  return findings;
}
