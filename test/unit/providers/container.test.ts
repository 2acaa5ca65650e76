import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { parseProviderFlag, toProviderOption } from "../../../src/cli/flags/provider-flags.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { k3sCommand } from "../../../src/providers/container/k3s-command.ts";
import { k3sImageFor, k3sImages, k3sVersions } from "../../../src/providers/container/k3s-images.ts";
import { findTestcontainers } from "../../../src/providers/container/load-testcontainers.ts";
import { defaultStartTimeoutMs, readProviderOption } from "../../../src/providers/provider-options.ts";
import { repositoryPath } from "../../helpers/repository/repository-path.ts";

describe("the images of K3s", () => {
  it("are releases of their minor version, and never `latest`", () => {
    for (const [version, image] of Object.entries(k3sImages)) {
      const [, minor] = version.split(".");
      expect(image).toMatch(new RegExp(`^rancher/k3s:v1\\.${minor}\\.\\d+-k3s\\d+(@sha256:[0-9a-f]{64})?$`));
    }
  });

  it("are those of the newest minor version by default", () => {
    const minors = k3sVersions.map((version) => Number(version.split(".")[1]));
    expect(minors).toEqual(minors.toSorted((a, b) => b - a));
    expect(k3sImageFor()).toBe(k3sImages[k3sVersions[0] ?? ""]);
    expect(k3sImageFor("1.36")).toMatch(/:v1\.36\./);
  });
});

describe("the arguments of k3s", () => {
  const facts = { image: "rancher/k3s:v1.36.2-k3s1", host: "docker.example.com", cgroupVersion: "2" };

  it("leave out Traefik and metrics-server, and name the host of the container engine in the certificate", () => {
    const always = ["server", "--disable=traefik", "--tls-san=docker.example.com"];
    expect(k3sCommand(facts)).toEqual([...always, "--disable=metrics-server"]);
    expect(k3sCommand({ ...facts, metricsServer: true })).toEqual(always);
  });

  it("leave out servicelb when it is not wanted, and end with the caller's", () => {
    expect(k3sCommand({ ...facts, servicelb: false, serverArgs: ["--debug"] }).slice(3)).toEqual([
      "--disable=servicelb",
      "--disable=metrics-server",
      "--debug",
    ]);
  });

  it.each([
    ["rancher/k3s:v1.36.2-k3s1", "1", true],
    ["rancher/k3s:v1.31.14-k3s1", "1", true],
    ["example.com/own:1", "1", true],
    ["rancher/k3s:v1.30.14-k3s2", "1", false],
    ["rancher/k3s:v1.36.2-k3s1", "2", false],
    ["rancher/k3s:v1.36.2-k3s1", undefined, false],
  ])("of %s on cgroup %s let the kubelet accept cgroup v1: %s", (image, cgroupVersion, isAllowed) => {
    const argument = "--kubelet-arg=fail-cgroupv1=false";
    expect(k3sCommand({ ...facts, image, cgroupVersion }).includes(argument)).toBe(isAllowed);
  });
});

describe("the options of the provider container", () => {
  const read = (options: object) => readProviderOption("startControlPlane", { name: "container", ...options } as never);

  it.each([
    [{ kubernetesVersion: "1.12" }, "there is no image of K3s for Kubernetes 1.12\nHint: use one of 1.37, 1.36, "],
    [{ kubernetesVersion: "1.36", image: "a" }, 'options "image" and "kubernetesVersion" cannot be used together'],
    [{ imagesToLoad: "web:1" }, 'option "imagesToLoad" must be an array of strings'],
    [{ kubernetes: "1.36" }, 'unknown option "kubernetes"'],
  ])("%j are refused", (options, message) => {
    expect(() => read(options)).toThrow(message);
  });

  it("allow more time than the engine needs", () => {
    expect(defaultStartTimeoutMs(read({}))).toBeGreaterThan(defaultStartTimeoutMs());
  });

  it.each([
    ["container", { name: "container" }],
    ["container:1.36", { name: "container", kubernetesVersion: "1.36" }],
    ["envtest", "envtest"],
  ])("are read from --provider %s", (value, option) => {
    const provider = parseProviderFlag(value);
    expect(toProviderOption(provider === undefined ? {} : { provider })).toEqual(option);
  });

  it.each(["containers", "container:", "envtest:1.36", "", ":1.36"])("are not read from --provider %j", (value) => {
    expect(parseProviderFlag(value)).toBeUndefined();
  });
});

/** Loads the packages in a copy of the sources, next to which only those files exist. */
async function loadNextTo(files: Record<string, string>, script = ""): Promise<string> {
  await using dir = await makeTempDir("st-packages-");
  await cp(repositoryPath("src"), join(dir.path, "src"), { recursive: true });
  for (const [path, content] of Object.entries({ "package.json": '{"type":"module"}', ...files })) {
    await mkdir(dirname(join(dir.path, path)), { recursive: true });
    await writeFile(join(dir.path, path), content);
  }
  const source = `${script}
    const { loadTestcontainers } = await import("./src/providers/container/load-testcontainers.ts");
    await loadTestcontainers().then(() => console.log("loaded"), ({ code, message }) => console.log(code + "\\n" + message));`;
  const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", source], { cwd: dir.path });
  return stdout;
}

const manifest = (name: string, version: string, node: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version, main: "index.js", engines: { node } }),
  [`node_modules/${name}/index.js`]: "",
});
const install = "Hint: install them: npm install --save-dev @testcontainers/k3s@12 testcontainers@12";

describe("the packages of the provider container", () => {
  it("are named when they are not installed", async () => {
    expect(await loadNextTo({})).toBe(
      `SEATRIAL_PROVIDER\nThe provider container requires the package @testcontainers/k3s, which is not installed\n${install}`,
    );
  });

  it("are found without loading them", async () => {
    expect(findTestcontainers().version).toMatch(/^\d+\.\d+\.\d+$/);
    const probe = `const { findTestcontainers } = await import("./src/providers/container/load-testcontainers.ts");
      try { findTestcontainers(); } catch (error) { console.log(error.message.split("\\n")[0]); }`;
    const problem = "The provider container requires the package @testcontainers/k3s, which is not installed";
    expect((await loadNextTo({}, probe)).split("\n")[0]).toBe(problem);
  });

  it("are named when one of them is not installed", async () => {
    expect(await loadNextTo(manifest("@testcontainers/k3s", "12.0.0", ">= 22"))).toBe(
      `SEATRIAL_PROVIDER\nThe provider container requires the package testcontainers, which is not installed\n${install}`,
    );
  });

  it("are named when they are too old", async () => {
    const files = {
      ...manifest("@testcontainers/k3s", "11.9.0", ">= 20"),
      ...manifest("testcontainers", "11.9.0", ">= 20"),
    };
    expect(await loadNextTo(files)).toBe(
      `SEATRIAL_PROVIDER\nThe provider container requires testcontainers 12, and 11.9.0 is installed\n${install}`,
    );
  });

  it.each([">= 99", ">=99.1", ">= 22.99.0 "])("are named when they need Node %s", async (node) => {
    const needs = node.replace("22", process.versions.node.split(".")[0] ?? "");
    const files = {
      ...manifest("@testcontainers/k3s", "12.0.0", needs),
      ...manifest("testcontainers", "12.0.0", needs),
    };
    expect(await loadNextTo(files)).toBe(
      `SEATRIAL_PROVIDER\ntestcontainers 12.0.0 requires Node ${needs}, and this is Node ${process.versions.node}\n` +
        "Hint: use a newer Node for the provider container",
    );
  });

  it.each([">= 22", "^22 || >=24", ">=22.18.0"])("are loaded when they need Node %s", async (node) => {
    const files = { ...manifest("@testcontainers/k3s", "12.0.0", node), ...manifest("testcontainers", "12.0.0", node) };
    expect(await loadNextTo(files)).toBe("loaded");
  });
});
