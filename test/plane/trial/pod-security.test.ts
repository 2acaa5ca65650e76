import { describe, expect, it } from "vitest";
import type { PodSecurityLevel } from "../../../src/kube/pod-security-level.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const strict = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};
const container = (name: string, securityContext: object = strict) => ({
  name,
  image: "example.invalid/a",
  securityContext,
});
const template = (spec: object) => ({ metadata: { labels: { app: "web" } }, spec });
const deployment = (spec: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: { selector: { matchLabels: { app: "web" } }, template: template(spec) },
});
const job = (annotations: object, spec: object) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "init", annotations },
  spec: { template: { spec: { restartPolicy: "Never", ...spec } } },
});
const cronJob = (spec: object) => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "nightly" },
  spec: {
    schedule: "0 0 * * *",
    jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", ...spec } } } },
  },
});

async function tryWith(objects: object[], podSecurity: PodSecurityLevel) {
  const text = objects.map((object) => JSON.stringify(object)).join("\n---\n");
  return tryChart(await writeChart({ "templates/a.yaml": text }), { inputs: { podSecurity } });
}

describe("a trial with a Pod Security level", () => {
  it("passes when all Pods meet the level, and reports the strictest one", async () => {
    const result = await tryWith([deployment({ containers: [container("a")] })], "baseline");
    expect(result.verdict).toBe("passed");
    expect(result.podSecurity).toEqual({ asked: "baseline", level: "restricted", prevents: [] });
  });

  it("fails for a sidecar that does not meet it, with container, field and the API server's words", async () => {
    const { runAsNonRoot: _without, ...root } = strict;
    const spec = { containers: [container("a"), container("b", root)] };
    const result = await tryWith([deployment(spec)], "restricted");
    expect(result.verdict).toBe("failed");
    expect(findingsIn(result)).toMatchObject([
      {
        step: "template",
        severity: "error",
        reason: "PodSecurity",
        object: { kind: "Deployment", name: "web" },
        template: "demo/templates/a.yaml",
        field: "spec.template.spec.containers[1].securityContext.runAsNonRoot",
        message: 'violates PodSecurity "restricted": runAsNonRoot != true',
      },
    ]);
    expect(result.podSecurity).toMatchObject({
      level: "baseline",
      prevents: [{ level: "restricted", container: "b", detail: expect.stringContaining('"b" must set') }],
    });
    // The release itself is not affected.
    expect(result.steps.find(({ name }) => name === "install")?.verdict).toBe("passed");
  });

  it("reports what prevents the next level, when the asked level is met", async () => {
    const result = await tryWith([deployment({ containers: [container("a", {})] })], "baseline");
    expect(result.verdict).toBe("passed");
    expect(result.podSecurity?.level).toBe("baseline");
    expect(result.podSecurity?.prevents.map(({ reason }) => reason)).toEqual([
      "allowPrivilegeEscalation != false",
      "unrestricted capabilities",
      "runAsNonRoot != true",
      "seccompProfile",
    ]);
  });

  it.each([
    ["a hook", job({ "helm.sh/hook": "post-install" }, { hostNetwork: true, containers: [container("a")] })],
    ["a test", job({ "helm.sh/hook": "test" }, { hostNetwork: true, containers: [container("a")] })],
    ["a CronJob", cronJob({ hostNetwork: true, containers: [container("a")] })],
  ])("judges the Pods of %s", async (_title, object) => {
    const result = await tryWith([object], "privileged");
    expect(result.verdict).toBe("passed");
    expect(result.podSecurity).toMatchObject({
      level: "privileged",
      prevents: [{ level: "baseline", reason: "host namespaces", detail: "hostNetwork=true" }],
    });
  });

  it("passes for a chart without Pods, and judges nothing unless a level is asked for", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const result = await tryChart(chart, { inputs: { podSecurity: "restricted" } });
    expect(result).toMatchObject({ verdict: "passed", podSecurity: { level: "restricted", prevents: [] } });
    expect((await tryChart(chart)).podSecurity).toBeUndefined();
  });
});
