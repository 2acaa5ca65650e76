import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeProject, startVitest, type VitestProject } from "../helpers/projects/vitest-project.ts";
import { waitUntilNoTraces } from "../helpers/traces.ts";

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: web
          {{- if .Values.secret }}
          envFrom: [{ secretRef: { name: {{ .Values.secret }} } }]
          {{- end }}
`;
// Its name is unique in the control plane: no other test can install the chart while a release has it.
const clusterRole = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: web }\nrules: []\n";

const charts = {
  "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
  "web/templates/deployment.yaml": deployment,
  "web/templates/role.yaml": clusterRole,
};

const head = `import { installChart, templateChart } from "seatrial";
import { afterEach, beforeAll, beforeEach, describe, expect, it, test as base } from "vitest";
const never = { wait: true, values: { secret: "missing" } };
const forever = () => new Promise(() => {});
const works = async () => {
  await using release = await installChart("web", { wait: true });
  expect(release.status).toBe("deployed");
};
`;

const cascade = `${head}
it("times out", async () => {
  await using release = await installChart("web", never);
}, 3000);
it("second", works);
it("third", works);
`;

interface Outcome {
  name: string;
  status: string;
  messages: string[];
}

/** Runs the project's tests and resolves with the outcome of each. */
async function outcomesOf(project: VitestProject): Promise<Outcome[]> {
  const run = startVitest(project, ["run", "--reporter=json", "--outputFile=report.json", "--reporter=default"]);
  const { all } = await run;
  const report = JSON.parse(await readFile(join(project.directory, "report.json"), "utf8"));
  expect(all).not.toContain("Unhandled");
  await waitUntilNoTraces(project.tempDir);
  return report.testResults.flatMap(
    ({ assertionResults }: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }) =>
      assertionResults.map(({ fullName, status, failureMessages }) => ({
        name: fullName,
        status,
        messages: failureMessages,
      })),
  );
}

const config = (more = "") => `export default { test: {
  globalSetup: "seatrial/global-setup", setupFiles: "seatrial/vitest", maxWorkers: 1, ${more}
} };`;

describe("a test that times out", () => {
  it.for([
    ["in a process for each file", ""],
    ["in one process for all files", "isolate: false"],
    ["in threads", 'pool: "threads"'],
  ])("fails alone, and names what it waited for, %s", async ([_how, more]) => {
    const next = `${head}it("next file", works);`;
    const project = await makeProject({
      ...charts,
      "a.spec.ts": cascade,
      "b.spec.ts": next,
      "vitest.config.ts": config(more),
    });
    const outcomes = await outcomesOf(project);
    expect(outcomes.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
      "next file passed",
      "second passed",
      "third passed",
      "times out failed",
    ]);
    const [message = ""] = outcomes.find(({ status }) => status === "failed")?.messages ?? [];
    expect(message).toMatch(/^TestTimeoutError: Test timed out in 3000ms/);
    expect(message).toMatch(/Installing web as release web was cancelled after \d+ ms: 1 object was not ready/);
    expect(message).toContain("error: Deployment web: 0 of 1 replicas are available");
    expect(message).toContain('secret "missing" not found');
  });

  it("fails alone when it uses what it installed, hooks, retries, fixtures or other tests at the same time", async () => {
    const project = await makeProject({
      ...charts,
      "other/Chart.yaml": charts["web/Chart.yaml"].replace("web", "other"),
      "other/templates/deployment.yaml": deployment,
      "vitest.config.ts": config("testTimeout: 60_000"),
      "a.spec.ts": `${head}
describe("after its installation", () => {
  it("times out", async () => {
    await using release = await installChart("web");
    await forever();
  }, 4000);
  it("next", works);
});
describe("with an afterEach", () => {
  let release;
  afterEach(() => release?.uninstall());
  it("times out", async () => {
    release = await installChart("web");
    await forever();
  }, 4000);
  it("next", async () => { release = undefined; await works(); });
});
describe("with a call that fails first", () => {
  it("fails", () => Promise.all([installChart("web", never), templateChart("nothing")]));
  it("next", works);
});
describe("in beforeAll", () => {
  beforeAll(() => installChart("web", never), 3000);
  it("skipped", () => {});
});
describe("after beforeAll", () => it("next", works));
describe("in beforeEach", () => {
  let count = 0;
  beforeEach(async () => { if (count++ === 0) await installChart("web", never); }, 3000);
  it("fails", () => {});
  it("next", works);
});
describe.concurrent("at the same time", () => {
  it("times out", () => installChart("web", never), 3000);
  it("next", async () => {
    await using release = await installChart("other", { releaseName: "x", wait: true });
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect((await release.get("Deployment", "web")).kind).toBe("Deployment");
  });
});
describe("with a retry", () => {
  let count = 0;
  it("next", { retry: 1, timeout: 8000 }, async () => {
    await using release = await installChart("web", count++ === 0 ? never : {});
  });
});
const test = base.extend("shared", { scope: "file" }, async ({}, { onCleanup }) => {
  const release = await installChart("web");
  onCleanup(() => release[Symbol.asyncDispose]());
  return release;
});
describe("with a fixture of the file", () => {
  test("times out", async ({ shared }) => { await forever(); }, 4000);
  test("next", async ({ shared }) => {
    expect((await shared.get("Deployment", "web")).kind).toBe("Deployment");
  });
});
`,
    });
    const outcomes = await outcomesOf(project);
    const of = (name: string) => outcomes.filter((outcome) => outcome.name.endsWith(name));
    expect(of(" next").filter(({ status }) => status !== "passed")).toEqual([]);
    expect(of(" next")).toHaveLength(8);
    expect([...of(" times out"), ...of(" fails")].filter(({ status }) => status !== "failed")).toEqual([]);
    // Only vitest's own error: neither the clean-up nor an afterEach fails too.
    expect(of(" times out").filter(({ messages }) => messages.length !== 1)).toEqual([]);
    expect(of("in beforeEach fails")[0]?.messages[0]).toContain("Installing web as release web was cancelled after");
  });
});

describe("the set-up file", () => {
  const slow = `import { beforeAll, expect, it } from "vitest";
const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
`;

  it("gives tests and hooks a minute where vitest's own limits are in effect", async () => {
    const poll = `it("polls for more than a second", async () => {
  const start = Date.now();
  await expect.poll(() => Date.now() - start).toBeGreaterThan(2000);
});
`;
    const spec = `${slow}beforeAll(() => delay(11_000));\n${poll}it("takes long", () => delay(6000));`;
    const project = await makeProject({ "a.spec.ts": spec, "vitest.config.ts": config() });
    expect(await outcomesOf(project)).toMatchObject([{ status: "passed" }, { status: "passed" }]);
  });

  it("leaves the limits that the user has set", async () => {
    const spec = `${slow}it("takes long", () => delay(4000));`;
    const project = await makeProject({ "a.spec.ts": spec, "vitest.config.ts": config("testTimeout: 1500") });
    const [outcome] = await outcomesOf(project);
    expect(outcome?.messages[0]).toContain("timed out in 1500ms");
  });
});
