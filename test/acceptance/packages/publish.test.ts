import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { readPacked } from "../../../scripts/release/pack.ts";
import { packageNameOf, platforms } from "../../../scripts/release/platforms.ts";
import { publishRelease } from "../../../scripts/release/publish-release.ts";
import { readManifest } from "../../../scripts/release/repository.ts";
import { makeTempDir, type TempDir } from "../../../src/process/temp-dir.ts";
import { type RegistryOptions, startLocalRegistry } from "../../helpers/registry/local-registry.ts";
import { type PackedRelease, packRelease } from "../../helpers/registry/packed-release.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const { version } = readManifest();
const names = platforms.map(packageNameOf);
let directory: TempDir;
let release: PackedRelease;

beforeAll(async () => {
  directory = await makeTempDir("st-publish-");
  const program = join(directory.path, "program");
  await writeFile(program, "#!/bin/sh\n");
  release = await packRelease(directory.path, program);
});
afterAll(() => directory.remove());

/** A registry that accepts publications of this process. */
async function openRegistry(options: RegistryOptions = {}) {
  const registry = await startLocalRegistry({ hasDependencies: false, ...options });
  onTestFinished(registry.close);
  const userConfig = join(directory.path, "npmrc");
  await writeFile(userConfig, `${registry.url.replace("http:", "")}:_authToken=test\n`);
  vi.stubEnv("npm_config_userconfig", userConfig);
  onTestFinished(() => void vi.unstubAllEnvs());
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  return { registry, lines, options: { from: directory.path, registry: registry.url, servedWithinMs: 3000, log } };
}

describe("packMain", () => {
  it("adds the platform packages of the same version, and changes nothing else", async () => {
    const optionalDependencies = Object.fromEntries(names.map((name) => [name, version]));
    expect(await readPacked(release.main)).toEqual({ ...readManifest(), optionalDependencies });
    expect(readManifest()).not.toHaveProperty("optionalDependencies");
    expect(basename(release.main)).toBe(`seatrial-${version}.tgz`);
  });
});

describe("publishRelease", () => {
  it("publishes seatrial when all platform packages are served, and nothing twice", async () => {
    const { registry, options, lines } = await openRegistry();
    await publishRelease({ ...options, tag: `v${version}` });
    expect(registry.published).toEqual([...names, "seatrial"]);
    expect(lines.at(-1)).toBe(`seatrial@${version} is served`);
    await publishRelease(options);
    expect(registry.published).toHaveLength(names.length + 1);
    expect(lines.filter((line) => line.endsWith("was published before"))).toHaveLength(names.length + 1);
  });

  it("does not publish seatrial while a platform package is not served", async () => {
    const [, missing = ""] = names;
    const { registry, options } = await openRegistry({ isServed: (name) => name !== missing });
    const error = await rejectionOf<Error>(publishRelease(options));
    expect(error.message).toBe(`${missing}@${version} is not served after 3 s`);
    expect(registry.published).toEqual(names);
  });

  it("does not publish seatrial when the registry serves another package", async () => {
    const { registry, options } = await openRegistry();
    const other = join(directory.path, "other");
    onTestFinished(() => rm(other, { recursive: true }));
    const program = join(directory.path, "another-program");
    await writeFile(program, "#!/bin/sh\nexit 1\n");
    await registry.add((await packRelease(other, program)).own);
    const error = await rejectionOf<Error>(publishRelease(options));
    expect(error.message).toMatch(/^the registry serves another @seatrial\/engine-[\w-]+@[\d.]+: sha512-/);
    expect(registry.published).not.toContain("seatrial");
  });

  it.each([
    ["a tag of another version", { tag: "v0.0.0" }, `the tag is v0.0.0, and package.json has version ${version}`],
    ["a directory without packages", { from: "." }, `${names[0]} is missing in .`],
  ])("publishes nothing for %s", async (_, changed, message) => {
    const { registry, options } = await openRegistry();
    expect((await rejectionOf<Error>(publishRelease({ ...options, ...changed }))).message).toBe(message);
    expect(registry.published).toEqual([]);
  });
});
