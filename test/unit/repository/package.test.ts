import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTempDir, type TempDir } from "../../../src/process/temp-dir.ts";
import { packInto } from "../../helpers/projects/packed-project.ts";
import { prose } from "../docs/pages.ts";

let directory: TempDir;
let root: string;
const read = (path: string) => readFileSync(join(root, path), "utf8");
const filesEndingWith = (end: string) =>
  readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(end));

beforeAll(async () => {
  directory = await makeTempDir();
  await execa("tar", ["-xzf", await packInto(directory.path), "-C", directory.path]);
  root = join(directory.path, "package");
}, 120_000);
afterAll(() => directory.remove());

describe("the packed package", () => {
  it("has the source of every file in its source maps, which name files that are not in the package", () => {
    const maps = filesEndingWith(".js.map");
    expect(maps.length).toBeGreaterThan(100);
    const incomplete = maps.filter((path) => {
      const { sources, sourcesContent = [] } = JSON.parse(read(path)) as {
        sources: string[];
        sourcesContent?: string[];
      };
      return sources.some((_, index) => typeof sourcesContent[index] !== "string" || sourcesContent[index] === "");
    });
    expect(incomplete).toEqual([]);
  });

  it("has every page and file that its README and its docs link to", () => {
    const pages = filesEndingWith(".md");
    expect(pages).toEqual(expect.arrayContaining(["README.md", "CHANGELOG.md", join("docs", "README.md")]));
    const broken = pages.flatMap((page) =>
      [...prose(read(page)).matchAll(/\]\(([^)\s#]+)/g)]
        .map(([, link = ""]) => link)
        .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it("has no script that npm runs, or warns of, when somebody installs it", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const atInstall = ["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare"];
    expect(atInstall.filter((name) => name in scripts)).toEqual([]);
    expect(filesEndingWith("binding.gyp")).toEqual([]);
  });

  it("has neither tests nor files of its build", () => {
    const unwanted = /_test\.go$|\.test\.|\.spec\.|\.build\.json$|tsconfig|testdata/;
    expect(readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => unwanted.test(path))).toEqual([]);
  });
});
