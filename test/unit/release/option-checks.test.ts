import { describe, expect, it } from "vitest";
import {
  type CheckedCall,
  checkCallOptions,
  pickChartInputs,
  pickHelmOptions,
} from "../../../src/release/option-checks.ts";

describe("checkCallOptions", () => {
  it.each<[CheckedCall, object, string]>([
    ["installChart", { value: {} }, 'installChart: unknown option "value"\nHint: did you mean "values"?'],
    [
      "installChart",
      { wait: "yes" },
      'installChart: option "wait" must be true, false, "watcher", "legacy", "hookOnly", got "yes" (string)',
    ],
    [
      "installChart",
      { timeout: 30 },
      'installChart: option "timeout" must be a duration such as "30s", got 30 (number)',
    ],
    [
      "templateChart",
      { dryRun: true },
      'templateChart: option "dryRun" must be "client" or "server", got true (boolean)',
    ],
    ["dryRunChart", { wait: true }, 'dryRunChart: unknown option "wait"'],
    ["lintChart", { releaseName: "web" }, 'lintChart: unknown option "releaseName"'],
    ["release.upgrade", { namespace: "web" }, 'release.upgrade: unknown option "namespace"'],
    ["release.upgrade", { serverSide: true }, 'release.upgrade: option "serverSide" must be "auto", "true" or "false"'],
    ["release.uninstall", { cascade: "all" }, 'option "cascade" must be "background", "foreground" or "orphan"'],
    ["release.test", { filter: {} }, 'release.test: unknown option "filter"\nHint: did you mean "filters"?'],
  ])("%s refuses %j", (call, options, message) => {
    expect(() => checkCallOptions(call, options)).toThrow(expect.objectContaining({ code: "SEATRIAL_USAGE" }));
    expect(() => checkCallOptions(call, options)).toThrow(message);
  });

  it("ignores options that are undefined", () => {
    expect(() => checkCallOptions("installChart", { wait: undefined, timeout: undefined })).not.toThrow();
    expect(() => checkCallOptions("installChart", undefined)).not.toThrow();
  });
});

describe("pickHelmOptions", () => {
  it("picks the options that the call passes to Helm unchanged", () => {
    const options = { namespace: "a", values: {}, createNamespace: true, wait: true, serverSide: false, timeout: "1m" };
    expect(pickHelmOptions("installChart", options)).toEqual({ wait: true, serverSide: false, timeout: "1m" });
    const upgrade = { set: {}, maxHistory: 3, reuseValues: true, labels: { a: "b" } };
    expect(pickHelmOptions("release.upgrade", upgrade)).toEqual({
      maxHistory: 3,
      reuseValues: true,
      labels: { a: "b" },
    });
  });
});

describe("pickChartInputs", () => {
  it("picks values and the options of rendering", () => {
    const options = { values: {}, set: { a: 1 }, renderTimeout: "1s", wait: true };
    expect(pickChartInputs(options)).toEqual({ values: {}, set: { a: 1 }, renderTimeout: "1s" });
  });
});
