import type { Finding } from "../../findings/finding.ts";
import { removeForeignFinalizers } from "../leftovers/foreign-finalizers.ts";
import type { TrialState } from "./trial-state.ts";

/** Uninstalls the release; its objects are gone when it resolves. */
export async function uninstall(state: TrialState): Promise<Finding[]> {
  const { timeout, signal, plane } = state.context;
  if (plane.capabilities.owned) {
    const notes = await removeForeignFinalizers(plane.kube, state.rendered, state.namespaceName, signal);
    state.ownNotes.push(...notes.filter((note) => !state.ownNotes.includes(note)));
  }
  await state.release?.uninstall({ timeout, signal, noHooks: state.isWithoutHooks });
  return [];
}
