import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Opponent, TriedChart } from "./opponent.ts";

/** Helm's own commands, run by the engine as `seatrial helm` does. */
export interface HelmOpponents {
  opponents: Opponent[];
  /** What `helm template` renders; `undefined` if it fails. */
  render(chart: Omit<TriedChart, "manifest">): Promise<string | undefined>;
}

/** `dir` takes what Helm keeps. */
export async function openHelm(enginePath: string, version: string, dir: string): Promise<HelmOpponents> {
  const home = join(dir, "helm");
  await mkdir(home, { recursive: true });
  const paths = {
    HELM_CACHE_HOME: `${home}/cache`,
    HELM_CONFIG_HOME: `${home}/config`,
    HELM_DATA_HOME: `${home}/data`,
  };
  const run = (args: string[], kubeconfig: string) =>
    execa(enginePath, ["helm", ...args], {
      env: { HOME: home, KUBECONFIG: kubeconfig, ...paths },
      reject: false,
      stdin: "ignore",
    });
  const values = ({ valuesFiles }: Pick<TriedChart, "valuesFiles">) =>
    valuesFiles.flatMap((file) => ["--values", file]);
  const forVersion = ({ kubeVersion }: Pick<TriedChart, "kubeVersion">) =>
    kubeVersion === undefined ? [] : ["--kube-version", kubeVersion];
  const template = (chart: Omit<TriedChart, "manifest">) => {
    const { releaseName, directory, namespace } = chart;
    const args = ["template", releaseName, directory, "--namespace", namespace, "--include-crds"];
    return run([...args, ...values(chart), ...forVersion(chart)], chart.kubeconfig);
  };
  const lint: Opponent = {
    name: "helm lint",
    version,
    command: "helm lint --strict CHART",
    complain: async (chart) => {
      const args = ["lint", "--strict", chart.directory, "--namespace", chart.namespace];
      const { exitCode, stdout, stderr } = await run(
        [...args, ...values(chart), ...forVersion(chart)],
        chart.kubeconfig,
      );
      return exitCode === 0
        ? []
        : linesOf(`${stdout}\n${stderr}`).filter((line) => /^\[(?:ERROR|WARNING)\]/.test(line));
    },
  };
  const templated: Opponent = {
    name: "helm template",
    version,
    command: "helm template RELEASE CHART",
    complain: async (chart) => failureOf(await template(chart)),
  };
  const dryRun: Opponent = {
    name: "helm dry run",
    version,
    command: "helm install RELEASE CHART --dry-run=server",
    complain: async (chart) => {
      const args = ["install", chart.releaseName, chart.directory, "--dry-run=server", "--namespace", chart.namespace];
      return failureOf(await run([...args, ...values(chart)], chart.kubeconfig));
    },
  };
  return {
    opponents: [lint, templated, dryRun],
    render: async (chart) => {
      const { exitCode, stdout } = await template(chart);
      return exitCode === 0 ? stdout : undefined;
    },
  };
}

function failureOf({ exitCode, stderr }: { exitCode?: number | undefined; stderr: string }): string[] {
  if (exitCode === 0) return [];
  const lines = linesOf(stderr).filter((line) => !/^(?:WARNING|level=|I\d{4})/.test(line));
  return lines.length === 0 ? ["it fails without a message"] : [lines.join(" ")];
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
