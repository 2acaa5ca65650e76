import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readEngineSources } from "../../../../src/engine/binary/engine-sources.ts";
import { findModFile, listOlderVersions } from "../../../../src/engine/binary/older-versions.ts";
import { olderVersion } from "../../../helpers/engine/older-version.ts";
import { repositoryPath } from "../../../helpers/repository/repository-path.ts";

const engineDir = repositoryPath("engine");

describe("older versions of Kubernetes", () => {
  it("are those that a mod file of the engine names", () => {
    expect(listOlderVersions(engineDir)).toEqual([olderVersion]);
    expect(findModFile(engineDir, olderVersion)).toBe("kubernetes-1.35.mod");
    expect(findModFile(engineDir, "1.35.3")).toBeUndefined();
    expect(listOlderVersions("/nowhere")).toEqual([]);
  });

  it("have their own versions of Kubernetes' modules, and the newest of Helm and etcd", async () => {
    const newest = await readEngineSources(engineDir);
    const older = await readEngineSources(engineDir, olderVersion);
    for (const module of ["helm.sh/helm/v4", "helm.sh/helm/v3", "go.etcd.io/etcd/server/v3"]) {
      expect(older?.requiredVersion(module), module).toBe(newest?.requiredVersion(module));
    }
    expect(older?.requiredVersion("k8s.io/kubernetes")).toBe(`v${olderVersion}`);
    for (const module of ["k8s.io/client-go", "k8s.io/apiserver", "k8s.io/kubectl"]) {
      expect(older?.requiredVersion(module), module).toBe(`v0${olderVersion.slice(1)}`);
    }
    expect(older).toMatchObject({ tags: ["before1.37"] });
    expect(newest).toMatchObject({ tags: [], renamed: [], modFile: "go.mod" });
    expect(older?.hash).not.toBe(newest?.hash);
  });

  it("are up to date with go.mod: scripts/write-older-modules.ts was run after its last change", async () => {
    const required = async (file: string) => {
      const text = await readFile(join(engineDir, file), "utf8");
      const lines = [...text.matchAll(/^\t(\S+) (v\S+)(?! \/\/ indirect)$/gm)].map(
        ([, name, version]) => `${name} ${version}`,
      );
      return lines.filter((line) => !line.startsWith("k8s.io/"));
    };
    expect(await required("kubernetes-1.35.mod")).toEqual(await required("go.mod"));
  });
});
