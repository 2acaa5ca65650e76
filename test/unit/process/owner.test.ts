import { basename } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { isOwnerDead, ownerOf, ownerToken } from "../../../src/process/owner.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

// No process has this id: it is above the limit of the system.
const DEAD = 4194999;
const [, where = ""] = ownerToken.split("-");
const elsewhere = where === "ffffff" ? "eeeeee" : "ffffff";

describe("ownerOf", () => {
  it("names the process that created a temporary directory, and a file next to it", async () => {
    await using data = await makeTempDir();
    await using values = await makeTempDir("seatrial-values-");
    expect(ownerOf(basename(data.path))).toBe(process.pid);
    expect(ownerOf(`${basename(data.path)}-ended.json`)).toBe(process.pid);
    expect(ownerOf(basename(values.path))).toBe(process.pid);
  });

  it("names the process of a token, which is valid as the value of a label", () => {
    expect(ownerOf(ownerToken)).toBe(process.pid);
    expect(ownerToken).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  });

  it("names nobody for another pid namespace and for directories of other programs", async () => {
    await using data = await makeTempDir();
    const [, pid, where = ""] = basename(data.path).split("-");
    for (const name of [`seatrial-${pid}-${elsewhere}-abcdef`, "seatrial-abcdef", `other-${pid}-${where}-abcdef`]) {
      expect(ownerOf(name)).toBeUndefined();
    }
  });
});

describe("isOwnerDead", () => {
  it("is true for a process that has ended, by token and by name", async () => {
    const { stdout: ended } = await execa(process.execPath, ["-p", "process.pid"]);
    for (const pid of [ended, DEAD]) {
      expect(isOwnerDead(`${pid}-${where}-0123abcd`)).toBe(true);
      expect(isOwnerDead(`seatrial-${pid}-${where}-abcdef`)).toBe(true);
    }
  });

  it("is false for a process that runs", () => {
    expect(isOwnerDead(ownerToken)).toBe(false);
  });

  it("is false for a process of another pid namespace, whose id means nothing here, and for other texts", () => {
    for (const token of [`${DEAD}-${elsewhere}-0123abcd`, `${DEAD}-0123abcd`, `${DEAD}`, "somebody", ""]) {
      expect(isOwnerDead(token)).toBe(false);
    }
  });

  it.runIf(process.platform === "linux")(
    "is true for a process that ended and that nobody has waited for",
    async () => {
      // The shell becomes a program that never waits for its child.
      const parent = execa("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], { reject: false });
      const [child] = await parent[Symbol.asyncIterator]()
        .next()
        .then(({ value }) => [value]);
      await expect.poll(() => isOwnerDead(`${child}-${where}-0123abcd`)).toBe(true);
      parent.kill("SIGKILL");
      await parent;
    },
  );
});
