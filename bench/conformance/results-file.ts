import { appendFile, readFile } from "node:fs/promises";
import type { KubectlOutcome } from "./kubectl-functions.ts";
import type { SpecOutcome } from "./run-spec.ts";

/** A file with one outcome on each line, so that an interrupted run can continue. */
export interface ResultsFile {
  specs: SpecOutcome[];
  functions: KubectlOutcome[];
  /** Keeps the outcome, in the file, too. */
  add(outcome: SpecOutcome | KubectlOutcome): Promise<void>;
}

/** The outcomes of earlier runs in `path`; without a path, outcomes are kept in memory only. */
export async function openResultsFile(path: string | undefined): Promise<ResultsFile> {
  const text = path === undefined ? "" : await readFile(path, "utf8").catch(() => "");
  const file: ResultsFile = {
    specs: [],
    functions: [],
    add: async (outcome) => {
      keep(outcome);
      if (path !== undefined) await appendFile(path, `${JSON.stringify(outcome)}\n`);
    },
  };
  const keep = (outcome: SpecOutcome | KubectlOutcome) => {
    if ("sig" in outcome) file.specs.push(outcome);
    else file.functions.push(outcome);
  };
  for (const line of text.split("\n")) if (line !== "") keep(JSON.parse(line) as SpecOutcome | KubectlOutcome);
  return file;
}
