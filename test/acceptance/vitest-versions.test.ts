import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { makeProject, startVitest } from "../helpers/projects/vitest-project.ts";
import { repositoryPath } from "../helpers/repository/repository-path.ts";

const example = (file: string) => readFile(repositoryPath(`docs/examples/kubernetes-versions/${file}`), "utf8");

// Fails on every version but one, with what it saw.
const spec = `import { currentControlPlane, templateChart } from "seatrial";
import { expect, it } from "vitest";
it("runs", async () => {
  const chart = await templateChart(${JSON.stringify(repositoryPath("charts/web"))}, { showOnly: ["templates/configmap.yaml"] });
  expect(chart.all("ConfigMap")).toHaveLength(1);
  const policies = (await currentControlPlane().kube.discovery.all()).some(({ kind }) => kind === "MutatingAdmissionPolicy");
  expect(currentControlPlane().versions.kubernetes + " serves " + policies).toBe("v1.36.0 serves true");
});
`;

it("a vitest project for each version has its own control plane, and all are in one report", async () => {
  const config = (await example("vitest.config.mjs")).replace('"1.34", "1.35", "1.36", "1.37"', '"1.35", "1.36"');
  expect(config).toContain('"1.35", "1.36"]');
  const files = {
    "vitest.config.mjs": config,
    "global-setup.mjs": await example("global-setup.mjs"),
    "a.test.mjs": spec,
  };
  const project = await makeProject(files, { withConfig: false });
  const { exitCode, all = "" } = await startVitest(project);
  expect(all).toMatch(/FAIL {2}\|?\s*1\.35\|? a\.test\.mjs > runs/);
  expect(all).toContain("v1.35.0 serves false");
  expect(all).toMatch(/Tests {2}1 failed \| 1 passed \(2\)/);
  expect(exitCode).toBe(1);
});
