import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";

/** The facts about the engine's Go module that its build needs. */
export interface EngineSources {
  dir: string;
  /** The module's path, which is also the name of its main package. */
  modulePath: string;
  /** The lowest Go version that go.mod asks for, such as `1.26.0`. */
  goVersion: string;
  /** The version that go.mod requires of a module, such as `v1.37.2`. */
  requiredVersion(modulePath: string): string | undefined;
  /** A hash of every file that goes into the build, and of no other file. */
  hash: string;
}

// Sources and files that they may embed, but not a binary that somebody built next to them.
const sourceExtensions = new Set([".go", ".mod", ".sum", ".yaml", ".yml", ".json", ".tmpl", ".txt"]);

/** Reads the Go module in `dir`; `undefined` when there is no module, as in a package that ships without sources. */
export async function readEngineSources(dir: string): Promise<EngineSources | undefined> {
  const goMod = await readFile(join(dir, "go.mod"), "utf8").catch(() => undefined);
  if (goMod === undefined) return undefined;
  const required = new Map(
    [...goMod.matchAll(/^\s*(?:require\s+)?([^\s/]+\.[^\s]+)\s+(v\d\S*)/gm)].map((match) => [match[1], match[2]]),
  );
  return {
    dir,
    modulePath: /^module\s+(\S+)/m.exec(goMod)?.[1] ?? "",
    goVersion: /^go\s+(\S+)/m.exec(goMod)?.[1] ?? "0",
    requiredVersion: (modulePath) => required.get(modulePath),
    hash: await hashSources(dir),
  };
}

async function hashSources(dir: string): Promise<string> {
  const hash = createHash("sha256");
  for (const path of await listSources(dir)) {
    hash.update(`${path}\0`);
    hash.update(
      createHash("sha256")
        .update(await readFile(join(dir, path)))
        .digest(),
    );
  }
  return hash.digest("hex");
}

async function listSources(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && sourceExtensions.has(extname(entry.name)) && !entry.name.endsWith("_test.go"))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !path.split("/").includes("testdata"))
    .sort();
}
