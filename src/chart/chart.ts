import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { ChartError } from "../errors/chart-error.ts";
import { parseYaml, YamlSyntaxError } from "./yaml.ts";

const MAX_CHART_YAML_BYTES = 1024 * 1024;

/** The fields of a Chart.yaml that seatrial reads. */
export interface ChartMetadata {
  apiVersion: string;
  name: string;
  version: string;
  appVersion?: string;
  /** `library` charts cannot be installed. */
  type: "application" | "library";
  kubeVersion?: string;
  description?: string;
  dependencies: { name: string; version: string; repository?: string; alias?: string; condition?: string }[];
}

/** A chart on disk. */
export interface Chart {
  /** Absolute: a directory, or a `.tgz`. */
  path: string;
  metadata: ChartMetadata;
}

/** Reads the Chart.yaml of a chart's directory. Rejects with `SEATRIAL_CHART_LOAD` when it is missing or invalid. */
export async function readChart(path: string): Promise<Chart> {
  const directory = resolve(path);
  const file = join(directory, "Chart.yaml");
  await throwUnlessReadable(file, path);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const found = await stat(directory).catch(() => undefined);
    const problem =
      found === undefined
        ? "nothing exists at this path"
        : found.isDirectory()
          ? "it has no Chart.yaml"
          : "it is not a directory";
    throw new ChartError("SEATRIAL_CHART_LOAD", `${path} is not a chart: ${problem}`, { cause: error });
  }
  return { path: directory, metadata: toMetadata(parseChartYaml(text, path), path) };
}

/** The name in a chart's Chart.yaml; of a `.tgz`, the file's name without the version. */
export async function readChartName(path: string): Promise<string> {
  const packaged = /^(.*?)(?:-v?\d+\.\d+.*)?\.(?:tgz|tar\.gz)$/.exec(basename(path));
  return packaged === null ? (await readChart(path)).metadata.name : (packaged[1] ?? "");
}

/** A text as a release name: DNS-safe, at most 53 characters, as Helm demands. */
export function toReleaseName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 53)
    .replace(/-+$/, "");
  return name === "" ? "release" : name;
}

// Reading a pipe, a device or a sparse file would never end. A missing file is reported by the caller.
async function throwUnlessReadable(file: string, path: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return;
  const problem = found.isFile()
    ? found.size > MAX_CHART_YAML_BYTES && `has ${found.size} bytes, the limit is ${MAX_CHART_YAML_BYTES}`
    : "is not a file";
  if (problem === false) return;
  throw new ChartError("SEATRIAL_CHART_LOAD", `${join(path, "Chart.yaml")} ${problem}`, { file: "Chart.yaml" });
}

function parseChartYaml(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlSyntaxError)) throw error;
    throw new ChartError("SEATRIAL_CHART_LOAD", `${join(path, "Chart.yaml")} is not valid YAML: ${error.message}`, {
      file: "Chart.yaml",
      line: error.line,
      cause: error,
    });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ChartError("SEATRIAL_CHART_LOAD", `${join(path, "Chart.yaml")} is not a mapping`, { file: "Chart.yaml" });
}

function toMetadata(value: Record<string, unknown>, path: string): ChartMetadata {
  const { name, version } = value;
  if (typeof name !== "string" || name === "") {
    throw new ChartError("SEATRIAL_CHART_LOAD", `${join(path, "Chart.yaml")} has no name`, { file: "Chart.yaml" });
  }
  const dependencies = Array.isArray(value.dependencies) ? (value.dependencies as ChartMetadata["dependencies"]) : [];
  const metadata: ChartMetadata = {
    apiVersion: String(value.apiVersion ?? ""),
    name,
    version: version === undefined || version === null ? "" : String(version),
    type: value.type === "library" ? "library" : "application",
    dependencies,
  };
  if (value.appVersion !== undefined && value.appVersion !== null) metadata.appVersion = String(value.appVersion);
  if (typeof value.kubeVersion === "string") metadata.kubeVersion = value.kubeVersion;
  if (typeof value.description === "string") metadata.description = value.description;
  return metadata;
}
