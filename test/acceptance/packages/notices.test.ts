import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { ownPlatform } from "../../../scripts/release/go-for.ts";
import { findLinkedModules, type LinkedModule } from "../../../scripts/release/linked-modules.ts";
import { makeSbom } from "../../../scripts/release/sbom.ts";
import { provideEngine } from "../../../src/engine/binary/provide-engine.ts";

let modules: LinkedModule[];
beforeAll(async () => {
  modules = await findLinkedModules(ownPlatform());
});

describe("the notices of the engine's package", () => {
  it("have every module that the program contains, with its version", async () => {
    const { stdout } = await execa("go", ["version", "-m", (await provideEngine()).path]);
    // A replacement follows the module that it replaces.
    const linked = [...stdout.matchAll(/^\tdep\t(\S+)\t(\S+).*\n(?:\t=>\t(\S+)\t(\S+))?/gm)].map(
      ([, path, version, byPath, byVersion]) => `${byPath ?? path}@${byVersion ?? version}`,
    );
    expect(linked.length).toBeGreaterThan(100);
    const listed = modules.map(({ path, version }) => `${path}@${version}`);
    expect(linked.filter((module) => !listed.includes(module))).toEqual([]);
    expect(modules.find(({ path }) => path === "std")?.version).toMatch(/^v1\.\d+/);
  });

  it("have the text of a known licence of every module, and of code of others inside it", () => {
    for (const { path, licences, notices } of modules) {
      expect(licences, path).not.toEqual([]);
      expect(notices.map(({ text }) => text).join("").length, path).toBeGreaterThan(400);
    }
    const kubernetes = modules.find(({ path }) => path === "k8s.io/kubernetes");
    expect(kubernetes?.notices.map(({ file }) => file)).toEqual(
      expect.arrayContaining(["LICENSE", expect.stringMatching(/^third_party\/.*LICENSE/)]),
    );
  });

  it("become a bill of materials with a package URL and a licence of each, the same for the same program", () => {
    const subject = {
      name: "@seatrial/engine-linux-x64",
      version: "1.2.3",
      licence: "Apache-2.0",
      sha256: "0".repeat(64),
    };
    const sbom = makeSbom(subject, modules) as { serialNumber: string; components: object[] };
    expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(makeSbom(subject, modules)).toEqual(sbom);
    expect(sbom.components).toHaveLength(modules.length);
    expect(sbom.components).toContainEqual(
      expect.objectContaining({
        type: "library",
        name: "helm.sh/helm/v4",
        purl: expect.stringMatching(/^pkg:golang\/helm\.sh\/helm\/v4@v4\./),
        licenses: [{ license: { id: "Apache-2.0" } }],
      }),
    );
  });
});
