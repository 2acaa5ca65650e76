import { describe, expect, it } from "vitest";
import type { TrialResult } from "../../../src/trial/trial-result.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";
import { once, template } from "../../helpers/workloads.ts";

const containers = (more: object) => ({ containers: [{ name: "app", image: "example.invalid/a:1", ...more }] });
const nightly = (pod: object, more: object = {}) =>
  template("CronJob", "nightly", { spec: { schedule: "0 3 * * *", jobTemplate: once({}, pod), ...more } });
const stepOf = ({ steps }: TrialResult) => steps.find(({ name }) => name === "test");

async function tryNightly(...templates: [string, ...string[]]): Promise<TrialResult> {
  const files = templates.map((text, index): [string, string] => [`templates/${index}.yaml`, text]);
  return tryChart(await writeChart(Object.fromEntries(files)));
}

describe("the CronJobs of a trial", () => {
  it("are run once, and nothing of that stays", async () => {
    const result = await tryNightly(nightly({}, { jobTemplate: once({ ttlSecondsAfterFinished: 0 }) }));
    expect(findingsIn(result)).toEqual([]);
    expect(stepOf(result)?.verdict).toBe("passed");
    expect(result.notes).toEqual([]);
  });

  it.each([
    { what: "keep running", pod: containers({ command: ["sleep", "infinity"] }), more: {} },
    { what: "keep no history", pod: {}, more: { successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0 } },
  ])("pass when they $what", async ({ pod, more }) => {
    const result = await tryNightly(nightly(pod, more));
    expect(findingsIn(result)).toEqual([]);
    expect(stepOf(result)?.verdict).toBe("passed");
  });

  it("fail with the exit code of the container, object and template", async () => {
    const result = await tryNightly(nightly(containers({ command: ["sh", "-c", "exit 3"] })));
    expect(result.verdict).toBe("failed");
    expect(findingsIn(result)).toMatchObject([
      {
        step: "test",
        severity: "error",
        object: { kind: "CronJob", name: "nightly" },
        template: "demo/templates/0.yaml",
        message: expect.stringMatching(/^its Job, run once, fails: .*container app exited with 3$/),
      },
    ]);
  });

  it("fail when a LimitRange refuses their Pods", async () => {
    const limits = JSON.stringify({
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "small" },
      spec: { limits: [{ type: "Container", max: { memory: "64Mi" } }] },
    });
    const resources = { requests: { memory: "1Gi" }, limits: { memory: "1Gi" } };
    const result = await tryNightly(nightly(containers({ resources })), limits);
    expect(findingsIn(result)).toMatchObject([
      {
        step: "test",
        reason: "FailedCreate",
        object: { kind: "CronJob", name: "nightly" },
        message: expect.stringContaining("maximum memory usage per Container is 64Mi"),
      },
    ]);
  });

  it("that need a node which does not exist here are noted", async () => {
    const result = await tryNightly(nightly({ nodeSelector: { gpu: "yes" } }));
    expect(result.verdict).toBe("passed");
    expect(result.notes).toEqual([
      expect.stringMatching(/^CronJob nightly was not tried to its end: .*didn't match Pod's node affinity.*--given/),
    ]);
  });

  it("are left out when they are suspended", async () => {
    const result = await tryNightly(nightly(containers({ command: ["false"] }), { suspend: true }));
    expect(result.verdict).toBe("passed");
    expect(stepOf(result)).toMatchObject({ isAbsent: true, reason: "the chart has no tests" });
  });
});
