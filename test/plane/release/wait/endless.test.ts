import { type ChartError, findingsOf, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { writeChart } from "../../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";
import { once, podSpec, template } from "../../../helpers/workloads.ts";

// Far longer than a test may take: an error that comes in time did not wait for it.
const timeout = "10m";
const image = "example.invalid/a:1";
const main = { name: "main", image, command: ["sh", "-c", "sleep 60; exit 0"] };
const forever = ["sh", "-c", "while true; do sleep 5; done"];
const side = { name: "side", image, command: ["sleep", "infinity"] };
const hook = { "helm.sh/hook": "pre-install" };
const job = (pod: object, spec: object = {}) => template("Job", "migrate", once(spec, pod), hook);
const install = async (text: string, options: object = {}) =>
  installChart(await writeChart({ "templates/a.yaml": text }), { timeout, ...options });

describe("a container that never ends", () => {
  it.each([
    { title: "a hook Job", text: job({ containers: [main, side] }), container: "side", hint: /sidecar/ },
    {
      title: "a hook Job with one container",
      text: job({ containers: [{ ...side, command: forever }] }),
      hint: /that ends/,
    },
    { title: "the first container", text: job({ initContainers: [side], containers: [main] }), hint: /./ },
    {
      title: "a hook Pod",
      text: template("Pod", "migrate", { spec: podSpec({ restartPolicy: "Never", containers: [main, side] }) }, hook),
      hint: /sidecar/,
    },
  ])("fails $title at once", async ({ text, hint }) => {
    const error = await rejectionOf<ChartError>(install(text));
    expect(findingsOf(error)).toMatchObject([
      {
        reason: "NeverEnds",
        object: { name: "migrate" },
        message: expect.stringContaining("container side runs on: its command never ends"),
        hint: expect.stringMatching(hint),
      },
    ]);
  });

  it("fails a Job that Helm waits for, and no other one", async () => {
    const text = template("Job", "work", once({}, { containers: [side] }));
    await using release = await install(text, { wait: true });
    expect(release.revision).toBe(1);
    const error = await rejectionOf<ChartError>(install(text, { wait: true, waitForJobs: true }));
    expect(findingsOf(error)).toMatchObject([{ reason: "NeverEnds" }]);
  });

  it("may be a sidecar of a Job", async () => {
    const sidecar = { ...side, restartPolicy: "Always" };
    await using release = await install(job({ initContainers: [sidecar], containers: [main] }));
    expect(release.revision).toBe(1);
  });

  it("fails a Job with a deadline by the deadline", async () => {
    const error = await rejectionOf<ChartError>(install(job({ containers: [side] }, { activeDeadlineSeconds: 1 })));
    expect(findingsOf(error)?.[0]?.message).toContain("longer than specified deadline");
  });
});
