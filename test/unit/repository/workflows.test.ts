import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import glob from "fast-glob";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { platforms } from "../../../scripts/release/platforms.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");

interface Step {
  uses?: string;
  run?: string;
}

interface Job {
  "runs-on": string;
  "timeout-minutes"?: number;
  needs?: string;
  permissions?: unknown;
  strategy?: { matrix: { os: string[]; node: number[]; include?: { os: string; platform: string }[] } };
  steps: Step[];
}

interface Workflow {
  permissions: Record<string, string>;
  concurrency: { group: string };
  jobs: Record<string, Job>;
}

const paths = glob.sync(".github/workflows/*.yml", { cwd: root, dot: true });
const ci = load(read(".github/workflows/ci.yml")) as Workflow;
const release = load(read(".github/workflows/release.yml")) as Workflow;
const expression = (name: string) => `\${{ ${name} }}`;
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
});

describe("the release workflow", () => {
  it("builds every platform on its own system, and tries the package there before it is uploaded", () => {
    const { engine } = release.jobs;
    const built = engine?.strategy?.matrix.include ?? [];
    expect(built.map(({ platform }) => platform)).toEqual(platforms.map(({ name }) => name));
    const systems: Record<string, string> = { linux: "ubuntu", darwin: "macos", win32: "windows" };
    for (const { os, platform } of built) expect(os).toContain(systems[platform.split("-")[0] ?? ""]);
    expect(commandsOf(engine)).toEqual([
      "npm ci",
      `npm run package:engine -- --platform ${expression("matrix.platform")}`,
      "npm run package:main",
      "npm run package:try -- npm",
    ]);
    expect(engine?.steps.at(-1)?.uses).toMatch(/^actions\/upload-artifact@/);
  });

  it("publishes from the tag, after all engines, with provenance and without a stored token", () => {
    const { publish } = release.jobs;
    expect(publish?.needs).toBe("engine");
    const tag = expression("github.ref_name");
    expect(commandsOf(publish)?.at(-1)).toBe(`npm run release:publish -- --tag ${tag} --provenance`);
    expect(read(".github/workflows/release.yml")).not.toContain("secrets.");
  });
});

describe.each(paths)("%s", (path) => {
  const workflow = load(read(path)) as Workflow;

  it("may only read, except for the identity that npm attests, ends in time, and does not run twice at once", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(workflow.concurrency.group).toContain("github.ref");
    for (const [name, job] of Object.entries(workflow.jobs)) {
      // npm needs the identity of the workflow for provenance.
      const isPublish = path.endsWith("/release.yml") && name === "publish";
      expect(job.permissions).toEqual(isPublish ? { contents: "read", "id-token": "write" } : undefined);
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(90);
    }
  });

  it("calls scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const commands = Object.values(workflow.jobs).flatMap((job) => commandsOf(job) ?? []);
    for (const [, name = ""] of commands.join("\n").matchAll(/npm run ([\w:-]+)/g))
      expect(scripts).toHaveProperty(name);
    for (const file of commands.filter((command) => command.startsWith(".ci/")))
      expect(existsSync(root + file)).toBe(true);
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
