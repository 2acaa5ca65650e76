import { createHash } from "node:crypto";
import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { platforms } from "../../../../scripts/release/platforms.ts";
import { buildEngine } from "../../../../src/engine/binary/build-engine.ts";
import { platformName } from "../../../../src/engine/binary/build-paths.ts";
import { findEngine } from "../../../../src/engine/binary/find-engine.ts";
import { provideEngine } from "../../../../src/engine/binary/provide-engine.ts";
import type { EngineError } from "../../../../src/errors/engine-error.ts";
import { fakeEngine } from "../../../helpers/engine/fake-engine.ts";
import { copyModule, provideInProcess } from "../../../helpers/engine/go-module.ts";
import {
  type InstalledPackage,
  installEnginePackage,
  installMain,
  installPlatform,
} from "../../../helpers/engine/installed-package.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

const setEnv = (name: string, value: string) => {
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
};
const otherPlatform = platforms.find(({ name }) => name !== platformName)?.name ?? "";
const archiveOf = ({ directory }: InstalledPackage) => join(directory, "seatrial-engine.zst");
const sha256 = (content: Buffer | string) => createHash("sha256").update(content).digest("hex");

async function changeJson(path: string, change: (content: Record<string, unknown>) => void): Promise<void> {
  const content = JSON.parse(await readFile(path, "utf8"));
  change(content);
  await writeFile(path, JSON.stringify(content));
}

/** Replaces the archive, with its true size and sum in engine.json. */
async function packAnew(installed: InstalledPackage, archive: Buffer): Promise<void> {
  await writeFile(archiveOf(installed), archive);
  const described = { file: "seatrial-engine.zst", bytes: archive.length, sha256: sha256(archive) };
  await changeJson(join(installed.directory, "engine.json"), (content) =>
    Object.assign(content, { archive: described }),
  );
}

describe("the platform package", () => {
  it("comes after SEATRIAL_ENGINE and before an engine that was built", async () => {
    const { paths } = await installEnginePackage();
    await buildEngine({}, paths);
    expect((await findEngine(paths)).location).toEqual({ path: expect.any(String), source: "package" });
    setEnv("SEATRIAL_ENGINE", fakeEngine("starts"));
    expect((await findEngine(paths)).location).toEqual({ path: fakeEngine("starts"), source: "env" });
  });

  it("is enough without go and without sources", async () => {
    const { paths, program } = await installEnginePackage();
    await rm(paths.sourceDir, { recursive: true });
    setEnv("PATH", paths.cacheDir);
    const { path, source } = await provideEngine({}, paths);
    expect(source).toBe("package");
    expect(await readFile(path, "utf8")).toBe(program);
  });

  const damages: [title: string, damage: (installed: InstalledPackage) => Promise<void>, problem: RegExp][] = [
    [
      "whose archive is cut",
      async (installed) => truncate(archiveOf(installed), 1000),
      /seatrial-engine\.zst: bytes: expected \d{6}, found 1000$/m,
    ],
    [
      "whose archive has another byte",
      async (installed) => {
        const content = await readFile(archiveOf(installed));
        const middle = content.length >> 1;
        content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
        await writeFile(archiveOf(installed), content);
      },
      /seatrial-engine\.zst: SHA-256: expected [0-9a-f]{64}, found [0-9a-f]{64}$/m,
    ],
    [
      "whose archive begins with other bytes",
      async (installed) => writeFile(archiveOf(installed), Buffer.alloc(installed.manifest.archive.bytes, "x")),
      /seatrial-engine\.zst: SHA-256: expected [0-9a-f]{64}, found [0-9a-f]{64}$/m,
    ],
    [
      "without its archive",
      async (installed) => rm(archiveOf(installed)),
      /seatrial-engine\.zst cannot be read: ENOENT/,
    ],
    [
      "with the archive of another program",
      async (installed) => packAnew(installed, zstdCompressSync(installed.program.replace("packaged", "replaced"))),
      /seatrial-engine(\.exe)?: SHA-256: expected [0-9a-f]{64}, found [0-9a-f]{64}$/m,
    ],
    [
      "whose program is longer",
      async (installed) => packAnew(installed, zstdCompressSync(Buffer.alloc(5_000_000))),
      /seatrial-engine(\.exe)?: bytes: expected \d{6}, found [1-5]\d{6}$/m,
    ],
    [
      "whose program is shorter",
      async (installed) => packAnew(installed, zstdCompressSync("#!/bin/sh\n")),
      /seatrial-engine(\.exe)?: bytes: expected \d{6}, found 10$/m,
    ],
    [
      "whose archive ends in the middle of a frame",
      async (installed) => packAnew(installed, zstdCompressSync(installed.program).subarray(0, 5000)),
      /seatrial-engine(\.exe)?: bytes: expected \d{6}, found \d+$/m,
    ],
    [
      "without engine.json",
      async ({ directory }) => rm(join(directory, "engine.json")),
      /engine\.json cannot be read: ENOENT/,
    ],
    [
      "with half an engine.json",
      async ({ directory }) => truncate(join(directory, "engine.json"), 40),
      /engine\.json cannot be read: .*JSON/,
    ],
    [
      "whose engine.json has no sums",
      async ({ directory }) => changeJson(join(directory, "engine.json"), (content) => void delete content.archive),
      /engine\.json names no file with its size and SHA-256/,
    ],
    [
      "of another version",
      async ({ directory }) =>
        changeJson(join(directory, "package.json"), (content) => Object.assign(content, { version: "1.2.2" })),
      /: version: expected 1\.2\.3, found 1\.2\.2$/m,
    ],
    [
      "with the engine of another version",
      async ({ directory }) =>
        changeJson(join(directory, "engine.json"), (content) => Object.assign(content, { version: "1.2.2" })),
      /engine\.json: version: expected 1\.2\.3, found 1\.2\.2$/m,
    ],
    [
      "with the engine of another system",
      async ({ directory }) =>
        changeJson(join(directory, "engine.json"), (content) => Object.assign(content, { platform: "plan9-mips" })),
      new RegExp(`engine\\.json: platform: expected ${platformName}, found plan9-mips$`, "m"),
    ],
  ];

  it.each(damages)(
    "%s is an error that names it and both values, also where go could build one",
    async (_, damage, problem) => {
      const installed = await installEnginePackage();
      await damage(installed);
      const error = await rejectionOf<EngineError>(provideEngine({}, installed.paths));
      expect(error.code).toBe("SEATRIAL_ENGINE_PACKAGE");
      expect(error.message.split("\n")[0]).toMatch(problem);
      expect(error.message).toContain(`The package ${installed.name} cannot be used: `);
      expect(error.message).toContain(`\n  ${installed.directory}\nHint: delete this directory and install again`);
      const left = await readdir(installed.paths.cacheDir, { recursive: true }).catch(() => []);
      expect(left.filter((name) => /seatrial-engine|unfinished|\.lock/.test(name))).toEqual([]);
    },
  );
});

describe("a seatrial without its platform package", () => {
  it("names the package and its version, and how it is left out", async () => {
    const paths = await installMain();
    setEnv("PATH", paths.cacheDir);
    const error = await rejectionOf<EngineError>(provideEngine({}, paths));
    expect(
      error.message.replaceAll(paths.cacheDir, "<cache>").replaceAll(platformName, "<system>"),
    ).toMatchInlineSnapshot(`
      "No engine for <system> was found, and none can be built here
        SEATRIAL_ENGINE: not set
        package @seatrial/engine-<system>: not installed; seatrial 1.2.3 needs version 1.2.3 of it
        cache <cache>: none for these sources
        build: \`go\` is not on PATH
      Hint: install @seatrial/engine-<system>@1.2.3; an installation without optional packages leaves it out, and so does a lock file that was written on another system"
    `);
  });

  it("names the package of another system that is installed", async () => {
    const paths = await installMain();
    await installPlatform(paths, otherPlatform);
    const { lookedAt, packageHint } = await findEngine(paths);
    expect(lookedAt).toContain(
      `package @seatrial/engine-${platformName}: not installed, but @seatrial/engine-${otherPlatform} is: the packages were installed on another system`,
    );
    expect(packageHint).toContain(`@seatrial/engine-${platformName}@1.2.3`);
  });

  it("names the systems with a package where this system has none", async () => {
    const { lookedAt, packageHint } = await findEngine(await installMain([`@seatrial/engine-${otherPlatform}`]));
    expect(lookedAt).toContain(
      `package @seatrial/engine-${platformName}: does not exist; there are packages for ${otherPlatform}`,
    );
    expect(packageHint).toBeUndefined();
  });

  it("does not ask for a package in a checkout, whose manifest names none", async () => {
    const { lookedAt, packageHint } = await findEngine(await copyModule());
    expect(lookedAt).toContain(`package @seatrial/engine-${platformName}: not installed`);
    expect(packageHint).toBeUndefined();
  });

  it("builds the engine with go, and warns why", async () => {
    const published = await provideInProcess(await installMain());
    expect(JSON.parse(published.stdout.at(-1) ?? "")).toMatchObject({ source: "built" });
    expect(published.stderr.join("\n")).toContain(
      `The engine is compiled, because the package @seatrial/engine-${platformName} is not installed. Hint: install @seatrial/engine-${platformName}@1.2.3`,
    );
    expect((await provideInProcess(await copyModule())).stderr).toEqual([]);
  });
});
