import type { ControlPlane } from "../plane/control-plane.ts";
import type { TrialInputs } from "./trial-inputs.ts";
import type { StepName, StepResult } from "./trial-result.ts";

/** What a trial runs on and how. */
export interface TrialContext {
  plane: ControlPlane;
  /** Nothing creates objects but Helm and the control plane. */
  isAlone: boolean;
  /** How long one install or uninstall may take, such as `1m`. */
  timeout: string;
  inputs: TrialInputs;
  signal?: AbortSignal | undefined;
  /** Called when a step begins. */
  onStep?: ((id: string, step: StepName) => void) | undefined;
  /** Resolves when the trial before this one has removed what it has created. Until then, this one only lints and renders. */
  previous?: Promise<void> | undefined;
  /** Called once, when the steps have ended and the trial begins to remove what it has created. */
  onCleanUp?: ((results: readonly StepResult[]) => void) | undefined;
  /** Called when a step begins or ends to wait for other trials. */
  onWait?: ((id: string, isWaiting: boolean) => void) | undefined;
}
