import { describe, expect, it } from "vitest";
import {
  installArguments,
  rollbackArguments,
  templateArguments,
  uninstallArguments,
  upgradeArguments,
} from "../../../../src/helm/program/program-arguments.ts";

const chart = { chart: "/charts/web", releaseName: "blue", namespace: "colours" };
const release = { releaseName: "blue", namespace: "colours" };

describe("the arguments of a Helm program", () => {
  it("name values by file, and settings each in one argument, so that none can be read as an option", () => {
    const request = { ...chart, valueFiles: ["/tmp/a.yaml"], set: ["--a=b", "list={1,2}"], setString: ["big=1234567"] };
    expect(installArguments(request, 4)).toEqual([
      "install",
      "blue",
      "/charts/web",
      "--values=/tmp/a.yaml",
      "--set=--a=b",
      "--set=list={1,2}",
      "--set-string=big=1234567",
    ]);
  });

  it.each([
    [true, ["--wait"], ["--wait=watcher"]],
    ["watcher", ["--wait"], ["--wait=watcher"]],
    ["legacy", ["--wait"], ["--wait=legacy"]],
    ["hookOnly", [], []],
    [false, [], []],
    [undefined, [], []],
  ] as const)("wait %s as each version does", (wait, by3, by4) => {
    expect(uninstallArguments({ ...release, wait }, 3).slice(2)).toEqual(by3);
    expect(uninstallArguments({ ...release, wait }, 4).slice(2)).toEqual(by4);
  });

  it("have the names of each version", () => {
    const request = { ...chart, rollbackOnFailure: true, forceReplace: true };
    expect(upgradeArguments(request, 3)).toEqual(["upgrade", "blue", "/charts/web", "--atomic", "--force"]);
    expect(upgradeArguments(request, 4)).toEqual([
      "upgrade",
      "blue",
      "/charts/web",
      "--rollback-on-failure",
      "--force-replace",
    ]);
  });

  it("ask for server-side apply only where it exists", () => {
    expect(upgradeArguments({ ...chart, serverSide: "auto" }, 4)).toContain("--server-side=auto");
    expect(upgradeArguments({ ...chart, serverSide: "auto" }, 3)).toEqual(["upgrade", "blue", "/charts/web"]);
    expect(installArguments({ ...chart, serverSide: false }, 4)).toContain("--server-side=false");
    expect(() => installArguments({ ...chart, serverSide: true }, 3)).toThrow("Helm 3 has no server-side apply");
    expect(() => rollbackArguments({ ...release, forceConflicts: true }, 3)).toThrow("Helm 3 has no server-side apply");
  });

  it("cover every option of each verb", () => {
    const deploy = {
      ...chart,
      description: "a b",
      createNamespace: true,
      waitForJobs: true,
      timeout: "1m0s",
      skipCrds: true,
      noHooks: true,
      takeOwnership: true,
      labels: { a: "b", c: "d" },
      disableOpenapiValidation: true,
      skipSchemaValidation: true,
    };
    const shared = [
      "--skip-schema-validation",
      "--description=a b",
      "--create-namespace",
      "--wait-for-jobs",
      "--timeout=1m0s",
      "--skip-crds",
      "--no-hooks",
      "--take-ownership",
      "--labels=a=b,c=d",
      "--disable-openapi-validation",
    ];
    expect(installArguments({ ...deploy, replace: true }, 3).slice(3)).toEqual([...shared, "--replace"]);
    const more = { install: true, reuseValues: true, resetValues: true, resetThenReuseValues: true };
    expect(upgradeArguments({ ...deploy, ...more, maxHistory: 0, cleanupOnFail: true }, 4).slice(3)).toEqual([
      ...shared,
      "--install",
      "--reuse-values",
      "--reset-values",
      "--reset-then-reuse-values",
      "--history-max=0",
      "--cleanup-on-fail",
    ]);
    const back = { ...release, revision: 2, noHooks: true, cleanupOnFail: true, timeout: "5s", maxHistory: 3 };
    expect(rollbackArguments(back, 4)).toEqual([
      "rollback",
      "blue",
      "2",
      "--timeout=5s",
      "--no-hooks",
      "--cleanup-on-fail",
      "--history-max=3",
    ]);
    const gone = { ...release, keepHistory: true, ignoreNotFound: true, cascade: "orphan" } as const;
    expect(uninstallArguments(gone, 3)).toEqual([
      "uninstall",
      "blue",
      "--keep-history",
      "--ignore-not-found",
      "--cascade=orphan",
    ]);
    const rendered = { ...chart, kubeVersion: "1.33.0", apiVersions: ["a/v1"], showOnly: ["templates/a.yaml"] };
    expect(templateArguments({ ...rendered, skipTests: true, isUpgrade: true }).slice(3)).toEqual([
      "--kube-version=1.33.0",
      "--api-versions",
      "a/v1",
      "--show-only",
      "templates/a.yaml",
      "--skip-tests",
      "--is-upgrade",
    ]);
  });
});
