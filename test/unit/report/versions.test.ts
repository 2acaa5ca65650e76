import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/findings/finding.ts";
import { renderFindings } from "../../../src/report/findings/findings.ts";
import { toJsonReport } from "../../../src/report/json.ts";
import { toMeasuredTimes } from "../../../src/report/merged/measured-times.ts";
import { toSuite } from "../../../src/report/merged/to-suite.ts";
import { makeStyle } from "../../../src/report/style.ts";
import type { TrialResult } from "../../../src/trial/trial-result.ts";
import { badPort, step, suite, trial } from "../../helpers/sample-suite.ts";

const found = (id: string, version: string, ...findings: Finding[]): TrialResult => ({
  ...trial(id, [step("dry-run", { verdict: findings.length === 0 ? "passed" : "failed", findings })]),
  id: `${id}@${version}`,
  kubernetesVersion: version,
});
const unserved = (version: string): Finding => ({
  severity: "error",
  step: "dry-run",
  reason: "NotFound",
  message: `no matches for kind "A" in version "b.k8s.io/v1": not served in Kubernetes ${version}`,
});
const render = (...trials: TrialResult[]) => renderFindings(trials, makeStyle(false), 200).join("\n");

describe("findings on several versions", () => {
  it("are shown once when they are equal on all versions, without naming them", () => {
    const text = render(found("web/default", "1.36", badPort), found("web/default", "1.37", badPort));
    expect(text.match(/must be between/g)).toHaveLength(1);
    expect(text).not.toMatch(/versions|cases/);
  });

  it("name the versions that have them", () => {
    const text = render(
      found("web/default", "1.35", unserved("1.35")),
      found("web/default", "1.36", unserved("1.36")),
      found("web/default", "1.37"),
    );
    expect(text).toContain("not served in Kubernetes 1.35, 1.36\n");
    expect(text).toContain("    versions 1.35, 1.36");
    expect(text).not.toContain("cases");
  });

  it("name the version in the message when it is the only one that was asked for", () => {
    expect(render(found("web/default", "1.35", unserved("1.35")))).toContain("not served in Kubernetes 1.35\n");
  });

  it("name the versions of each case when they differ", () => {
    const text = render(
      ...["1.36", "1.37"].map((version) => found("web/default", version, badPort)),
      found("web/ci/a", "1.36", badPort),
      found("web/ci/a", "1.37"),
    );
    expect(text).toContain("    cases    default (1.36, 1.37), ci/a (1.36)");
    expect(text).not.toContain("versions");
  });

  it("are everywhere when a version excludes the chart", () => {
    const excluded: TrialResult = { ...found("web/default", "1.34"), isAbsent: true };
    const text = render(excluded, ...["1.36", "1.37"].map((version) => found("web/default", version, badPort)));
    expect(text).not.toMatch(/versions|cases/);
  });
});

it("a JSON report keeps the versions, and gives the times of a case on all of them", () => {
  const controlPlanes = ["v1.36.0", "v1.37.2"].map((kubernetes, at) => ({
    kubernetes,
    ...(at === 0 ? { emulatedBy: "v1.37.2" } : {}),
    helm: "v4.3.1",
    etcd: "3.7.3",
    engine: "0.1.0",
    bootMs: 1234,
    installs: at === 1,
  }));
  const whole = suite([found("web/default", "1.36"), found("web/default", "1.37")], { controlPlanes });
  const report = toJsonReport(whole, 0);
  const again = toSuite(JSON.parse(JSON.stringify(report)));
  expect(again?.trials.map(({ kubernetesVersion }) => kubernetesVersion)).toEqual(["1.36", "1.37"]);
  expect(again?.controlPlanes).toEqual(controlPlanes);
  expect([...toMeasuredTimes({ file: "a", report })]).toEqual([["web/default", 148]]);
});
