import { relative } from "node:path";
import { readManifestFiles } from "../chart/manifest-files.ts";
import { UsageError } from "../errors/usage-error.ts";
import { describe } from "../util/check-options.ts";
import type { StageObject, StageSources, WireStage } from "./stage.ts";

/**
 * Reads Stages from files and objects, each file once. Rejects with `SEATRIAL_USAGE` for a source that is neither a path nor a
 * Stage, and for a path without Stages. `call` begins the messages.
 */
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
