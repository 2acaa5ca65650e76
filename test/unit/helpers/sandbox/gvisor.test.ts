import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { makeTempDir } from "../../../../src/process/temp-dir.ts";
import { writePrograms } from "../../../helpers/doctor/machine.ts";
import { findGvisor } from "../../../helpers/sandbox/gvisor.ts";

async function findWith(programs: Record<string, string>) {
  const { path, remove } = await makeTempDir();
  onTestFinished(remove);
  vi.stubEnv("PATH", await writePrograms(join(path, "bin"), programs));
  onTestFinished(() => void vi.unstubAllEnvs());
  return findGvisor();
}

// Without one of these, tests in gVisor would be skipped where they could run, or fail where they could not.
describe.skipIf(process.platform !== "linux")("findGvisor", () => {
  it("says that runsc is missing, and how to get it", async () => {
    expect(await findWith({})).toEqual({
      reason: "runsc is not on PATH (Debian and Ubuntu: apt-get install runsc)",
    });
  });

  it("says why a runsc cannot run a program", async () => {
    expect(await findWith({ runsc: "echo one >&2; echo no ptrace here >&2; exit 1" })).toEqual({
      reason: "runsc cannot run a program here: no ptrace here",
    });
  });

  it.each([
    ["systrap", "exit 0"],
    ["ptrace", 'case "$*" in *systrap*) exit 1;; esac'],
  ])("takes %s when that works", async (platform, runsc) => {
    const found = await findWith({ runsc });
    expect(found).toMatchObject({
      platform,
      flags: expect.arrayContaining([`--platform=${platform}`, "--network=none"]),
    });
  });
});
