import { join } from "node:path";
import { currentControlPlane } from "seatrial";
import { describe, it, onTestFinished } from "vitest";
import { withHelm } from "../../../src/plane/with-helm.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { contractCases, writeContractChart } from "../../helpers/helm/helm-contract.ts";

// `bench/contract.ts` does each a hundred times.
const RUNS = 3;

describe.each([3, 4] as const)("Helm %i, with Pods that complete within milliseconds,", (major) => {
  it.each(contractCases)(
    "neither hangs nor errs over $name",
    async (each) => {
      const dir = await makeTempDir("seatrial-charts-");
      onTestFinished(dir.remove);
      const chart = await writeContractChart(each, join(dir.path, "contract"));
      const controlPlane = await withHelm(currentControlPlane(), major);
      for (let run = 0; run < RUNS; run++) await each.run(chart, controlPlane);
    },
    120_000,
  );
});
