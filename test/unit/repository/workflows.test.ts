import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import glob from "fast-glob";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");

interface Step {
  uses?: string;
  run?: string;
}

interface Job {
  "runs-on": string;
  "timeout-minutes"?: number;
  permissions?: unknown;
  strategy?: { matrix: { os: string[]; node: number[] } };
  steps: Step[];
}

interface Workflow {
  permissions: Record<string, string>;
  concurrency: { group: string };
  jobs: Record<string, Job>;
}

const paths = glob.sync(".github/workflows/*.yml", { cwd: root, dot: true });
const ci = load(read(".github/workflows/ci.yml")) as Workflow;
const commandsOf = (job: Job | undefined) => job?.steps.flatMap(({ run = [] }) => run);

describe("the ci workflow", () => {
  it("runs everything on Linux x64, with the commands of the README", () => {
    expect(ci.jobs.test?.["runs-on"]).toBe("ubuntu-24.04");
    expect(commandsOf(ci.jobs.test)).toEqual([".ci/run"]);
    expect(read(".ci/run")).toContain("npm ci && npm test");
    expect(read("README.md")).toContain("\nnpm ci && npm test ");
  });

  it("runs what does not need the engine on the other platforms, with the oldest and the newest Node", () => {
    const { check } = ci.jobs;
    const { os = [], node = [] } = check?.strategy?.matrix ?? {};
    expect(os.map((name) => name.replace(/-[\d.]+/, ""))).toEqual(["ubuntu", "ubuntu-arm", "macos", "windows"]);
    expect(commandsOf(check)).toEqual(["npm ci", "npm run check"]);
    const { engines } = JSON.parse(read("package.json"));
    expect(engines.node).toBe(`>=${node[0]}.19`);
    expect(read(".nvmrc").trim()).toBe(String(node.at(-1)));
  });

  it("calls scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const commands = Object.values(ci.jobs).flatMap((job) => commandsOf(job) ?? []);
    for (const [, name = ""] of commands.join("\n").matchAll(/npm run ([\w:-]+)/g))
      expect(scripts).toHaveProperty(name);
    for (const path of commands.filter((command) => command.startsWith(".ci/")))
      expect(existsSync(root + path)).toBe(true);
  });
});

describe.each(paths)("%s", (path) => {
  const workflow = load(read(path)) as Workflow;

  it("may only read, ends in time, and does not run twice at once", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(workflow.concurrency.group).toContain("github.ref");
    for (const job of Object.values(workflow.jobs)) {
      expect(job.permissions).toBeUndefined();
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(90);
    }
  });

  it("names a version of every action", () => {
    const actions = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ uses = [] }) => uses));
    expect(actions).not.toEqual([]);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@v\d+(\.\d+){0,2}$/);
  });
});

describe("the templates for issues", () => {
  it.each(glob.sync(".github/ISSUE_TEMPLATE/*.yml", { cwd: root, dot: true, ignore: ["**/config.yml"] }))(
    "%s asks for what reproduces the problem",
    (path) => {
      const form = load(read(path)) as { name: string; description: string; body: { id: string; type: string }[] };
      expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
      expect(form.body.map(({ id }) => id)).toContain("doctor");
    },
  );
});
