import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { repositoryRoot } from "./charts.ts";
import { processorTimeOfChildren } from "./processor-time.ts";
import { writeSmallChart } from "./small-chart.ts";

/** What each spec file of a project does. */
export type SpecWork =
  /** A test that does nothing, in vitest without seatrial. */
  | "vitest"
  /** The same test, with seatrial's global set-up and set-up file; it imports seatrial. */
  | "idle"
  /** Installs and uninstalls a chart of three objects. */
  | "install";

/** A chart repository with generated spec files. */
export interface SpecProject extends AsyncDisposable {
  /** A whole run of vitest. Rejects unless every spec passes. */
  run(): Promise<SpecRun>;
}

/** What a run of vitest took, in milliseconds. */
export interface SpecRun {
  wallMs: number;
  /** The processor time of all its processes, with that of the engine. */
  processorMs: number;
}

const vitestProgram = join(repositoryRoot, "node_modules/vitest/vitest.mjs");

const config = `import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: "seatrial/global-setup", setupFiles: "seatrial/vitest", testTimeout: 60_000 },
});
`;

const specs: Record<SpecWork, string> = {
  vitest: `import { expect, it } from "vitest";

it("does nothing", () => {
  expect(typeof it).toBe("function");
});
`,
  idle: `import { installChart } from "seatrial";
import { expect, it } from "vitest";

it("does nothing", () => {
  expect(typeof installChart).toBe("function");
});
`,
  install: `import { installChart } from "seatrial";
import { expect, it } from "vitest";

it("is installed", async () => {
  await using release = await installChart("charts/small");
  expect((await release.get("ConfigMap", release.name)).data).toEqual({ key: "value" });
});
`,
};

/** Writes a project with this number of spec files; vitest and the compiled seatrial are those of this checkout. */
export async function makeSpecProject(work: SpecWork, count: number, enginePath: string): Promise<SpecProject> {
  const project = await makeTempDir("seatrial-bench-");
  const files = {
    "package.json": '{ "type": "module" }\n',
    ...(work === "vitest" ? {} : { "vitest.config.ts": config }),
    ...Object.fromEntries(Array.from({ length: count }, (_, index) => [`specs/${index}.spec.ts`, specs[work]])),
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(project.path, name)), { recursive: true });
    await writeFile(join(project.path, name), text);
  }
  await writeSmallChart(join(project.path, "charts/small"));
  await installSeatrial(join(project.path, "node_modules/seatrial"));
  await symlink(join(repositoryRoot, "node_modules/vitest"), join(project.path, "node_modules/vitest"));
  return {
    run: async () => {
      const startedAt = performance.now();
      const processorBefore = await processorTimeOfChildren();
      const { stdout, all, exitCode } = await execa(process.execPath, [vitestProgram, "run"], {
        cwd: project.path,
        env: { NO_COLOR: "1", SEATRIAL_ENGINE: enginePath, SEATRIAL_REUSE: "" },
        stdin: "ignore",
        reject: false,
        all: true,
      });
      const wallMs = performance.now() - startedAt;
      if (exitCode !== 0 || !stdout.includes(`${count} passed (${count})`))
        throw new Error(`vitest exited with ${exitCode}:\n${all.slice(-2000)}`);
      return { wallMs, processorMs: (await processorTimeOfChildren()) - processorBefore };
    },
    [Symbol.asyncDispose]: () => project.remove(),
  };
}

// A copy, as npm makes one: vitest transforms the files of a linked package, and loads those of an installed one.
async function installSeatrial(directory: string): Promise<void> {
  for (const name of ["package.json", "dist", "schema"]) {
    await cp(join(repositoryRoot, name), join(directory, name), { recursive: true });
  }
  await symlink(join(repositoryRoot, "node_modules"), join(directory, "node_modules"));
}
