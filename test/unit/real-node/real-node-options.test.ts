import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkControlPlaneOptions } from "../../../src/boot/control-plane-options.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { containerdConfig } from "../../../src/real-node/containerd-config.ts";
import { findNodePrograms, missingPrograms, searchPath } from "../../../src/real-node/find-node-programs.ts";
import { readRealNodeOption } from "../../../src/real-node/real-node-options.ts";

describe("the option realNode", () => {
  it("is a switch, or an object with known options", () => {
    const read = (option: unknown) => readRealNodeOption("startControlPlane", option as boolean);
    expect([undefined, false, true, { images: ["a.tar"] }].map(read)).toEqual([
      undefined,
      undefined,
      {},
      { images: ["a.tar"] },
    ]);
    expect(() => read("yes")).toThrow('option "realNode" must be true, false or an object, got "yes"');
    expect(() => read({ image: [] })).toThrow('did you mean "images"?');
    expect(() => read({ images: "a.tar" })).toThrow('option "images" must be an array of strings');
  });

  it("cannot be used with another provider", () => {
    const start = () => checkControlPlaneOptions({ provider: "envtest", realNode: true });
    expect(start).toThrow('option "realNode" cannot be used with the provider envtest');
  });
});

describe("the programs of a real node", () => {
  it("are found on PATH, and before in a directory that is named", async () => {
    const { path, remove } = await makeTempDir("seatrial-programs-");
    onTestFinished(remove);
    const write = async (directory: string, ...names: string[]) => {
      await mkdir(join(path, directory), { recursive: true });
      for (const name of names) {
        await writeFile(join(path, directory, name), "");
        await chmod(join(path, directory, name), 0o755);
      }
    };
    await write("bin", "containerd", "ctr", "containerd-shim-runc-v2", "runc", "iptables");
    await write("own", "containerd");
    await write("cni", "bridge", "host-local", "loopback");
    const search = { path: join(path, "bin"), programs: join(path, "own"), cniPlugins: join(path, "cni") };
    const found = await findNodePrograms(search);
    expect(found).toEqual({
      containerd: join(path, "own/containerd"),
      ctr: join(path, "bin/ctr"),
      shim: join(path, "bin/containerd-shim-runc-v2"),
      runc: join(path, "bin/runc"),
      packetFilter: join(path, "bin/iptables"),
      cniPlugins: join(path, "cni"),
    });
    expect(missingPrograms(found)).toEqual([]);
    expect(searchPath(search).split(":").slice(0, 2)).toEqual([join(path, "own"), join(path, "bin")]);
  });

  it("are listed with their packages when they are missing", () => {
    const none = {
      containerd: "/c",
      ctr: "/c",
      shim: "/c",
      runc: undefined,
      cniPlugins: undefined,
      packetFilter: undefined,
    };
    expect(missingPrograms(none)).toEqual([
      { what: "runc", debian: "runc" },
      { what: "the CNI plug-ins bridge, host-local, loopback", debian: "containernetworking-plugins" },
    ]);
  });
});

describe("containerd's configuration", () => {
  it("has the paths as strings of TOML, and what the machine cannot do", () => {
    const programs = { runc: '/opt/a "b"/runc', cniPlugins: "/opt/cni/bin" };
    const text = containerdConfig({ programs, hasOverlay: false, mayProtect: false, networkDirectory: "/n" });
    expect(text).toContain('BinaryName = "/opt/a \\"b\\"/runc"');
    expect(text).toContain('snapshotter = "native"');
    expect(text).toContain("restrict_oom_score_adj = true");
  });
});
