import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { buildTool } from "./build-tool.ts";
import type { Opponent } from "./opponent.ts";

const tool = {
  module: "github.com/helm-unittest/helm-unittest",
  version: "v1.1.2",
  package: "./cmd/helm-unittest",
};

/**
 * helm-unittest with the one check that needs no knowledge of the chart: every template renders, and is YAML. Everything else that
 * it checks is what the author of a chart writes down.
 */
export const helmUnittest = {
  name: "helm-unittest",
  version: `${tool.module} ${tool.version}`,
  command: "helm-unittest --strict, with a suite that asserts notFailedTemplate",
  open: async (): Promise<Opponent> => {
    const program = await buildTool(tool);
    const { name, version, command } = helmUnittest;
    return {
      name,
      version,
      command,
      complain: async ({ directory, releaseName, namespace, valuesFiles }) => {
        const copy = `${directory}.unittest`;
        await cp(directory, copy, { recursive: true });
        try {
          await mkdir(join(copy, "tests"), { recursive: true });
          await writeFile(join(copy, "tests", "renders_test.yaml"), suiteOf(releaseName, namespace));
          const values = valuesFiles.flatMap((file) => ["--values", file]);
          const args = ["--strict", "--with-subchart=false", ...values, copy];
          const { exitCode, stdout, stderr } = await execa(program, args, { reject: false, stdin: "ignore" });
          if (exitCode === 0) return [];
          const text = `${stdout}\n${stderr}`.replaceAll(copy, directory);
          return [text.replaceAll(/\s*Time:.*$/gm, "").replaceAll(/\s+/g, " ")];
        } finally {
          await rm(copy, { recursive: true });
        }
      },
    };
  },
};

function suiteOf(releaseName: string, namespace: string): string {
  return [
    "suite: every template",
    `release: { name: ${releaseName}, namespace: ${namespace} }`,
    "tests:",
    "  - it: renders",
    "    asserts:",
    "      - notFailedTemplate: {}",
    "",
  ].join("\n");
}
