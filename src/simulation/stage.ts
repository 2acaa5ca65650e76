/** A `Stage` of kwok (`kwok.x-k8s.io/v1alpha1`) as an object, which the engine validates. */
export interface StageObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; [key: string]: unknown };
  spec: object;
  [key: string]: unknown;
}

/** Where Stages come from: paths of files or directories, globs, and objects. */
export type StageSources = string | StageObject | readonly (string | StageObject)[];

/** A Stage as it is sent to the engine. */
export interface WireStage {
  file?: string;
  stage: StageObject;
}

/** Whether a Stage is for Nodes: Nodes that somebody creates can become ready then. */
export function isForNodes({ stage }: WireStage): boolean {
  const { resourceRef } = (stage.spec ?? {}) as { resourceRef?: { kind?: unknown } };
  return resourceRef?.kind === "Node";
}
