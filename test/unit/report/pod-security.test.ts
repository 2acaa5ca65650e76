import { describe, expect, it } from "vitest";
import { renderPodSecurity } from "../../../src/report/pod-security.ts";
import { makeStyle } from "../../../src/report/style.ts";
import { renderTable } from "../../../src/report/table.ts";
import type { PodSecurityResult, PodSecurityViolation } from "../../../src/trial/policy/judge-pod-security.ts";
import { summarizePodSecurity } from "../../../src/trial/policy/judge-pod-security.ts";
import { trial } from "../../helpers/sample-suite.ts";

const object = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const violation = (level: PodSecurityViolation["level"], reason: string): PodSecurityViolation => ({
  level,
  object,
  container: "app",
  field: `spec.template.spec.containers[0].securityContext.${reason}`,
  reason,
  detail: 'container "app" must not set it',
});
const privileged = violation("baseline", "privileged");
const root = violation("restricted", "runAsNonRoot");
const lines = (...results: (PodSecurityResult | undefined)[]) =>
  renderPodSecurity(
    results.map((podSecurity, index) =>
      trial(`web/case-${index}`, [], podSecurity === undefined ? {} : { podSecurity }),
    ),
    makeStyle(false),
    400,
  );

describe("the Pod Security level of a case", () => {
  it("is the strictest level without violations", () => {
    expect(summarizePodSecurity("baseline", [])).toEqual({ asked: "baseline", level: "restricted", prevents: [] });
    expect(summarizePodSecurity("baseline", [root])).toMatchObject({ level: "baseline", prevents: [root] });
    expect(summarizePodSecurity("baseline", [privileged, root])).toMatchObject({
      level: "privileged",
      prevents: [privileged],
    });
  });

  it("is in the table, next to the name of the case", () => {
    const { asked, level, prevents } = summarizePodSecurity("restricted", [root]);
    const table = renderTable(
      [trial("web/default", [], { podSecurity: { asked, level, prevents } })],
      makeStyle(false),
    );
    expect(table[2]).toMatch(/^ {2}default \[baseline\] {2}ok /);
  });

  it("has a line for each chart and level, with what prevents the next one", () => {
    const text =
      'Deployment web spec.template.spec.containers[0].securityContext.runAsNonRoot: runAsNonRoot (container "app" must not set it)';
    const met = summarizePodSecurity("baseline", [root]);
    expect(lines(met, met)).toEqual([`Pod Security: web: baseline; not restricted: ${text}`]);
    expect(lines(met, summarizePodSecurity("baseline", []))).toEqual([
      `Pod Security: web (case-0): baseline; not restricted: ${text}`,
      "Pod Security: web (case-1): restricted",
    ]);
  });

  it("leaves what prevents the asked level to the findings, and says how much is left out", () => {
    expect(lines(summarizePodSecurity("baseline", [privileged]))).toEqual(["Pod Security: web: privileged"]);
    const many = ["a", "b", "c", "d", "e"].map((reason) => violation("restricted", reason));
    expect(lines(summarizePodSecurity("privileged", many))[0]).toMatch(/; and 2 more \(see --json\)$/);
    expect(lines(undefined)).toEqual([]);
  });
});
