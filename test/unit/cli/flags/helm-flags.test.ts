import { describe, expect, it } from "vitest";
import { checkHelmFlags } from "../../../../src/cli/flags/helm-flags.ts";
import { parseHelmVersions } from "../../../../src/cli/flags/helm-option.ts";

describe("the option --helm", () => {
  it.each([
    ["3", [3]],
    ["4", [4]],
    ["3,4", [3, 4]],
    ["4, 3", [3, 4]],
    ["v3,v4,3", [3, 4]],
  ])("reads %s", (text, versions) => {
    expect(parseHelmVersions(text)).toEqual(versions);
  });

  it.each(["", "2", "3,5", "/usr/bin/helm", "3.22.0", "3,"])("refuses %s", (text) => {
    expect(parseHelmVersions(text)).toBeUndefined();
  });

  it("cannot be used with --helm-path", async () => {
    await expect(checkHelmFlags({ helm: [3], helmPath: "/opt/helm" })).rejects.toThrow(
      "--helm and --helm-path both choose a Helm: give one of them",
    );
    await expect(checkHelmFlags({ helmPath: "" })).rejects.toThrow("--helm-path must not be empty");
    await expect(checkHelmFlags({ helm: [3, 4] })).resolves.toBeUndefined();
  });
});
