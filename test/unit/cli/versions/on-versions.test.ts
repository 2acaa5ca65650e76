import { describe, expect, it } from "vitest";
import { onVersions } from "../../../../src/cli/versions/on-versions.ts";
import { readVersionRuns } from "../../../../src/cli/versions/read-version-runs.ts";
import type { VersionRun } from "../../../../src/trial/versions/version-plans.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";
import { suite, trial } from "../../../helpers/sample-suite.ts";

const runs = readVersionRuns({ kubeVersions: ["1.37", "1.34", "1.36", "1.35"] });
const done = ({ version }: VersionRun) => suite([trial(`web/${version}`)]);

describe("onVersions", () => {
  it("begins with the version that installs, tries two at a time, and sorts the results by version", async () => {
    const begun: unknown[] = [];
    let running = 0;
    let most = 0;
    const result = await onVersions(runs, async (run) => {
      begun.push(run.version);
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return done(run);
    });
    expect(begun[0]).toBe("1.37");
    expect([...begun].sort()).toEqual(["1.34", "1.35", "1.36", "1.37"]);
    expect(most).toBe(2);
    expect(result.trials.map(({ id }) => id)).toEqual(["web/1.34", "web/1.35", "web/1.36", "web/1.37"]);
  });

  it("ends the others and begins no further one when a version cannot be tried at all", async () => {
    const begun: unknown[] = [];
    const work = async (run: VersionRun, signal: AbortSignal) => {
      begun.push(run.version);
      if (run.version === "1.34") throw new Error("no such version");
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return done(run);
    };
    expect((await rejectionOf(onVersions(runs, work))).message).toBe("no such version");
    expect(begun).toEqual(["1.37", "1.34"]);
  });
});

describe("readVersionRuns", () => {
  it("installs on the newest version, on the versions that are named, or on all", () => {
    const installed = (...installOn: string[]) =>
      readVersionRuns({ kubeVersions: ["1.9", "v1.10", "1.9"], ...(installOn.length === 0 ? {} : { installOn }) })
        .filter(({ isInstalled }) => isInstalled)
        .map(({ version }) => version);
    expect(installed()).toEqual(["1.10"]);
    expect(installed("v1.9")).toEqual(["1.9"]);
    expect(installed("all")).toEqual(["1.9", "1.10"]);
  });

  it("installs where the option says, on versions that files seatrial.yaml name, too", () => {
    const runs = readVersionRuns({ installOn: ["1.34"] }, ["1.34", "1.35"]);
    expect(runs.map(({ version, isInstalled }) => [version, isInstalled])).toEqual([
      ["1.34", true],
      ["1.35", false],
    ]);
    expect(() => readVersionRuns({ installOn: ["1.34"] }, [])).toThrow("--install-on requires --kube-versions");
    expect(() => readVersionRuns({ installOn: ["1.34"] })).not.toThrow();
  });

  it("is one run without a version when none was asked for", () => {
    expect(readVersionRuns({})).toEqual([{ version: undefined, isInstalled: true }]);
    expect(readVersionRuns({ provider: { name: "envtest" }, realNode: true })).toHaveLength(1);
  });
});
