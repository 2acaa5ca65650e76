import { isDeepStrictEqual } from "node:util";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { formatObjectRef, objectKey, toObjectRef } from "../../kube/object-ref.ts";
import { applyGiven, type GivenObjects } from "../../sharing/given-objects.ts";
import { openTrialNamespace } from "../trial-namespace.ts";
import type { TrialState } from "./trial-state.ts";

/**
 * Creates what is given to the trial, and opens its namespace. Rejects with `SEATRIAL_NOT_CHECKED` when the control plane may not
 * create it, and with `SEATRIAL_USAGE` when the API server refuses it: neither is the chart's fault.
 */
export async function openNamespace(state: TrialState): Promise<void> {
  const { plane, signal, inputs } = state.context;
  const { caseGiven = [], given, namespaceMetadata, as } = inputs;
  try {
    if (caseGiven.length > 0) {
      state.given = await applyGiven(plane, caseGiven, { namespaces: [state.namespaceName], what: "`given`", signal });
      rejectGivenTwice(state.given, given);
    }
    const all = [given, state.given].filter((each) => each !== undefined);
    state.namespace = await openTrialNamespace(
      plane,
      state.namespaceName,
      { ...namespaceMetadata, given: all, as },
      signal,
    );
  } catch (error) {
    if (!(error instanceof SeatrialError) || error.code !== "SEATRIAL_UNSUPPORTED") throw error;
    const [message = ""] = error.message.split("\nHint: ");
    throw new SeatrialError("SEATRIAL_NOT_CHECKED", message, { hint: error.hint, cause: error });
  }
}

// The object of the run stays as it is: the case would not have what its settings say.
function rejectGivenTwice({ objects }: GivenObjects, ofRun: GivenObjects | undefined): void {
  for (const object of objects) {
    const key = objectKey(toObjectRef(object));
    const other = ofRun?.objects.find((each) => objectKey(toObjectRef(each)) === key);
    if (other === undefined || isDeepStrictEqual(other, object)) continue;
    throw new UsageError(
      `${formatObjectRef(toObjectRef(object))} is given to all charts, and another one to this case`,
      {
        hint: "use another name, or give it to each case that needs it",
      },
    );
  }
}
