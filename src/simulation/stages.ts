import { relative } from "node:path";
import { readManifestFiles } from "../chart/manifest-files.ts";
import { type ToError, toEngineError } from "../engine/engine-client.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { describe } from "../util/check-options.ts";

/** A `Stage` of kwok (`kwok.x-k8s.io/v1alpha1`) as an object; the engine checks it. */
export interface StageObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; [key: string]: unknown };
  spec: object;
  [key: string]: unknown;
}

/** Stages: paths of files, of folders that have such files, or globs; and objects. */
export type StageSources = string | StageObject | readonly (string | StageObject)[];

/** A Stage in force. */
export interface AppliedStage {
  /** Of all Stages that a control plane has had, only this one has it. */
  id: string;
  name: string;
  /** The file that it was read from, relative to the working directory; `undefined` for an object. */
  file?: string | undefined;
  /** `apiVersion` and `kind` of the objects that it is for. */
  apiVersion: string;
  kind: string;
  /** The API server serves no such kind at the moment. */
  isWaiting: boolean;
  /** How often it has been played. */
  plays: number;
  /** The objects that it was played on, as `namespace/name` or `name`, each once; kept for Stages of one namespace. */
  objects: string[];
  /** What went wrong with it, each once; an event of the object tells it too. */
  problems: string[];
}

/** A Stage as the engine takes it. */
export interface WireStage {
  file?: string;
  stage: StageObject;
}

/** Reads Stages from files and objects. Throws `SEATRIAL_USAGE` for what is neither, and for a path without any. */
export async function readStages(call: string, sources: StageSources): Promise<WireStage[]> {
  const list = Array.isArray(sources) ? (sources as readonly (string | StageObject)[]) : [sources];
  const stages: WireStage[] = [];
  const read = new Set<string>();
  for (const source of list) {
    if (typeof source === "string" && source !== "") {
      const files = await readManifestFiles([source], { kind: "Stage", plural: "Stages" });
      const further = files.filter(({ file }) => !read.has(file));
      stages.push(...further.map(({ file, object }) => ({ file: relative(".", file), stage: object as StageObject })));
      for (const { file } of further) read.add(file);
    } else if (isStage(source)) {
      stages.push({ stage: source });
    } else {
      throw new UsageError(`${call}: a Stage must be a path or an object of kind Stage, got ${describe(source)}`);
    }
  }
  if (stages.length === 0) throw new UsageError(`${call}: there must be a Stage, got an empty array`);
  return stages;
}

function isStage(value: unknown): value is StageObject {
  return typeof value === "object" && value !== null && (value as StageObject).kind === "Stage";
}

/** Whether a Stage says what happens to Nodes: those that somebody makes can become ready. */
export function isForNodes({ stage }: WireStage): boolean {
  const { resourceRef } = (stage.spec ?? {}) as { resourceRef?: { kind?: unknown } };
  return resourceRef?.kind === "Node";
}

/**
 * Puts Stages in force, in a namespace or everywhere, and resolves with their ids. Rejects with `SEATRIAL_USAGE` when one has
 * a mistake; the message names file, Stage and field, and none is in force then.
 */
export async function applyStages(
  call: string,
  plane: ControlPlane,
  stages: readonly WireStage[],
  namespace?: string,
): Promise<string[]> {
  const path = "simulation/stages/apply";
  const toError: ToError = (statusCode, answer) => {
    const { code, message } = (answer.error ?? {}) as { code?: string; message?: string };
    if (code !== "request" || message === undefined) return toEngineError(path, statusCode, answer);
    const problems = message.split("\n").map((line) => `  ${line}`);
    const count = stages.length === 1 ? "the Stage" : `${stages.length} Stages`;
    return new UsageError([`${call}: ${count} cannot be used`, ...problems].join("\n"));
  };
  const request = { namespace, stages };
  return (await plane.engine.ask<{ ids: string[] }>(path, request, { toError })).ids;
}

/** Takes Stages out of force. */
export async function removeStages(plane: ControlPlane, ids: readonly string[]): Promise<void> {
  await plane.engine.ask("simulation/stages/remove", { ids });
}

interface WireApplied extends Omit<AppliedStage, "isWaiting" | "problems"> {
  namespace?: string;
  waiting?: boolean;
  problems?: string[];
}

/** The Stages in force in a namespace, or those that are in force everywhere. */
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

/** Stages that are in force everywhere until this is disposed of. */
export async function holdStages(
  call: string,
  plane: ControlPlane,
  stages: readonly WireStage[],
): Promise<AsyncDisposable> {
  const ids = await applyStages(call, plane, stages);
  // An engine that has ended has none any more, and tells of its end elsewhere.
  return { [Symbol.asyncDispose]: () => removeStages(plane, ids).catch(() => undefined) };
}
