import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { parseYaml, YamlSyntaxError } from "../../chart/yaml.ts";
import { readYamlLines, type YamlPath } from "../../chart/yaml-lines.ts";
import { UsageError } from "../../errors/usage-error.ts";
import type { ChartConfig, RootConfig } from "./config-file.ts";
import { type ConfigKind, type ConfigProblem, findSchemaProblems } from "./config-schema.ts";

const MAX_BYTES = 1024 * 1024;

/** A seatrial.yaml. */
export interface ConfigFile<Config> {
  /** As messages name it: relative to the working directory when it is below. */
  shown: string;
  /** Where its relative paths start. */
  directory: string;
  config: Config;
  /** `charts/web/ci/seatrial.yaml:12`, the line of a key or an item. */
  at(path: YamlPath): string;
}

interface Kinds {
  rootConfig: RootConfig;
  chartConfig: ChartConfig;
}

/** Reads a seatrial.yaml and compares it with the schema. Rejects with `SEATRIAL_USAGE`, with all problems and their lines. */
export async function readConfig<Kind extends ConfigKind>(
  kind: Kind,
  path: string,
  shown: string,
): Promise<ConfigFile<Kinds[Kind]>> {
  const text = await readText(path, shown);
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlSyntaxError)) throw error;
    const at = error.line === undefined ? shown : `${shown}:${error.line}`;
    throw new UsageError(`${at}: it is not valid YAML: ${error.message}`, { cause: error });
  }
  const lines = readYamlLines(text);
  const at = (to: YamlPath) => `${shown}:${lines.lineOf(to)}`;
  const twice = lines.duplicates.map(({ key, line }) => `${shown}:${line}: ${key}: the key occurs twice`);
  const problems = await findSchemaProblems(kind, value ?? {});
  const file = { shown, directory: dirname(path), config: (value ?? {}) as Kinds[Kind], at };
  if (twice.length + problems.length > 0) throw configError(file, problems, twice);
  return file;
}

/** The error of a seatrial.yaml with these problems, in the order of their lines; `lines` are further lines of the message. */
export function configError(
  { shown, at }: Pick<ConfigFile<unknown>, "shown" | "at">,
  problems: readonly ConfigProblem[],
  lines: readonly string[] = [],
): UsageError {
  const own = problems.map(({ path, message }) => `${at(path)}: ${formatPath(path)}${message}`);
  const all = [...new Set([...lines, ...own])].sort(byLine);
  if (all.length === 1) return new UsageError(all[0] ?? "", { hint: HINT });
  return new UsageError([`${shown} has ${all.length} problems`, ...all.map((line) => `  ${line}`)].join("\n"), {
    hint: HINT,
  });
}

const HINT = "docs/configuration.md lists all keys";

function formatPath(path: YamlPath): string {
  const text = path.reduce<string>((before, key) => {
    if (/^\d+$/.test(String(key))) return `${before}[${key}]`;
    const name = /^[\w-]+$/.test(String(key)) ? String(key) : JSON.stringify(key);
    return before === "" ? name : `${before}.${name}`;
  }, "");
  return text === "" ? "" : `${text}: `;
}

function byLine(one: string, other: string): number {
  return lineOf(one) - lineOf(other);
}

function lineOf(text: string): number {
  return Number(/\.ya?ml:(\d+): /.exec(text)?.[1] ?? 0);
}

// Reading a pipe, a device or a sparse file would never end.
async function readText(path: string, shown: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) throw new UsageError(`${shown} is not a file`);
  if (found.size > MAX_BYTES) {
    throw new UsageError(`${shown} has ${found.size} bytes, the limit is ${MAX_BYTES}`);
  }
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${shown} cannot be read: ${code ?? message}`, { cause: error });
  }
}
