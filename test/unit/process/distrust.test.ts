import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { findDistrust } from "../../../src/process/distrust.ts";
import { giveAway, OTHER_UID, requireTwoUsers } from "../../helpers/other-user.ts";

let base: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "st-trust-"));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
});

async function make(name: string, mode: number): Promise<string> {
  const path = join(base, name);
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
  return path;
}

describe("findDistrust", () => {
  it("finds nothing wrong with a private directory below a sticky one, nor with what does not exist there", async () => {
    await make("sticky", 0o1777);
    expect(await findDistrust(await make("sticky/own", 0o700))).toBeUndefined();
    expect(await findDistrust(join(base, "sticky/none/yet"))).toBeUndefined();
    expect(await findDistrust(join(base, "sticky"), { isShared: true })).toBeUndefined();
  });

  it.for([0o720, 0o702, 0o777, 0o1777])("names a directory that others may write, of mode %o", async (mode) => {
    const path = await make("own", mode);
    expect(await findDistrust(path)).toBe(
      `${path} can be written by other users (mode ${mode.toString(8).padStart(4, "0")})`,
    );
  });

  it("names a parent that others may write, and for a file its own mode", async () => {
    const path = await make("open", 0o777);
    const file = join(await make("open/own", 0o700), "file");
    await writeFile(file, "");
    expect(await findDistrust(file)).toBe(`${path} can be written by other users (mode 0777)`);
    expect(await findDistrust(join(path, "none"))).toBe(`${path} can be written by other users (mode 0777)`);
    expect(await findDistrust(path, { isShared: true })).toContain("can be written");
    await chmod(path, 0o700);
    await chmod(file, 0o666);
    expect(await findDistrust(file)).toBe(`${file} can be written by other users (mode 0666)`);
  });

  it("follows a symbolic link, and judges both the way to it and its target", async () => {
    const target = await make("target", 0o777);
    const link = join(base, "link");
    await symlink(target, link);
    expect(await findDistrust(join(link, "state"))).toContain(`${target} can be written`);
    await chmod(target, 0o700);
    expect(await findDistrust(link)).toBeUndefined();
  });

  it("names a file, a directory, a parent and a link of another user", async (context) => {
    requireTwoUsers(context);
    await make("sticky", 0o1777);
    const theirs = await make("sticky/theirs", 0o755);
    const file = join(theirs, "file");
    await writeFile(file, "", { mode: 0o600 });
    giveAway(file);
    expect(await findDistrust(file)).toBe(`${file} belongs to another user (uid ${OTHER_UID})`);
    giveAway(theirs);
    expect(await findDistrust(theirs)).toBe(`${theirs} belongs to another user (uid ${OTHER_UID})`);
    expect(await findDistrust(join(theirs, "none"))).toBe(`${theirs} belongs to another user (uid ${OTHER_UID})`);
    const link = join(base, "sticky", "link");
    await symlink(await make("own", 0o700), link);
    giveAway(link);
    expect(await findDistrust(link)).toBe(`${link} belongs to another user (uid ${OTHER_UID})`);
  });
});
