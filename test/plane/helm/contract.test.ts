import { join } from "node:path";
import { currentControlPlane } from "seatrial";
import { describe, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { contractCases, writeContractChart } from "../../helpers/helm-contract.ts";

// `bench/contract.ts` does each a hundred times.
const RUNS = 3;

describe("Helm, with Pods that complete within milliseconds,", () => {
  it.each(contractCases)(
    "neither hangs nor errs over $name",
    async (each) => {
      const dir = await makeTempDir("seatrial-charts-");
      onTestFinished(dir.remove);
      const chart = await writeContractChart(each, join(dir.path, "contract"));
      for (let run = 0; run < RUNS; run++) await each.run(chart, currentControlPlane());
    },
    120_000,
  );
});
