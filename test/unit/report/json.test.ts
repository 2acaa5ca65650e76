import { describe, expect, it } from "vitest";
import { toJsonFailure, toJsonReport } from "../../../src/report/json.ts";
import { mixed } from "../../helpers/sample-suite.ts";

describe("toJsonReport", () => {
  it("has the documented shape, with whole milliseconds", () => {
    expect(toJsonReport(mixed, 3)).toMatchInlineSnapshot(`
      {
        "controlPlane": {
          "bootMs": 1234,
          "controllers": true,
          "engine": "0.1.0",
          "etcd": "3.7.3",
          "helm": "v4.3.1",
          "kubernetes": "v1.37.2",
          "pods": "simulated",
          "provider": "engine",
        },
        "counts": {
          "errored": 1,
          "errors": 1,
          "failed": 1,
          "filteredOut": 0,
          "passed": 1,
          "skipped": 1,
          "warnings": 3,
        },
        "durationMs": 4321,
        "exitCode": 3,
        "interrupted": false,
        "notTested": [
          "containers (simulated; no image was pulled, nothing ran)",
        ],
        "schemaVersion": 1,
        "stages": [],
        "startedAt": "2026-01-02T03:04:05.000Z",
        "trials": [
          {
            "case": {
              "name": "default",
              "values": [],
            },
            "chart": {
              "name": "web",
              "path": "charts/web",
              "version": "1.2.0",
            },
            "durationMs": 74,
            "findings": [
              {
                "hint": "use discovery.k8s.io/v1 EndpointSlice",
                "message": "v1 Endpoints is deprecated in v1.33+",
                "object": {
                  "apiVersion": "v1",
                  "kind": "Endpoints",
                  "name": "web",
                  "namespace": "web-x7k2",
                },
                "severity": "warning",
                "step": "dry-run",
              },
            ],
            "id": "web/default",
            "kept": [],
            "namespace": "web-x7k2",
            "notes": [],
            "steps": [
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "lint",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "template",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 1,
                "name": "dry-run",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "install",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "test",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "upgrade",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "uninstall",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "leftovers",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "name": "reinstall",
                "verdict": "passed",
              },
            ],
            "verdict": "passed",
            "waitedMs": 0,
          },
          {
            "case": {
              "name": "ci/public-values.yaml",
              "values": [
                "charts/web/ci/public-values.yaml",
              ],
            },
            "chart": {
              "name": "web",
              "path": "charts/web",
              "version": "1.2.0",
            },
            "durationMs": 74,
            "findings": [
              {
                "message": "icon is recommended",
                "severity": "warning",
                "step": "lint",
              },
              {
                "field": "spec.ports[0].port",
                "line": 12,
                "message": "Invalid value: 99999: must be between 1 and 65535, inclusive",
                "object": {
                  "apiVersion": "v1",
                  "kind": "Service",
                  "name": "web",
                  "namespace": "web-x7k2",
                },
                "reason": "Invalid",
                "severity": "error",
                "step": "dry-run",
                "template": "web/templates/service.yaml",
              },
              {
                "hint": "use discovery.k8s.io/v1 EndpointSlice",
                "message": "v1 Endpoints is deprecated in v1.33+",
                "object": {
                  "apiVersion": "v1",
                  "kind": "Endpoints",
                  "name": "web",
                  "namespace": "web-x7k2",
                },
                "severity": "warning",
                "step": "dry-run",
              },
            ],
            "id": "web/ci/public-values.yaml",
            "kept": [],
            "namespace": "web-x7k2",
            "notes": [],
            "steps": [
              {
                "durationMs": 12,
                "findingCount": 1,
                "name": "lint",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "template",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 2,
                "name": "dry-run",
                "verdict": "failed",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "install",
                "reason": "the step dry-run did not pass",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "test",
                "reason": "the step dry-run did not pass",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "upgrade",
                "reason": "the step dry-run did not pass",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "uninstall",
                "reason": "the step dry-run did not pass",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "leftovers",
                "reason": "the step dry-run did not pass",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "name": "reinstall",
                "reason": "the step dry-run did not pass",
                "verdict": "skipped",
              },
            ],
            "verdict": "failed",
            "waitedMs": 0,
          },
          {
            "case": {
              "name": "default",
              "values": [],
            },
            "chart": {
              "name": "store",
              "path": "charts/store",
              "version": "1.2.0",
            },
            "durationMs": 74,
            "findings": [],
            "id": "store/default",
            "kept": [],
            "namespace": "store-x7k2",
            "notes": [],
            "steps": [
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "lint",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "template",
                "verdict": "passed",
              },
              {
                "durationMs": 12,
                "findingCount": 0,
                "name": "dry-run",
                "verdict": "passed",
              },
              {
                "durationMs": 3200,
                "error": {
                  "code": "SEATRIAL_ENGINE_EXITED",
                  "message": "The engine has ended: killed by SIGKILL
        last line: bye",
                },
                "findingCount": 0,
                "name": "install",
                "verdict": "errored",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "test",
                "reason": "the step install did not pass",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "upgrade",
                "reason": "the step install did not pass",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "uninstall",
                "reason": "the step install did not pass",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "leftovers",
                "reason": "the step install did not pass",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "name": "reinstall",
                "reason": "the step install did not pass",
                "verdict": "skipped",
              },
            ],
            "verdict": "errored",
            "waitedMs": 0,
          },
          {
            "case": {
              "name": "ci/big-values.yaml",
              "values": [
                "charts/store/ci/big-values.yaml",
              ],
            },
            "chart": {
              "name": "store",
              "path": "charts/store",
              "version": "1.2.0",
            },
            "durationMs": 0,
            "findings": [],
            "id": "store/ci/big-values.yaml",
            "kept": [],
            "namespace": "",
            "notes": [],
            "steps": [
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "lint",
                "reason": "the engine has ended",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "template",
                "reason": "the engine has ended",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "dry-run",
                "reason": "the engine has ended",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "install",
                "reason": "the engine has ended",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "test",
                "reason": "the engine has ended",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "upgrade",
                "reason": "the engine has ended",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "uninstall",
                "reason": "the engine has ended",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "findingCount": 0,
                "name": "leftovers",
                "reason": "the engine has ended",
                "verdict": "skipped",
              },
              {
                "durationMs": 0,
                "name": "reinstall",
                "reason": "the engine has ended",
                "verdict": "skipped",
              },
            ],
            "verdict": "skipped",
            "waitedMs": 0,
          },
        ],
        "verdict": "errored",
      }
    `);
  });

  it("survives JSON unchanged", () => {
    const report = toJsonReport(mixed, 3);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe("toJsonFailure", () => {
  it("has every field of a report and the error", () => {
    const failure = toJsonFailure(
      { code: "SEATRIAL_USAGE", message: "no" },
      { exitCode: 2, startedAt: "2026-01-02T03:04:05.000Z", durationMs: 3.7 },
    );
    const { error, ...rest } = failure;
    expect(error).toEqual({ code: "SEATRIAL_USAGE", message: "no" });
    expect(Object.keys(rest).sort()).toEqual(Object.keys(toJsonReport(mixed, 3)).sort());
    expect(rest).toMatchObject({ verdict: "errored", exitCode: 2, durationMs: 4, trials: [], controlPlane: null });
  });
});
