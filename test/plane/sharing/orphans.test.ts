import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { removeOrphans } from "../../../src/process/remove-orphans.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

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
    for (const name of [...kept, ...left]) await mkdir(join(temp.path, name, "etcd"), { recursive: true });
    await writeFile(join(temp.path, `seatrial-${DEAD}-${where}-abcdef-ended.json`), "{}");

    await removeOrphans();
    expect((await readdir(temp.path)).sort()).toEqual(kept.sort());
    expect(existsSync(join(own.path, "etcd"))).toBe(true);
  });
});
