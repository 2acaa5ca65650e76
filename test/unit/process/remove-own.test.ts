import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { removeOwn, removeOwnSync } from "../../../src/process/remove-own.ts";
import { giveAway, requireTwoUsers } from "../../helpers/other-user.ts";

/** Where others may have files of their own. */
let shared: string;
/** What nobody but its user may remove. */
let precious: string;

beforeEach(async () => {
  const base = await mkdtemp(join(tmpdir(), "st-own-"));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  await chmod(base, 0o755);
  shared = join(base, "shared");
  precious = join(base, "precious");
  await mkdir(shared);
  await chmod(shared, 0o1777);
  await mkdir(join(precious, "etcd"), { recursive: true, mode: 0o700 });
  await writeFile(join(precious, "etcd", "file"), "precious");
});

async function makeData(name: string, mode = 0o700): Promise<string> {
  const path = join(shared, name);
  await mkdir(path, { mode });
  await chmod(path, mode);
  await mkdir(join(path, "etcd"));
  await writeFile(join(path, "etcd", "file"), "data");
  await symlink(precious, join(path, "link"));
  return path;
}

for (const [name, remove] of Object.entries({ removeOwn, removeOwnSync })) {
  describe(name, () => {
    it("removes a private directory of this user with all that is in it, and follows no link in it", async () => {
      await remove(await makeData("data"));
      expect(await readdir(shared)).toEqual([]);
      expect(await readdir(join(precious, "etcd"))).toEqual(["file"]);
    });

    it("removes a private directory by its open handle after it has been moved out of the reach of others", async () => {
      const path = await makeData("data");
      const removal = remove(path);
      // From here on, nothing that another user does to this path has an effect on the removal.
      expect(existsSync(path)).toBe(false);
      await symlink(precious, path);
      await removal;
      expect(existsSync(join(precious, "etcd", "file"))).toBe(true);
      await rm(path);
      expect(await readdir(shared)).toEqual([]);
    });

    it("leaves a symbolic link and what it leads to", async () => {
      const link = join(shared, "data");
      await symlink(precious, link);
      await remove(link);
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
      expect(existsSync(join(precious, "etcd", "file"))).toBe(true);
    });

    it.for([0o770, 0o701, 0o777])("leaves a directory that others may enter, of mode %o", async (mode) => {
      const path = await makeData("data", mode);
      await remove(path);
      expect(existsSync(join(path, "etcd", "file"))).toBe(true);
    });

    it("leaves a directory and a file of another user", async (context) => {
      requireTwoUsers(context);
      const path = await makeData("data");
      giveAway(path);
      const file = join(shared, "ended.json");
      await writeFile(file, "{}");
      giveAway(file);
      await remove(path);
      await remove(file);
      expect(existsSync(join(path, "etcd", "file"))).toBe(true);
      expect(existsSync(file)).toBe(true);
    });

    it("removes a file of this user, and does nothing when there is nothing", async () => {
      const file = join(shared, "ended.json");
      await writeFile(file, "{}");
      await remove(file);
      await remove(file);
      expect(await readdir(shared)).toEqual([]);
    });
  });
}
