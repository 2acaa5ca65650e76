import { chmod, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { probeDirectory, probeTempDirectory } from "../../../src/doctor/probes/directories.ts";
import { probeLoopback } from "../../../src/doctor/probes/loopback.ts";
import { isNoexec } from "../../../src/doctor/probes/mounts.ts";
import { probeProxies } from "../../../src/doctor/probes/proxies.ts";
import { probeUser } from "../../../src/doctor/probes/user.ts";
import { makeMachine } from "../../helpers/doctor/machine.ts";

describe("probeTempDirectory", () => {
  it("leaves nothing in a directory that can be used", async () => {
    const machine = await makeMachine();
    const path = join(machine.root, "tmp");
    await mkdir(path);
    const { freeBytes, ...facts } = await probeTempDirectory(machine, path);
    expect(facts).toEqual({ path, problem: null, isSilent: false, isNoexec: false });
    expect(freeBytes).toBeGreaterThan(0);
    expect(await readdir(path)).toEqual([]);
  });

  it("says why a directory cannot be used", async () => {
    const machine = await makeMachine({ files: { file: "" } });
    const problemOf = async (path: string) => (await probeTempDirectory(machine, join(machine.root, path))).problem;
    expect(await problemOf("nowhere")).toBe("no such file or directory");
    expect(await problemOf("file")).toBe("not a directory");
    const long = "x".repeat(100);
    await mkdir(join(machine.root, long));
    expect(await problemOf(long)).toMatch(/^no unix sockets: /);
    expect(await readdir(join(machine.root, long))).toEqual([]);
  });
});

describe("probeDirectory", () => {
  it("checks the nearest directory that exists, and creates none", async () => {
    const machine = await makeMachine();
    const path = join(machine.root, "a", "b");
    expect(await probeDirectory(machine, path)).toMatchObject({ path, problem: null });
    expect(await readdir(machine.root)).toEqual(["bin"]);
  });

  it("says that a file is in the way", async () => {
    const machine = await makeMachine({ files: { a: "" } });
    expect((await probeDirectory(machine, join(machine.root, "a", "b"))).problem).toBe("not a directory");
    const path = join(machine.root, "a");
    expect((await probeDirectory(machine, path)).problem).toBe(`${path} is not a directory`);
  });

  it("says that a directory may not be written", async () => {
    // Root may write anywhere but where the kernel itself forbids it.
    const machine = await makeMachine();
    const path = process.getuid?.() === 0 ? "/proc/self/seatrial" : join(machine.root, "locked", "seatrial");
    if (process.getuid?.() !== 0) await mkdir(join(machine.root, "locked"), { mode: 0o500 });
    expect((await probeDirectory(machine, path)).problem).not.toBeNull();
    if (process.getuid?.() !== 0) await chmod(join(machine.root, "locked"), 0o700);
  });

  it("reports a file system that is mounted noexec, also through a link", async () => {
    const machine = await makeMachine();
    await mkdir(join(machine.root, "proc", "self"), { recursive: true });
    const mounts = `/dev/root / ext4 rw 0 0\ntmpfs ${machine.root}/x tmpfs rw,noexec 0 0\n`;
    await writeFile(join(machine.root, "proc", "self", "mounts"), mounts);
    await mkdir(join(machine.root, "x"));
    await symlink(join(machine.root, "x"), join(machine.root, "link"));
    expect((await probeDirectory(machine, join(machine.root, "link", "seatrial"))).isNoexec).toBe(true);
    expect((await probeDirectory(machine, join(machine.root, "seatrial"))).isNoexec).toBe(false);
    await rm(join(machine.root, "link"));
  });
});

describe("isNoexec", () => {
  const mounts = [
    "/dev/root / ext4 rw,noexec 0 0",
    "tmpfs /tmp tmpfs rw,nosuid 0 0",
    "tmpfs /tmp/a\\040b tmpfs rw,noexec 0 0",
    "tmpfs /srv tmpfs rw,noexec 0 0",
    "tmpfs /srv tmpfs rw 0 0",
  ].join("\n");

  it.each([
    ["/home/user", true],
    ["/tmp/seatrial-1", false],
    ["/tmpfile", true],
    ["/tmp/a b/c", true],
    ["/srv/x", false],
  ])("uses the nearest mount: %s", async (path, expected) => {
    expect(await isNoexec(await makeMachine({ files: { "proc/self/mounts": mounts } }), path)).toBe(expected);
  });
});

describe("probeLoopback", () => {
  it("connects to this machine", async () => {
    expect(await probeLoopback(await makeMachine())).toEqual({ problem: null });
  });
});

describe("probeProxies", () => {
  it("lists all variables that are set, in upper or lower case, without passwords", async () => {
    const env = { HTTPS_PROXY: "http://user:secret@proxy:3128", no_proxy: "localhost", HTTP_PROXY: "" };
    expect(probeProxies(await makeMachine({ env }))).toEqual({
      HTTPS_PROXY: "http://***@proxy:3128",
      no_proxy: "localhost",
    });
  });
});

describe("probeUser", () => {
  it.each([
    ["0000000000000000", 0],
    ["00000000a80425fb", 14],
    ["000001ffffffffff", 41],
  ])("counts the capabilities of %s", async (mask, effective) => {
    const files = { "proc/self/status": `CapPrm:\t0\nCapEff:\t${mask}\n`, "proc/sys/kernel/cap_last_cap": "40\n" };
    const user = await probeUser(await makeMachine({ files }));
    expect(user).toMatchObject({ uid: process.getuid?.() ?? null, capabilities: { effective, known: 41 } });
  });
});
