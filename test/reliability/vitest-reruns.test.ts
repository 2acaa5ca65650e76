import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeProject, startVitest, type VitestProject, waitForMark } from "../helpers/projects/vitest-project.ts";
import { tracesIn, waitUntilNoTraces } from "../helpers/traces.ts";
import { waitUntilGone } from "../helpers/wait-until-gone.ts";

const marks = (name: string) => `import { expect, it } from "vitest";
import { currentControlPlane } from "seatrial";
import { mark } from "./mark.js";
it("has a control plane", async () => {
  expect(await currentControlPlane().kube.list("v1", "Namespace")).not.toEqual([]);
  mark("${name}");
});
`;

const enginesOf = async ({ tempDir }: VitestProject) =>
  (await tracesIn(tempDir)).processes
    .filter((line) => line.includes(" serve "))
    .map((line) => Number.parseInt(line, 10));

describe("projects of one vitest run", () => {
  it("share one control plane, which ends with the last of them", async () => {
    const setUp = { globalSetup: "seatrial/global-setup", setupFiles: "seatrial/vitest" };
    const projects = ["one", "two", "three"].map((name) => ({
      test: { name, include: [`${name}.spec.ts`], ...setUp },
    }));
    const project = await makeProject({
      ...Object.fromEntries(["one", "two", "three"].map((name) => [`${name}.spec.ts`, marks(name)])),
      "vitest.config.ts": `export default { test: { projects: ${JSON.stringify(projects)} } };`,
    });
    const { exitCode, all } = await startVitest(project);
    expect({ exitCode, all }).toMatchObject({ exitCode: 0, all: expect.stringContaining("3 passed") });
    const planes = await Promise.all(["one", "two", "three"].map((name) => waitForMark(project, name)));
    expect(new Set(planes.map(({ plane }) => plane.pid)).size).toBe(1);
    await waitUntilNoTraces(project.tempDir);
  });
});

describe("watch mode", () => {
  it("keeps the control plane between runs, replaces it when it has died, and ends it with vitest", async () => {
    const project = await makeProject({ "watched.spec.ts": marks("first") });
    const run = startVitest(project, ["watch"]);
    const heard = listenTo(run);
    const first = await waitForMark(project, "first");
    await heard("Waiting for file changes", 1);

    await writeFile(join(project.directory, "watched.spec.ts"), marks("second"));
    const second = await waitForMark(project, "second");
    expect(second.plane.pid).toBe(first.plane.pid);
    await heard("Waiting for file changes", 2);

    process.kill(first.plane.pid, "SIGKILL");
    await waitUntilGone(first.plane.pid, 8000);
    await writeFile(join(project.directory, "watched.spec.ts"), marks("third"));
    const third = await waitForMark(project, "third");
    expect(third.plane.pid).not.toBe(first.plane.pid);
    expect(await enginesOf(project)).toEqual([third.plane.pid]);

    run.kill("SIGTERM");
    await run;
    await waitUntilNoTraces(project.tempDir);
  });
});

describe("watch mode, when a file of a chart changes,", () => {
  it("runs the spec files again", async () => {
    const spec = `import { templateChart } from "seatrial";
import { it } from "vitest";
import { mark } from "./mark.js";
it("renders", async () => {
  const { documents } = await templateChart("charts/web");
  mark(documents[0].metadata.name);
});
`;
    const named = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
    const project = await makeProject({
      "web.spec.ts": spec,
      "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
      "charts/web/templates/map.yaml": named("first"),
    });
    const run = startVitest(project, ["watch"]);
    const heard = listenTo(run);
    await waitForMark(project, "first");
    await heard("Waiting for file changes", 1);
    await writeFile(join(project.directory, "charts/web/templates/map.yaml"), named("second"));
    await waitForMark(project, "second");
    await heard("Waiting for file changes", 2);
    run.kill("SIGTERM");
    await run;
    await waitUntilNoTraces(project.tempDir);
  });
});

describe("a program that runs vitest", () => {
  // As editors do: a new vitest for each run, and no teardown between or after.
  const twice = `import { createVitest } from "vitest/node";
import { readFileSync, writeFileSync } from "node:fs";
for (const name of ["first", "second"]) {
  const vitest = await createVitest("test", { watch: false, root: process.cwd(), include: [name + ".spec.ts"] });
  await vitest.start();
}
writeFileSync("both-ran", "{}");
process.exit(4);
`;

  it("twice without a teardown uses one control plane, which ends with the program", async () => {
    const project = await makeProject({
      "first.spec.ts": marks("first"),
      "second.spec.ts": marks("second"),
      "twice.js": twice,
    });
    const run = execa(process.execPath, ["twice.js"], {
      cwd: project.directory,
      env: project.env,
      reject: false,
      all: true,
    });
    onTestFinished(() => void run.kill("SIGKILL"));
    const { exitCode, all } = await run;
    expect({ exitCode, all }).toMatchObject({ exitCode: 4 });
    expect(await readFile(join(project.directory, "both-ran"), "utf8")).toBe("{}");
    const [first, second] = [await waitForMark(project, "first"), await waitForMark(project, "second")];
    expect(second.plane.pid).toBe(first.plane.pid);
    await waitUntilNoTraces(project.tempDir);
    await waitUntilGone(first.plane.pid);
  });

  it("after a set-up that failed recovers in the same process", async () => {
    const recovers = twice.replace(
      "await vitest.start();",
      "await vitest.start().catch(() => {}); delete process.env.SEATRIAL_ENGINE;",
    );
    const project = await makeProject({
      "first.spec.ts": marks("first"),
      "second.spec.ts": marks("second"),
      "twice.js": recovers,
    });
    const env = { ...project.env, SEATRIAL_ENGINE: "/no/such/engine" };
    const run = execa(process.execPath, ["twice.js"], { cwd: project.directory, env, reject: false, all: true });
    onTestFinished(() => void run.kill("SIGKILL"));
    const { exitCode, all } = await run;
    expect({ exitCode, all }).toMatchObject({ exitCode: 4 });
    expect((await waitForMark(project, "second")).plane.pid).toBeGreaterThan(0);
    await expect(readFile(join(project.directory, "first"), "utf8")).rejects.toThrow("ENOENT");
    await waitUntilNoTraces(project.tempDir);
  });
});

/** Collects what a run prints, and waits until it has said something so often. */
function listenTo(run: ReturnType<typeof startVitest>) {
  let output = "";
  run.all.on("data", (text: Buffer) => {
    output += String(text);
  });
  return (said: string, times: number) =>
    expect.poll(() => output.split(said).length - 1, { timeout: 60_000 }).toBe(times);
}
