import type { ControlPlane } from "../plane/control-plane.ts";

/** A Stage in effect. */
export interface AppliedStage {
  /** Unique among all Stages that a control plane has had. */
  id: string;
  name: string;
  /** The file that it was read from, relative to the working directory; `undefined` for an object. */
  file?: string | undefined;
  /** `apiVersion` and `kind` of the objects that it is for. */
  apiVersion: string;
  kind: string;
  /** Whether the API server does not serve that kind at the moment. */
  isWaiting: boolean;
  /** How often it has been played. */
  plays: number;
  /** The objects that it was played on, as `namespace/name` or `name`, each once; only recorded for Stages of a namespace. */
  objects: string[];
  /** Errors while it was played, each once; they are also events of the objects. */
  problems: string[];
}

interface WireApplied extends Omit<AppliedStage, "isWaiting" | "problems"> {
  namespace?: string;
  waiting?: boolean;
  problems?: string[];
}

/** The Stages in effect in a namespace, or in the whole control plane; only those with the `ids`, when given. */
export async function listStages(
  plane: ControlPlane,
  { namespace, ids }: { namespace?: string; ids?: readonly string[] } = {},
): Promise<AppliedStage[]> {
  const query = namespace === undefined ? "" : `?namespace=${encodeURIComponent(namespace)}`;
  const { stages } = await plane.engine.ask<{ stages: WireApplied[] }>(`simulation/stages${query}`);
  return stages
    .filter((stage) => stage.namespace === namespace && (ids === undefined || ids.includes(stage.id)))
    .map(({ namespace: _namespace, waiting, problems, ...stage }) => ({
      ...stage,
      isWaiting: waiting === true,
      problems: problems ?? [],
    }));
}
