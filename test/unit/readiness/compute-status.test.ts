import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/kube/object-ref.ts";
import { computeStatus } from "../../../src/readiness/compute-status.ts";

interface Row {
  title: string;
  object: KubeObject;
  status: string;
  /** Where Helm's own rules differ from those of kstatus. */
  helm?: string;
}

const fixture = new URL("../../../fixtures/readiness/statuses.json", import.meta.url);
const rows = JSON.parse(readFileSync(fixture, "utf8")) as Row[];

function job(status: object): KubeObject {
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name: "migrate" }, spec: { completions: 2 }, status };
}

describe("computeStatus", () => {
  it.each(rows)("says of $title what Helm's wait says", ({ object, status, helm }) => {
    expect(computeStatus(object).status).toBe(helm ?? status);
  });

  it.each(rows)("gives a reason for $title unless it is ready", ({ object }) => {
    const { status, message } = computeStatus(object);
    expect(message === "").toBe(status === "Current");
  });

  it("waits for the end of a Job and a Pod when it is asked to", () => {
    const running = job({ startTime: "2026-01-01T00:00:00Z", active: 1, succeeded: 1 });
    expect(computeStatus(running).status).toBe("Current");
    expect(computeStatus(running, { mustComplete: true })).toEqual({
      status: "InProgress",
      reason: "JobNotComplete",
      message: "1 of 2 completions are done",
    });
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "check" }, status: { phase: "Running" } };
    expect(computeStatus(pod, { mustComplete: true })).toMatchObject({ status: "InProgress", reason: "PodRunning" });
  });

  it("names the finalizers of an object that is being deleted", () => {
    const metadata = { name: "a", deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.com/a"] };
    expect(computeStatus({ apiVersion: "v1", kind: "ConfigMap", metadata }).message).toBe(
      "it is being deleted, its finalizers are example.com/a",
    );
  });
});
