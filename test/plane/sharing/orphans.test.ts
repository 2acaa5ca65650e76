import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { removeOrphans } from "../../../src/process/remove-orphans.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { giveAway, requireTwoUsers } from "../../helpers/other-user.ts";

// No process has this id: it is above the limit of the system.
const DEAD = "4194999";

describe("removeOrphans", () => {
  it("removes what dead processes left, and nothing of living processes, of other pid namespaces and of other programs", async () => {
    await using temp = await makeTempDir("st-orphans-");
    vi.stubEnv("TMPDIR", temp.path);
    onTestFinished(() => void vi.unstubAllEnvs());
    const own = await makeTempDir();
    const [, , where = ""] = basename(own.path).split("-");
    const elsewhere = where === "ffffff" ? "eeeeee" : "ffffff";
    const kept = [basename(own.path), `seatrial-${DEAD}-${elsewhere}-abcdef`, "seatrial-abcdef", `mine-${DEAD}`];
    const left = [`seatrial-${DEAD}-${where}-abcdef`, `seatrial-values-${DEAD}-${where}-abcdef`];
    for (const name of [...kept, ...left]) await mkdir(join(temp.path, name, "etcd"), { recursive: true, mode: 0o700 });
    await writeFile(join(temp.path, `seatrial-${DEAD}-${where}-abcdef-ended.json`), "{}");

    await removeOrphans();
    expect((await readdir(temp.path)).sort()).toEqual(kept.sort());
    expect(existsSync(join(own.path, "etcd"))).toBe(true);
  });

  /** A shared temporary directory, and the beginning of the names that dead processes leave in it. */
  async function makeShared(mode: number) {
    const temp = await makeTempDir("st-orphans-");
    onTestFinished(temp.remove);
    const shared = join(temp.path, "tmp");
    await mkdir(shared);
    await chmod(shared, mode);
    vi.stubEnv("TMPDIR", shared);
    onTestFinished(() => void vi.unstubAllEnvs());
    const [, , where = ""] = basename((await makeTempDir()).path).split("-");
    return { temp: temp.path, shared, dead: `seatrial-${DEAD}-${where}` };
  }

  async function prepare(path: string, mode = 0o700): Promise<string> {
    await mkdir(join(path, "etcd"), { recursive: true });
    await writeFile(join(path, "etcd", "file"), "");
    await chmod(path, mode);
    return path;
  }

  it("leaves directories that others may enter, and links with what they lead to", async () => {
    const { temp, shared, dead } = await makeShared(0o1777);
    const precious = await prepare(join(temp, "precious"));
    await symlink(precious, join(shared, `${dead}-linked`));
    const open = await prepare(join(shared, `${dead}-opened`), 0o777);
    const left = await prepare(join(shared, `${dead}-abcdef`));
    await removeOrphans();
    expect(existsSync(join(precious, "etcd", "file"))).toBe(true);
    expect(existsSync(join(open, "etcd", "file"))).toBe(true);
    expect(existsSync(left)).toBe(false);
  });

  it("leaves what another user has prepared", async (context) => {
    requireTwoUsers(context);
    const { shared, dead } = await makeShared(0o1777);
    const theirs = await prepare(join(shared, `${dead}-theirs`));
    const file = join(shared, `${dead}-theirs-ended.json`);
    await writeFile(file, "{}");
    for (const path of [theirs, file]) giveAway(path);
    await removeOrphans();
    expect(existsSync(join(theirs, "etcd", "file"))).toBe(true);
    expect(existsSync(file)).toBe(true);
  });

  it("removes nothing where others may give a private directory any name", async () => {
    const { shared, dead } = await makeShared(0o777);
    const renamed = await prepare(join(shared, `${dead}-abcdef`));
    await removeOrphans();
    expect(existsSync(join(renamed, "etcd", "file"))).toBe(true);
  });
});
