import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { findModFile } from "./older-versions.ts";
import { type RenamedFunction, renamedBefore136 } from "./renamed-functions.ts";

/** The facts about the engine's Go module that its build needs. */
export interface EngineSources {
  dir: string;
  /** The file with the modules' versions: `go.mod`, or that of an older version of Kubernetes, such as `kubernetes-1.35.mod`. */
  modFile: string;
  /** What has to be renamed in other modules for an older version of Kubernetes. */
  renamed: readonly RenamedFunction[];
  /** The build tags. */
  tags: readonly string[];
  /** The module's path, which is also the name of its main package. */
  modulePath: string;
  /** The lowest Go version that go.mod asks for, such as `1.26.0`. */
  goVersion: string;
  /** The version of a module, such as `v1.37.2`. */
  requiredVersion(modulePath: string): string | undefined;
  /** A hash of every file that goes into the build, and of no other file. */
  hash: string;
}

// Sources and files that they may embed, but not a binary that somebody built next to them.
const sourceExtensions = new Set([".go", ".mod", ".sum", ".yaml", ".yml", ".json", ".tmpl", ".txt"]);

/**
 * Reads the Go module in `dir`, for an older version of Kubernetes if `kubernetes` names one, such as `1.35.4`. Resolves with
 * `undefined` when there is no module, as in a package without sources, or no mod file for that version.
 */
export async function readEngineSources(dir: string, kubernetes?: string): Promise<EngineSources | undefined> {
  const modFile = kubernetes === undefined ? "go.mod" : findModFile(dir, kubernetes);
  const goMod = modFile === undefined ? undefined : await readFile(join(dir, modFile), "utf8").catch(() => undefined);
  if (modFile === undefined || goMod === undefined) return undefined;
  const versions = (lines: RegExp) => [...goMod.matchAll(lines)].map((match) => [match[1], match[2]] as const);
  const required = new Map([
    ...versions(/^\s*(?:require\s+)?([^\s/]+\.[^\s]+)\s+(v\d\S*)/gm),
    ...versions(/^\s*(?:replace\s+)?([^\s/]+\.[^\s]+)\s+=>\s+\S+\s+(v\d\S*)/gm),
  ]);
  const minor = Number(kubernetes?.split(".")[1] ?? Number.POSITIVE_INFINITY);
  const renamed = minor < 36 ? renamedBefore136 : [];
  return {
    dir,
    modFile,
    renamed,
    tags: minor < 37 ? ["before1.37"] : [],
    modulePath: /^module\s+(\S+)/m.exec(goMod)?.[1] ?? "",
    goVersion: /^go\s+(\S+)/m.exec(goMod)?.[1] ?? "0",
    requiredVersion: (modulePath) => required.get(modulePath),
    hash: await hashSources(dir, modFile, renamed),
  };
}

async function hashSources(dir: string, modFile: string, renamed: readonly RenamedFunction[]): Promise<string> {
  const hash = createHash("sha256");
  if (renamed.length > 0) hash.update(JSON.stringify(renamed));
  for (const path of await listSources(dir, modFile)) {
    hash.update(`${path}\0`);
    hash.update(
      createHash("sha256")
        .update(await readFile(join(dir, path)))
        .digest(),
    );
  }
  return hash.digest("hex");
}

async function listSources(dir: string, modFile: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && sourceExtensions.has(extname(entry.name)) && !entry.name.endsWith("_test.go"))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !path.split("/").includes("testdata"))
    .filter((path) => !isModFile(path) || path.replace(/\.sum$/, ".mod") === modFile)
    .sort();
}

// Of this module, not of one that a package embeds.
function isModFile(path: string): boolean {
  return !path.includes("/") && [".mod", ".sum"].includes(extname(path));
}
