import { describe, expect, it } from "vitest";
import {
  compareVersions,
  emulatedVersions,
  isOfVersion,
  readKubernetesVersion,
  sourceOfVersion,
  toMinorVersion,
} from "../../../src/plane/kubernetes-version.ts";
import { olderVersion } from "../../helpers/engine/older-version.ts";

describe("readKubernetesVersion", () => {
  it.each(["1.35", "v1.35"])("reads %s", (text) => {
    expect(readKubernetesVersion("--kube-version", text)).toBe("1.35");
  });

  it.each([olderVersion, `v${olderVersion}`])("reads %s, for which an engine can be built", (text) => {
    expect(readKubernetesVersion("--kube-version", text)).toBe(olderVersion);
  });

  it.each([
    [
      "1.35.2",
      `use 1.35: the engine emulates minor versions, which have no patches, and can be built for ${olderVersion}`,
    ],
    ["v1.35.2+k3s1", "use 1.35:"],
    ["1", "docs/kubernetes-versions.md"],
    ["1.35 ", "docs/kubernetes-versions.md"],
    [">=1.35", "docs/kubernetes-versions.md"],
    [1.3, "put it in quotes"],
    [null, "docs/kubernetes-versions.md"],
  ])("refuses %j with a hint", (text, hint) => {
    const read = () => readKubernetesVersion("--kube-version", text);
    expect(read).toThrow(/^--kube-version must be a /);
    expect(read).toThrow(hint);
  });
});

describe("toMinorVersion", () => {
  it.each([
    ["v1.37.2", "1.37"],
    ["v1.36.1+k3s1", "1.36"],
    ["1.35", "1.35"],
  ])("is of %s %s", (version, minor) => {
    expect(toMinorVersion(version)).toBe(minor);
  });
});

it("a version with a patch is built, and one without is emulated", () => {
  expect(sourceOfVersion(undefined)).toEqual({});
  expect(sourceOfVersion("1.35")).toEqual({ emulated: "1.35" });
  expect(sourceOfVersion("1.35.4")).toEqual({ built: "1.35.4" });
});

it.each([
  ["v1.35.4", "1.35.4", true],
  ["v1.35.4", "1.35", true],
  ["v1.35.0", "1.35.4", false],
  ["v1.37.2", "1.35", false],
])("a control plane of %s is one of %s: %j", (running, wanted, expected) => {
  expect(isOfVersion(running, wanted)).toBe(expected);
});

describe("emulatedVersions", () => {
  it("keeps an engine's own version, with its patch, when it was asked for by name", () => {
    expect(emulatedVersions("v1.37.2", undefined)).toEqual({ kubernetes: "v1.37.2" });
    expect(emulatedVersions("v1.35.4", "1.35.4")).toEqual({ kubernetes: "v1.35.4" });
    expect(emulatedVersions("v1.37.2", "1.37")).toEqual({ kubernetes: "v1.37.2" });
    expect(emulatedVersions("v1.37.2", "1.3")).toEqual({ kubernetes: "v1.3.0", emulatedBy: "v1.37.2" });
  });
});

it("versions are compared by their numbers", () => {
  expect(["1.10", "1.9", "1.37"].sort(compareVersions)).toEqual(["1.9", "1.10", "1.37"]);
});
