import type { SuiteResult } from "../trial-result.ts";

/** The result of a run in which no chart has changed: it needs no control plane. */
export function unchangedSuite(notes: string[], filteredOutCount: number, startedMs: number): SuiteResult {
  const durationMs = performance.now() - startedMs;
  return {
    verdict: "skipped",
    trials: [],
    counts: { passed: 0, failed: 0, errored: 0, skipped: 0 },
    filteredOutCount,
    notes,
    isUnchanged: true,
    interrupted: false,
    startedAt: new Date(Date.now() - durationMs).toISOString(),
    durationMs,
    bootMs: 0,
    versions: { kubernetes: "", helm: "", etcd: "", engine: "" },
    provider: "",
    pods: "none",
    controllers: false,
    stages: [],
  };
}
