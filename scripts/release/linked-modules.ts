import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { goFor } from "./go-for.ts";
import { identifyLicence } from "./identify-licence.ts";
import type { Platform } from "./platforms.ts";

/** A Go module that is part of the program, with the texts that its licences ask to pass on. */
export interface LinkedModule {
  path: string;
  version: string;
  /** The identifiers of its licences in SPDX's list, such as `Apache-2.0`, without duplicates. */
  licences: string[];
  notices: { file: string; text: string }[];
}

/** One package of `go list -deps -json`. */
interface ListedPackage {
  Dir: string;
  Standard?: boolean;
  Module?: {
    Path: string;
    Version?: string;
    Dir: string;
    Main?: boolean;
    Replace?: { Path: string; Version?: string; Dir: string };
  };
}

const licenceFile = /^(licen[cs]e|copying|unlicense)/i;
const noticeFile = /^(licen[cs]e|copying|unlicense|notice|patents|copyright)/i;
const notText = /\.(go|json|ya?ml|sh|html)$/i;

/**
 * The modules whose packages the program has on a platform, by path, and Go's own standard library. Files with licences are read from the
 * directory of each package up to the root of its module, because modules contain code of others. Throws for a module without a licence,
 * or with a licence that is unknown here: somebody has to read it first.
 */
export async function findLinkedModules(platform: Platform, cwd?: string): Promise<LinkedModule[]> {
  const listed = await goFor(platform, ["list", "-deps", "-json=Dir,Standard,Module", "."], cwd);
  const packages = JSON.parse(`[${listed.replaceAll(/^\}\n\{/gm, "},\n{")}]`) as ListedPackage[];
  const [goRoot = "", goVersion = ""] = (await goFor(platform, ["env", "GOROOT", "GOVERSION"], cwd)).split("\n");
  const modules = new Map<string, { version: string; root: string; directories: Set<string> }>();
  modules.set("std", { version: goVersion.replace(/^go/, "v"), root: goRoot, directories: new Set([goRoot]) });
  for (const { Dir, Standard, Module } of packages) {
    if (Standard === true || Module === undefined || Module.Main === true) continue;
    const { Path, Version = "", Dir: root } = Module.Replace ?? Module;
    const known = modules.get(Path) ?? { version: Version, root, directories: new Set() };
    for (let at = Dir; at.startsWith(root); at = dirname(at)) known.directories.add(at);
    modules.set(Path, known);
  }
  return [...modules]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, { version, root, directories }]) => ({
      path,
      version,
      ...readNotices(`${path}@${version}`, root, directories),
    }));
}

function readNotices(
  module: string,
  root: string,
  directories: Set<string>,
): Pick<LinkedModule, "licences" | "notices"> {
  const files = [...directories].sort().flatMap((directory) =>
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile() && noticeFile.test(entry.name) && !notText.test(entry.name))
      .map((entry) => join(directory, entry.name)),
  );
  const notices = files.map((path) => ({
    file: relative(root, path).replaceAll("\\", "/"),
    text: readFileSync(path, "utf8"),
  }));
  const licences = notices
    .filter(({ file }) => licenceFile.test(file.split("/").at(-1) ?? ""))
    .map(({ file, text }) => {
      const licence = identifyLicence(text);
      if (licence === undefined) throw new Error(`${module}: ${file} has a licence that is not known: ${root}`);
      return licence;
    });
  if (licences.length === 0) throw new Error(`${module} has no file with a licence: ${root}`);
  return { licences: [...new Set(licences)].sort(), notices };
}
