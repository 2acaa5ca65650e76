import { describe, expect, it } from "vitest";
import { makeProject, startVitest, waitForMark } from "../helpers/projects/vitest-project.ts";
import { stage } from "../helpers/stages.ts";
import { waitUntilNoTraces } from "../helpers/traces.ts";

const labelled = stage(
  "label",
  "ConfigMap",
  `selector: { matchExpressions: [{ key: .metadata.labels.staged, operator: DoesNotExist }] }
next: { patches: [{ template: 'metadata: { labels: { staged: "true" } }' }] }`,
  "v1",
);

const spec = (mark: string, nodesCount: number) => `import { expect, it } from "vitest";
import { currentControlPlane } from "seatrial";
import { mark } from "./mark.js";
it("has the nodes and Stages of the set-up", async () => {
  const { kube } = currentControlPlane();
  expect(await kube.list("v1", "Node")).toHaveLength(${nodesCount});
  const name = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "${mark}" };
  await kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "default", name: "${mark}" } });
  const labels = async () => (await kube.get(name)).metadata.labels;
  if (${nodesCount} === 1) await expect.poll(labels, { timeout: 10_000 }).toEqual({ staged: "true" });
  else expect(await labels()).toBeUndefined();
  mark("${mark}");
});
`;

// As docs/simulation.md shows it.
const documented = `
import { controlPlaneSetup } from "seatrial/global-setup";

export default controlPlaneSetup({ simulation: { nodes: 1, stages: "stages/*.yaml" } });
`;

const configOf = (projects: Record<string, string>) => {
  const list = Object.entries(projects).map(([name, globalSetup]) => ({
    test: { name, include: [`${name}.spec.ts`], globalSetup, setupFiles: "seatrial/vitest", testTimeout: 60_000 },
  }));
  return `export default { test: { projects: ${JSON.stringify(list)} } };`;
};

describe("controlPlaneSetup", () => {
  it("starts one control plane for the projects with the same options, and another for others", async () => {
    const project = await makeProject({
      "stages/label.yaml": labelled,
      "setup-one.js": documented,
      "setup-two.js": documented.replace('nodes: 1, stages: "stages/*.yaml"', "nodes: 2"),
      "one.spec.ts": spec("one", 1),
      "same.spec.ts": spec("same", 1),
      "two.spec.ts": spec("two", 2),
      "vitest.config.ts": configOf({ one: "./setup-one.js", same: "./setup-one.js", two: "./setup-two.js" }),
    });
    const { exitCode, all } = await startVitest(project);
    expect({ exitCode, all }).toMatchObject({ exitCode: 0, all: expect.stringContaining("3 passed") });
    const [one, same, two] = await Promise.all(["one", "same", "two"].map((name) => waitForMark(project, name)));
    expect(same?.plane.pid).toBe(one?.plane.pid);
    expect(two?.plane.pid).not.toBe(one?.plane.pid);
    await waitUntilNoTraces(project.tempDir);
  });

  it("fails the run and says what is wrong with its options", async () => {
    const project = await makeProject({
      "setup.js": documented.replace("nodes:", "node:"),
      "one.spec.ts": spec("one", 1),
      "vitest.config.ts": configOf({ one: "./setup.js" }),
    });
    const { exitCode, all } = await startVitest(project);
    expect(exitCode).toBe(1);
    expect(all).toContain('unknown option "node"');
    expect(all).toContain('did you mean "nodes"?');
    await waitUntilNoTraces(project.tempDir);
  });
});
