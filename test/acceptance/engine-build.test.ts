import { cp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TempDir } from "../../src/process/temp-dir.ts";
import { makePackedProject } from "../helpers/projects/packed-project.ts";
import { repositoryPath } from "../helpers/repository/repository-path.ts";

let project: TempDir;

beforeAll(async () => {
  project = await makePackedProject({});
  // A small module in place of the engine's, whose build takes minutes.
  const sources = join(project.path, "node_modules", "seatrial", "engine");
  await rm(sources, { recursive: true });
  await cp(repositoryPath("fixtures/go-modules/hello"), sources, { recursive: true });
});
afterAll(() => project.remove());

const build = () =>
  execa(process.execPath, [join(project.path, "node_modules", "seatrial", "bin", "seatrial.js"), "engine", "build"], {
    cwd: project.path,
    env: { SEATRIAL_CACHE_DIR: join(project.path, "cache"), GOCACHE: join(project.path, "go-cache"), NO_COLOR: "1" },
  });

it("says what it needs, shows its progress, and ends with the time, the size and the path", async () => {
  const { stdout, stderr } = await build();
  const lines = stderr.split("\n");
  expect(lines[0]).toBe("The engine is compiled from the sources of Kubernetes, Helm and etcd.");
  expect(stderr).toMatch(/^ {2}needs Go {2}\d\.\d+(?:\.\d+)? or newer; go1\.\d+\S* is used$/m);
  expect(stderr).toContain(`4.3 GB in GOCACHE, ${join(project.path, "go-cache")}, `);
  expect(stderr).toMatch(/^Building the engine: compile 0 % \(0 of \d+ packages\), /m);
  expect(stdout.startsWith(join(project.path, "cache", "engine"))).toBe(true);
  const size = ((await stat(stdout)).size / 2 ** 20).toFixed(1);
  expect(lines.at(-1)?.replace(/in \d+ s/, "in <time>")).toBe(`Built the engine in <time>: ${size} MiB, ${stdout}`);

  const again = await build();
  expect(again).toMatchObject({ stdout, stderr: `The engine was built before: ${size} MiB, ${stdout}` });
});
