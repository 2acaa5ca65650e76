import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/findings/finding.ts";
import { findAllowance, parseAllowance } from "../../../src/findings/rules/allowance.ts";

const kept: Finding = {
  severity: "warning",
  step: "leftovers",
  message: "it still exists",
  reason: "HookKept",
  object: { apiVersion: "batch/v1", kind: "Job", namespace: "a", name: "web-migrate" },
};

function isAllowed(finding: Finding, ...texts: string[]): boolean {
  return findAllowance(finding, texts.map(parseAllowance)) !== undefined;
}

describe("parseAllowance", () => {
  it.each(["HookKep", "hookkept", "Hook-Kept"])("names the nearest code of %j", (code) => {
    expect(() => parseAllowance(code)).toThrow(/there is no finding with the code[\s\S]*did you mean HookKept\?/);
  });

  it("refuses a refusal of the API server, with which no chart can be installed", () => {
    expect(() => parseAllowance("Invalid")).toThrow("Invalid cannot be allowed: the chart cannot be installed with it");
    expect(() => parseAllowance("template=Service/web")).toThrow("cannot be allowed");
  });

  it.each(["HookKept=", "HookKept=Job", "HookKept=Job/", "HookKept=/a", "HookKept=a/Job/b"])("refuses %j", (text) => {
    expect(() => parseAllowance(text)).toThrow("it must be CODE or CODE=KIND/NAME");
  });
});

describe("findAllowance", () => {
  it("allows all findings with a code, or those about an object", () => {
    expect(isAllowed(kept, "HookKept")).toBe(true);
    expect(isAllowed(kept, "LeftBehind", "HookKept=Job/web-migrate")).toBe(true);
    expect(isAllowed(kept, "HookKept=Job/web-*")).toBe(true);
    expect(isAllowed(kept, "HookKept=*/web-migrat?")).toBe(true);
  });

  it("allows no other code, kind or name, and no finding without an object by its name", () => {
    expect(isAllowed(kept, "LeftBehind")).toBe(false);
    expect(isAllowed(kept, "HookKept=Pod/web-migrate")).toBe(false);
    expect(isAllowed(kept, "HookKept=Job/web")).toBe(false);
    expect(isAllowed(kept, "HookKept=Job/web.migrate")).toBe(false);
    const { object: _object, ...without } = kept;
    expect(isAllowed(without, "HookKept=*/*")).toBe(false);
  });

  it("knows the codes of lint rules and of the API server's warnings, which have no reason", () => {
    const warning: Finding = {
      severity: "warning",
      step: "dry-run",
      message: "policy/v1beta1 is deprecated in v1.21+",
    };
    expect(isAllowed(warning, "DeprecatedApi")).toBe(true);
    expect(isAllowed({ ...warning, message: "would violate PodSecurity" }, "PodSecurity")).toBe(true);
    expect(isAllowed({ ...warning, message: "unknown" }, "ServerWarning")).toBe(true);
    expect(isAllowed({ ...warning, step: "lint" }, "Lint")).toBe(true);
    expect(isAllowed({ ...warning, severity: "error" }, "DeprecatedApi", "ServerWarning")).toBe(false);
  });
});
