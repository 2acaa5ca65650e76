import { describe, expect, it } from "vitest";
import { makeProject, startVitest } from "../helpers/projects/vitest-project.ts";

const config = 'export default { test: { globalSetup: "seatrial/global-setup", setupFiles: "seatrial/vitest" } };';
const service = "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 99999 }] }\n";
const spec = `import { currentControlPlane, installChart } from "seatrial";
import { expect, it } from "vitest";
it("is refused", async () => {
  await installChart("web");
});
it("asks for nothing", async () => {
  await currentControlPlane().helm.status({ namespace: "default", releaseName: "nothing" });
});
it("keeps the fields of errors", async () => {
  const error = await installChart("web").catch((error) => error);
  expect(error.findings).toHaveLength(2);
  expect(error.cause.helmCode).toBe("cluster");
  expect(JSON.parse(JSON.stringify({ error })).error.findings).toEqual(error.findings);
});
`;

describe("the output of a failing test", () => {
  it("has each finding of an installation once, with the release and without its random namespace", async () => {
    const project = await makeProject({
      "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
      "web/templates/service.yaml": service,
      "web.spec.ts": spec,
      "vitest.config.ts": config,
    });
    const { all, exitCode } = await startVitest(project);
    expect({ exitCode, all }).toMatchObject({ exitCode: 1, all: expect.stringContaining("2 failed | 1 passed") });
    const count = (text: string) => all.split(text).length - 1;
    expect(count("Installing web as release web failed: 2 findings")).toBe(1);
    expect(count("error: Service web: spec.ports[0].port: Invalid value: 99999")).toBe(1);
    expect(count("spec.ports[0].port")).toBe(1);
    expect(count("helm status failed: release: not found")).toBe(1);
    expect(all).not.toMatch(/Caused by|Serialized Error|web-[a-z0-9]{6}\b/);
    // The line of the spec that failed.
    expect(all).toMatch(/> 4\||❯ web\.spec\.ts:4:/);
  });
});
