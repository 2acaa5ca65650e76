import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { makeProject, startVitest, vitestProgram, waitForMark } from "../helpers/projects/vitest-project.ts";
import { tracesIn, waitUntilNoTraces } from "../helpers/traces.ts";

const waits = `import { it } from "vitest";
import { mark } from "./mark.js";
it("waits", async () => {
  mark("mark");
  await new Promise(() => setInterval(() => {}, 1000));
});
`;

/** Starts vitest and resolves when its spec waits forever. */
async function startWaiting() {
  const project = await makeProject({ "waits.spec.ts": waits });
  const run = startVitest(project);
  const { worker, plane } = await waitForMark(project);
  const { processes } = await tracesIn(project.tempDir);
  expect(processes.filter((line) => line.includes(" serve "))).toHaveLength(1);
  return { project, run, worker, plane };
}

describe("a vitest run that is ended", () => {
  it("by kill -9 of its main process leaves no engine and no data", async ({ annotate }) => {
    const { project, run } = await startWaiting();
    run.kill("SIGKILL");
    await annotate(`gone after ${await waitUntilNoTraces(project.tempDir)} ms`);
    expect((await run).signal).toBe("SIGKILL");
  });

  it("by kill -9 of a worker continues to its end, names the worker, and leaves nothing", async ({ annotate }) => {
    const { project, run, worker } = await startWaiting();
    process.kill(worker, "SIGKILL");
    const { exitCode, all } = await run;
    expect(exitCode).toBe(1);
    expect(all).toMatch(/Worker (forks )?(exited unexpectedly|terminated)|emitted error/i);
    expect(all).not.toContain("Test timed out");
    await annotate(`gone ${await waitUntilNoTraces(project.tempDir)} ms after vitest's end`);
  });

  it.for([
    ["Ctrl-C", ["SIGINT"]],
    ["Ctrl-C twice", ["SIGINT", "SIGINT"]],
    ["SIGTERM", ["SIGTERM"]],
    ["SIGHUP", ["SIGHUP"]],
  ] as const)("by %s leaves no engine and no data", async ([_name, signals], { annotate }) => {
    const { project, run } = await startWaiting();
    const startedAt = performance.now();
    // To the whole group, as a terminal does.
    for (const signal of signals) process.kill(-(run.pid ?? 0), signal);
    const { exitCode, all } = await run;
    expect(exitCode).not.toBe(0);
    expect(all).not.toMatch(/timed out/i);
    await waitUntilNoTraces(project.tempDir);
    await annotate(`gone after ${Math.round(performance.now() - startedAt)} ms`);
  });

  it("by the end of its terminal leaves no engine and no data", async ({ annotate }) => {
    const project = await makeProject({ "waits.spec.ts": waits });
    const command = `${process.execPath} ${vitestProgram} run`;
    const { directory: cwd, env } = project;
    const terminal = execa("script", ["--quiet", "--command", command, "/dev/null"], { cwd, env, reject: false });
    await waitForMark(project);
    terminal.kill("SIGKILL");
    await annotate(`gone after ${await waitUntilNoTraces(project.tempDir)} ms`);
    await terminal;
  });
});

describe("a vitest run that fails", () => {
  it.each([
    ["after", ["seatrial/global-setup", "./throws.ts"]],
    ["before", ["./throws.ts", "seatrial/global-setup"]],
  ])(
    "because of a set-up that throws %s seatrial's shows what was thrown and leaves nothing",
    async (_when, setups) => {
      const project = await makeProject({
        "waits.spec.ts": waits,
        "throws.ts": 'export default () => { throw new Error("the database is not there"); };',
        "vitest.config.ts": `export default { test: { globalSetup: ${JSON.stringify(setups)} } };`,
      });
      const { exitCode, all } = await startVitest(project);
      expect(exitCode).toBe(1);
      expect(all).toContain("Error: the database is not there");
      await waitUntilNoTraces(project.tempDir);
    },
  );

  it("because a test calls process.exit() says so and leaves nothing", async () => {
    const spec = 'import { it } from "vitest";\nit("exits", () => process.exit(3));\n';
    const project = await makeProject({ "exits.spec.ts": spec });
    const { exitCode, all } = await startVitest(project);
    expect(exitCode).toBe(1);
    expect(all).toContain('process.exit unexpectedly called with "3"');
    await waitUntilNoTraces(project.tempDir);
  });

  it("because its engine cannot start shows the cause, not a timeout", async () => {
    const project = await makeProject({
      "waits.spec.ts": waits,
      "engine.sh": "#!/bin/sh\necho 'no memory for etcd' >&2\nexit 9\n",
    });
    await execa("chmod", ["+x", "engine.sh"], { cwd: project.directory });
    project.env.SEATRIAL_ENGINE = `${project.directory}/engine.sh`;
    const { exitCode, all } = await startVitest(project);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/The engine exited before the control plane was ready: exit code 9 after \d+ ms/);
    expect(all).toContain("no memory for etcd");
    await waitUntilNoTraces(project.tempDir);
  });
});

describe("an engine that is killed in the middle of a test", () => {
  it("fails every waiting call immediately with its last words, and leaves no data", async ({ annotate }) => {
    const project = await makeProject({
      "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 0.1.0\n",
      "chart/templates/hook.yaml": hookJob,
      "dies.spec.ts": dies,
    });
    const run = startVitest(project, ["run", "--reporter=json", "--outputFile=report.json", "--reporter=default"]);
    const { plane } = await waitForMark(project);
    const killedAt = Date.now();
    process.kill(plane.pid, "SIGKILL");
    const { exitCode, all } = await run;
    expect(exitCode).toBe(1);
    const report = JSON.parse(await readFile(join(project.directory, "report.json"), "utf8"));
    const tests = report.testResults[0].assertionResults as { title: string; failureMessages: string[] }[];
    expect(tests.map(({ title }) => title)).toEqual(["helm", "api", "poll", "later"]);
    for (const { title, failureMessages } of tests) {
      expect(failureMessages.join("\n"), title).toContain(
        `The engine (process ${plane.pid}) has ended: killed by SIGKILL\n  its last`,
      );
    }
    expect(all).not.toMatch(/timed out/i);
    for (const { title } of tests.slice(0, 3)) {
      const waitedMs = Number(await readFile(join(project.directory, `${title}.ended`), "utf8")) - killedAt;
      expect(waitedMs, title).toBeLessThan(5000);
      await annotate(`${title} failed after ${waitedMs} ms`);
    }
    await waitUntilNoTraces(project.tempDir);
  });
});

const hookJob = `apiVersion: batch/v1
kind: Job
metadata:
  name: wait
  annotations: { helm.sh/hook: pre-install }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: wait, image: wait }]
`;

// Three ways to wait for an engine: for Helm, for an answer of the API server, for an object to be gone.
const dies = `import { writeFileSync } from "node:fs";
import { currentControlPlane, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { mark } from "./mark.js";
const plane = currentControlPlane();
const job = { apiVersion: "batch/v1", kind: "Job", namespace: "hooked", name: "wait" };
const timed = (name, call) => call.finally(() => writeFileSync(name + ".ended", String(Date.now())));
describe.concurrent("calls that wait", () => {
  it("helm", async () => {
    await plane.namespace({ name: "hooked" });
    await timed("helm", installChart("chart", { namespace: "hooked" }));
  });
  it("api", async () => {
    await timed("api", plane.kube.transport.request({ method: "GET", path: "/api/v1/namespaces", query: { watch: true, resourceVersion: "0" } }));
  });
  it("poll", async () => {
    const namespace = await plane.namespace({ timeoutMs: 50_000 });
    const metadata = { name: "held", namespace: namespace.name, finalizers: ["example.com/never"] };
    await plane.kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata });
    const removal = timed("poll", namespace.remove());
    removal.catch(() => {});
    await expect.poll(() => plane.kube.get(job), { timeout: 50_000 }).toBeDefined();
    mark("mark");
    await removal;
  });
});
it("later", () => plane.engine.info());
`;
