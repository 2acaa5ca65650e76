import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/errors/finding.ts";
import { maskFindings } from "../../../src/findings/mask-findings.ts";

const error = (more: Partial<Finding> = {}): Finding => ({
  severity: "error",
  step: "dry-run",
  message: "no",
  ...more,
});

describe("maskFindings", () => {
  const secret = (more: object) => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, ...more });

  it.each([
    ["plain data", { stringData: { a: "hunter22" } }, "got hunter22 here"],
    ["its base64", { stringData: { a: "hunter22" } }, "got aHVudGVyMjI= here"],
    ["decoded data", { data: { a: "aHVudGVyMjI=" } }, "got hunter22 here"],
    ["a line of a longer text", { stringData: { a: "first\n  hunter22\nlast" } }, "got hunter22 here"],
  ])("hides %s in messages and hints", (_name, data, message) => {
    const [masked] = maskFindings([error({ message, hint: message })], [secret(data)]);
    expect(masked).toMatchObject({ message: "got *** here", hint: "got *** here" });
  });

  it("hides everything that the API server quotes of a Secret", () => {
    const object = { apiVersion: "v1", kind: "Secret", name: "s" };
    const [masked] = maskFindings([error({ object, message: 'Invalid value: "a \\"b\\" c": must be short' })], []);
    expect(masked?.message).toBe("Invalid value: ***: must be short");
  });

  it("does not hide the path of a template because a value equals the name of the chart", () => {
    const message = "execution error at (harbor/templates/a.yaml:1:2): hunter22";
    const finding = error({ message, template: "harbor/templates/a.yaml" });
    const [masked] = maskFindings([finding], [secret({ stringData: { user: "harbor", password: "hunter22" } })]);
    expect(masked?.message).toBe("execution error at (harbor/templates/a.yaml:1:2): ***");
  });

  it("leaves other objects and short values alone", () => {
    const findings = [error({ message: 'Invalid value: "true": must be 8080' })];
    expect(maskFindings(findings, [secret({ stringData: { a: "true", b: "8080" } })])).toEqual(findings);
  });
});
