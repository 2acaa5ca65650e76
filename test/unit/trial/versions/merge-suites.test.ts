import { describe, expect, it } from "vitest";
import type { TrialResult } from "../../../../src/trial/trial-result.ts";
import { mergeSuites } from "../../../../src/trial/versions/merge-suites.ts";
import { step, suite, trial } from "../../../helpers/sample-suite.ts";

const versions = { helm: "v4.3.1", etcd: "3.7.3", engine: "0.1.0" };
const own = { ...versions, kubernetes: "v1.37.2" };
const old = { ...versions, kubernetes: "v1.36.0", emulatedBy: "v1.37.2" };
const on = (version: string, { id, ...rest }: TrialResult) => ({
  ...rest,
  id: `${id}@${version}`,
  kubernetesVersion: version,
});
const failed = () => trial("web/default", [step("dry-run", { verdict: "failed" })]);
const excluded = () => ({ ...trial("web/default"), verdict: "skipped" as const, isAbsent: true });

function merge(older: TrialResult[], newer: TrialResult[], more = {}) {
  return mergeSuites([
    {
      run: { version: "1.36", isInstalled: false },
      suite: suite(
        older.map((each) => on("1.36", each)),
        { versions: old, bootMs: 900, durationMs: 5000, ...more },
      ),
    },
    {
      run: { version: "1.37", isInstalled: true },
      suite: suite(
        newer.map((each) => on("1.37", each)),
        { versions: own },
      ),
    },
  ]);
}

describe("mergeSuites", () => {
  it("puts the versions of a case next to each other, and keeps both control planes", () => {
    const merged = merge([trial("web/default"), trial("web/ci/a")], [trial("web/default"), trial("web/ci/a")]);
    expect(merged.trials.map(({ id }) => id)).toEqual([
      "web/default@1.36",
      "web/default@1.37",
      "web/ci/a@1.36",
      "web/ci/a@1.37",
    ]);
    expect(merged).toMatchObject({ verdict: "passed", versions: own, durationMs: 5000, bootMs: 1234 });
    expect(merged.controlPlanes).toEqual([
      { ...old, bootMs: 900, installs: false },
      { ...own, bootMs: 1234, installs: true },
    ]);
  });

  it("fails when one version fails, and ignores a version that a chart excludes", () => {
    expect(merge([failed()], [trial("web/default")])).toMatchObject({
      verdict: "failed",
      counts: { failed: 1, passed: 1 },
    });
    expect(merge([excluded()], [trial("web/default")])).toMatchObject({ verdict: "passed", counts: { skipped: 1 } });
    expect(merge([excluded()], [excluded()]).verdict).toBe("skipped");
  });

  it("could not be checked when the clean-up of one version failed", () => {
    const cleanUpError = { code: "SEATRIAL_TIMEOUT", message: "it hangs" };
    expect(merge([trial("web/default")], [trial("web/default")], { cleanUpError })).toMatchObject({
      verdict: "errored",
      cleanUpError,
    });
  });

  it("reports an allowance as unused only when it was on no version", () => {
    const unused = { unusedAllowances: ["HookKept", "Other"] };
    const merged = mergeSuites(
      [unused, { unusedAllowances: ["HookKept"] }].map((more, at) => ({
        run: { version: `1.${36 + at}`, isInstalled: at === 1 },
        suite: suite([trial("web/default")], more),
      })),
    );
    expect(merged.unusedAllowances).toEqual(["HookKept"]);
  });

  it("has a position for every version of the cases of a shard", () => {
    const shard = { index: 1, count: 2, caseCount: 4, plan: "x", positions: [0, 3] };
    const merged = mergeSuites(
      ["1.36", "1.37"].map((version) => ({
        run: { version, isInstalled: true },
        suite: suite([trial("web/default"), trial("api/default")], { shard }),
      })),
    );
    expect(merged.shard).toEqual({ ...shard, caseCount: 8, positions: [0, 1, 6, 7] });
  });

  it("changes nothing of a run on one version", () => {
    const one = suite([trial("web/default")]);
    expect(mergeSuites([{ run: { isInstalled: true }, suite: one }])).toBe(one);
  });
});
