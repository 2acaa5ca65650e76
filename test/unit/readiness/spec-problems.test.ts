import { expect, it } from "vitest";
import { specProblems } from "../../../src/readiness/spec-problems.ts";

it.each([
  [{ suspend: true }, "its spec.suspend is true, and it runs only after something sets that to false"],
  [{ parallelism: 0 }, "its spec.parallelism is 0, and no Pod of it runs before something raises that"],
])("reports a Job that waits on purpose, with what its spec says: %j", (spec, message) => {
  const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "migrate" }, spec };
  expect(specProblems(job, { mustComplete: false })).toMatchObject([
    { reason: "JobSuspended", message, isTerminal: true, isOfCluster: true },
  ]);
  expect(specProblems({ ...job, spec: { parallelism: 1 } }, { mustComplete: true })).toEqual([]);
});
