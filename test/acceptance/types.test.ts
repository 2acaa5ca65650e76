import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { makeProject } from "../helpers/projects/vitest-project.ts";
import { repositoryPath } from "../helpers/repository/repository-path.ts";

const schema = {
  properties: { replicas: { type: "integer" }, service: { properties: { port: { type: "integer" } } } },
  additionalProperties: false,
};
const spec = `import { dryRunChart, installChart, templateChart } from "seatrial";
export const right = [
  () => installChart("charts/web", { values: { replicas: 3, service: { port: 80 } } }),
  () => templateChart("charts/web", { values: ["values.yaml", { replicas: 1 }] }),
  () => dryRunChart("charts/other", { values: { anything: 1 } }),
];
export const wrong = [
  // @ts-expect-error: it is replicas
  () => templateChart("charts/web", { values: { replica: 3 } }),
  // @ts-expect-error: it is a number
  () => installChart("charts/web", { values: { service: { port: "80" } } }),
  // @ts-expect-error: it is values
  () => installChart("charts/web", { vaules: {} }),
];
`;
const compilerOptions = {
  module: "nodenext",
  target: "es2024",
  lib: ["es2024", "esnext.disposable"],
  typeRoots: [repositoryPath("node_modules/@types")],
  types: ["node"],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

describe("seatrial types", () => {
  it("writes declarations with which TypeScript checks the values of a chart", async () => {
    const { directory: cwd, env } = await makeProject({
      "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
      "charts/web/values.schema.json": JSON.stringify(schema),
      "charts/other/Chart.yaml": "apiVersion: v2\nname: other\nversion: 0.1.0\n",
      "spec.ts": spec,
      "tsconfig.json": JSON.stringify({ compilerOptions, include: ["spec.ts", "types"] }),
    });
    const { stdout } = await execa(process.execPath, [repositoryPath("bin/seatrial.js"), "types"], { cwd, env });
    expect(stdout.split("\n").sort()).toEqual([
      "skipped  charts/other: it has no values.schema.json",
      "written  types/charts/web.d.ts",
    ]);
    const tsc = execa(process.execPath, [repositoryPath("node_modules/typescript/bin/tsc"), "-p", "."], { cwd, env });
    expect(await tsc).toMatchObject({ exitCode: 0, stdout: "" });
  });
});
