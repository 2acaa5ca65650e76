import { join } from "node:path";
import { execa } from "execa";
import { buildTool } from "./build-tool.ts";
import { writeDefinitionSchemas } from "./json-schemas.ts";
import type { Opponent } from "./opponent.ts";

const tool = { module: "github.com/yannh/kubeconform", version: "v0.8.0", package: "./cmd/kubeconform" };

interface Answer {
  resources: {
    kind: string;
    name: string;
    status: string;
    msg: string;
    validationErrors?: { path: string; msg: string }[];
  }[];
}

/** kubeconform with schemas of the control plane, and of the chart's own definitions. */
export const kubeconform = {
  name: "kubeconform",
  version: `${tool.module} ${tool.version}`,
  command: "kubeconform -strict, with the schemas of the control plane and of the chart's crds/",
  open: async (): Promise<Opponent> => {
    const program = await buildTool(tool);
    const { name, version, command } = kubeconform;
    return {
      name,
      version,
      command,
      complain: async ({ manifest, schemas, directory }) => {
        if (manifest === undefined) return [];
        const own = await writeDefinitionSchemas(directory, `${manifest}.schemas`);
        const locations = [schemas, ...own].flatMap((path) => [
          "-schema-location",
          join(path, "{{.ResourceKind}}{{.KindSuffix}}.json"),
        ]);
        const args = ["-strict", "-output", "json", ...locations, manifest];
        const { exitCode, stdout, stderr } = await execa(program, args, { reject: false, stdin: "ignore" });
        if (exitCode === 0) return [];
        const answer = readJson<Answer>(stdout);
        if (answer === undefined) return [stderr === "" ? stdout : stderr];
        return answer.resources.map(({ kind, name: object, msg, validationErrors = [] }) =>
          [`${kind}/${object}`, msg, ...validationErrors.map((one) => `${one.path} ${one.msg}`)].join(": "),
        );
      },
    };
  },
};

/** The value of a JSON text; `undefined` if it is not JSON. */
export function readJson<Value>(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
