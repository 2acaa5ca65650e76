import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkProgramVersion, readProgramVersion } from "../../../../src/helm/program/program-version.ts";
import { makeTempDir } from "../../../../src/process/temp-dir.ts";

async function program(script: string): Promise<string> {
  const { path, remove } = await makeTempDir("seatrial-program-");
  onTestFinished(remove);
  const file = join(path, "helm");
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

describe("the version of a Helm program", () => {
  it.each([
    ["v3.22.0", 3],
    ["v4.3.1", 4],
    ["v4.0.0-rc.1", 4],
  ])("is read from %s", async (version, major) => {
    expect(await readProgramVersion(await program(`echo ${version}`))).toEqual({ version, major });
  });

  it.each(["v4.2.1", "v4.2.1-rc.2"])("is refused with the reason when it is %s", (version) => {
    expect(() => checkProgramVersion("/opt/helm", version)).toThrow(
      `/opt/helm is Helm ${version}, which is refused: it waits for hooks and deleted objects until the time limit`,
    );
  });

  it.each(["v4.2.0", "v4.2.10", "v3.4.2"])("is accepted when it is %s", (version) => {
    expect(checkProgramVersion("/opt/helm", version).version).toBe(version);
  });

  it("is refused for another major version", async () => {
    const path = await program("echo v2.17.0");
    await expect(readProgramVersion(path)).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining("is Helm v2.17.0: only Helm 3 and 4 can be used"),
    });
  });

  it.each([
    ["is not a Helm", "echo hello", 'its version reads "hello"'],
    ["fails", "echo broken >&2; exit 7", "ended with exit code 7: broken"],
  ])("is refused for a program that %s", async (_what, script, why) => {
    await expect(readProgramVersion(await program(script))).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining(why),
    });
  });

  it("is refused for a file that does not exist", async () => {
    await expect(readProgramVersion("/nonexistent/helm")).rejects.toMatchObject({ code: "SEATRIAL_USAGE" });
  });

  it("is read without the user's kubeconfig and plug-ins", async () => {
    const path = await program('test "$KUBECONFIG" = /dev/null && test "$HELM_NO_PLUGINS" = 1 && echo v4.3.1');
    expect(await readProgramVersion(path)).toMatchObject({ major: 4 });
  });
});
