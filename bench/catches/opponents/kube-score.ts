import { execa } from "execa";
import { buildTool } from "./build-tool.ts";
import { readJson } from "./kubeconform.ts";
import type { Opponent } from "./opponent.ts";

const tool = { module: "github.com/zegl/kube-score", version: "v1.20.0", package: "./cmd/kube-score" };

// As kube-score: 1 is critical, 5 a warning, 7 almost right, 10 right.
const WARNING = 5;

interface ScoredObject {
  type_meta: { kind?: string };
  object_meta: { name?: string };
  checks: {
    check: { id: string };
    grade: number;
    skipped: boolean;
    comments: { path: string; summary: string; description: string }[] | null;
  }[];
}

/** kube-score with its default checks, warnings included. */
export const kubeScore = {
  name: "kube-score",
  version: `${tool.module} ${tool.version}`,
  command: "kube-score score --exit-one-on-warning",
  open: async (): Promise<Opponent> => {
    const program = await buildTool(tool);
    const { name, version, command } = kubeScore;
    return {
      name,
      version,
      command,
      complain: async ({ manifest, kubeVersion = "1.37" }) => {
        if (manifest === undefined) return [];
        const args = ["score", "--output-format", "json", "--kubernetes-version", `v${kubeVersion}`, manifest];
        const { stdout, stderr } = await execa(program, args, { reject: false, stdin: "ignore" });
        const answer = readJson<ScoredObject[] | null>(stdout);
        if (answer === undefined) return [stderr === "" ? stdout : stderr];
        return (answer ?? []).flatMap(({ type_meta, object_meta, checks }) =>
          checks
            .filter(({ grade, skipped }) => !skipped && grade <= WARNING)
            .flatMap(({ check, comments }) =>
              (comments ?? [{ path: "", summary: "", description: "" }]).map(({ path, summary, description }) =>
                `${type_meta.kind}/${object_meta.name}: ${check.id}: ${path} ${summary} ${description}`.trim(),
              ),
            ),
        );
      },
    };
  },
};
