import { describe, expect, it } from "vitest";
import { isField, lastKey } from "../../../bench/catches/field-match.ts";
import { judgeComplaints } from "../../../bench/catches/judge-opponent.ts";
import { judgeTrial, type SeatrialReport } from "../../../bench/catches/judge-trial.ts";
import type { SeededChart } from "../../../bench/catches/seeded-chart.ts";

const chart: SeededChart = {
  id: "a",
  group: "reference dangles",
  title: "",
  answer: "error",
  place: { file: "templates/service.yaml", kind: "Service", field: "spec.ports.0.targetPort" },
  directory: "/a",
  base: "/b",
  releaseName: "web",
  valuesFiles: [],
  names: ["web"],
};

const object = { apiVersion: "v1", kind: "Service", name: "web" };
type Finding = SeatrialReport["findings"][number];
const finding: Finding = { severity: "error", step: "dry-run", message: "no such port", object };

function report(findings: Finding[], more: Partial<SeatrialReport> = {}): SeatrialReport {
  return { verdict: findings.length > 0 ? "failed" : "passed", findings, rights: [], errors: [], ...more };
}

const verdictOf = (
  changes: Partial<SeededChart>,
  ...reports: Parameters<typeof judgeTrial> extends [unknown, ...infer Rest] ? Rest : never
) => judgeTrial({ ...chart, ...changes }, ...reports).verdict;

describe("isField", () => {
  it.each([
    ["spec.ports[0].targetPort", "spec.ports.0.targetPort", true],
    ['spec.ports[port=80,protocol="TCP"].targetPort', "spec.ports.0.targetPort", true],
    [".spec.ports[0].targetPort.x", "spec.ports.*.targetPort", true],
    ["spec.ports[1].targetPort", "spec.ports.0.targetPort", false],
    ["spec.ports", "spec.ports.0.targetPort", false],
    ["spec.clusterIPs[0]", "spec.clusterIP|spec.clusterIPs", true],
  ])("of %s for %s is %s", (reported, expected, answer) => {
    expect(isField(reported, expected)).toBe(answer);
  });

  it("is looked for in a text by its last key", () => {
    expect(["spec.ports.0", "spec.ports.*.name", "a.b|c"].map(lastKey)).toEqual(["ports", "name", "b"]);
  });
});

describe("judgeTrial", () => {
  it("wants the object and the field", () => {
    expect(verdictOf({}, report([{ ...finding, field: "spec.ports[0].targetPort" }]), undefined)).toBe("field");
    expect(verdictOf({}, report([{ ...finding, field: "spec.selector" }]), undefined)).toBe("object");
    expect(verdictOf({ place: { ...chart.place, kind: "Ingress" } }, report([finding]), undefined)).toBe("vague");
    expect(verdictOf({ names: ["api"] }, report([finding]), undefined)).toBe("vague");
  });

  it("wants the severity", () => {
    expect(verdictOf({}, report([{ ...finding, severity: "warning" }]), undefined)).toBe("weaker");
    expect(verdictOf({ answer: "warning" }, report([{ ...finding, severity: "warning" }]), undefined)).toBe("object");
    expect(verdictOf({}, report([], { verdict: "errored" }), undefined)).toBe("weaker");
    expect(verdictOf({}, report([]), undefined)).toBe("missed");
  });

  it("leaves out what is found in the chart without the fault, and in other steps", () => {
    const random = { ...finding, message: "Pod web-5d8f9-x2kk9 of 3 is not ready" };
    const again = { ...finding, message: "Pod web-77c4b-9zzzq of 2 is not ready" };
    expect(verdictOf({}, report([random]), report([again]))).toBe("missed");
    expect(verdictOf({ steps: ["upgrade"] }, report([finding]), undefined)).toBe("missed");
  });

  it("knows what could not be checked, facts, and false alarms", () => {
    const unchecked = report([], { verdict: "errored", errors: ["the namespace of Service web does not exist"] });
    expect(verdictOf({ answer: "not-checked" }, unchecked, undefined)).toBe("field");
    expect(verdictOf({ answer: "not-checked" }, report([finding]), undefined)).toBe("weaker");
    const fact = { reason: "MayEscalate", message: "", object, field: "spec.ports[0].targetPort" };
    expect(verdictOf({ answer: "fact" }, report([], { rights: [fact] }), undefined)).toBe("field");
    expect(verdictOf({ answer: "fact" }, report([], { rights: [fact] }), report([], { rights: [fact] }))).toBe(
      "missed",
    );
    expect(verdictOf({ answer: "nothing" }, report([]), undefined)).toBe("quiet");
    expect(verdictOf({ answer: "nothing" }, report([{ ...finding, severity: "warning" }]), undefined)).toBe("alarm");
  });
});

describe("judgeComplaints", () => {
  it.each([
    [["Service/web: targetPort is wrong"], "field"],
    [["Service/web: wrong"], "object"],
    [["Service/web-api: targetPort is wrong"], "vague"],
    [["something is wrong"], "vague"],
    [["it has no limits"], "missed"],
    [[], "missed"],
  ])("judges %j as %s", (complaints, verdict) => {
    expect(judgeComplaints(chart, complaints, ["it has no limits"]).verdict).toBe(verdict);
  });

  it("considers every new complaint about a right chart a false alarm", () => {
    const right = { ...chart, answer: "nothing" } as const;
    expect(judgeComplaints(right, ["a"], ["a"]).verdict).toBe("quiet");
    expect(judgeComplaints(right, ["b"], ["a"]).verdict).toBe("alarm");
  });
});
