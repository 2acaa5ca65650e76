import { readFile, realpath } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type ManifestFile, readManifestFiles } from "../../chart/manifest-files.ts";
import { isBlank, parseYaml, YamlSyntaxError } from "../../chart/yaml.ts";
import type { YamlPath } from "../../chart/yaml-lines.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { findCodeProblem, parseObjectPattern } from "../../findings/rules/allowance.ts";
import { findingRules } from "../../findings/rules/finding-rules.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import { isMapping } from "../../util/is-mapping.ts";
import type { ExpectedFailure, Layer, NamespaceSettings } from "./case-settings.ts";
import type { CaseConfig, FailureConfig } from "./config-file.ts";
import type { ConfigProblem } from "./config-schema.ts";
import { CONFIG_FILE } from "./find-config.ts";
import type { InlineFiles } from "./inline-values.ts";
import type { ConfigFile } from "./read-config.ts";

/** Where settings are written, and what reads them. */
export interface LayerSource {
  file: ConfigFile<unknown>;
  /** The keys that lead to the settings in the file. */
  path: YamlPath;
  inline: InlineFiles;
  /** The directory that paths must not lead out of. @default any path may be read */
  tree?: string | undefined;
}

/** The settings, with everything that they name, and what is wrong with them. */
export async function openLayer(
  config: CaseConfig,
  source: LayerSource,
): Promise<{ layer: Layer; problems: ConfigProblem[] }> {
  const problems: ConfigProblem[] = [];
  const read = async <Item>(
    key: string,
    value: unknown,
    readItem: (item: unknown, path: YamlPath) => Promise<Item>,
  ) => {
    const items: Item[] = [];
    const isList = Array.isArray(value);
    for (const [index, item] of (value === undefined ? [] : isList ? value : [value]).entries()) {
      const path = [...source.path, key, ...(isList ? [index] : [])];
      try {
        items.push(await readItem(item, path));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        problems.push({ path, message: error.message.split("\nHint: ")[0] ?? "" });
      }
    }
    return items;
  };
  const { namespace, releaseName, timeout, nodes, strict, skip = [], kubeVersions } = config;
  const at = (key: string, index?: number) =>
    source.file.at([...source.path, key, ...(index === undefined ? [] : [index])]);
  const layer: Layer = {
    values: await read("values", config.values, (item, path) => openValues(item, path, source)),
    given: (await read("given", config.given, (item) => openGiven(item, source))).flat(),
    allowances: await read("allow", config.allow, async (item, path) => toAllowance(item, path, source)),
    skip: new Map(skip.map((step, index) => [step, `skip in ${at("skip", index)}`])),
    releaseName,
    timeout,
    nodes,
    isStrict: strict,
  };
  if (namespace !== undefined) layer.namespace = toNamespace(namespace);
  if (kubeVersions !== undefined) layer.kubeVersions = { versions: kubeVersions, at: at("kubeVersions") };
  if (config.mustFail !== undefined) {
    layer.failures = await read("mustFail", config.mustFail, async (item, path) => toFailure(item, path, source));
  }
  return { layer, problems };
}

async function openValues(item: unknown, path: YamlPath, { inline, file, ...source }: LayerSource): Promise<string> {
  if (typeof item !== "string") return inline.write(item as Record<string, unknown>, file.at(path));
  const absolute = resolve(file.directory, item);
  await rejectOutside(absolute, source.tree);
  const text = await readFile(absolute, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`the values file ${item} cannot be read: ${error.code ?? error.message}`, { cause: error });
  });
  try {
    if (isBlank(text) || isMapping(parseYaml(text))) return absolute;
  } catch (error) {
    if (!(error instanceof YamlSyntaxError)) throw error;
    throw new UsageError(`the values file ${item} is not valid YAML: ${error.message}`, { cause: error });
  }
  throw new UsageError(`the values file ${item} is not a YAML mapping`);
}

async function openGiven(item: unknown, { file, tree }: LayerSource): Promise<ManifestFile[]> {
  if (typeof item === "string") {
    const check = (path: string) => rejectOutside(path, tree);
    await check(resolve(file.directory, item));
    return readManifestFiles([item], { plural: "objects", cwd: file.directory, check });
  }
  const object = item as unknown as KubeObject;
  if (!isMapping(object.metadata) || typeof object.metadata.name !== "string")
    throw new UsageError("the object has no metadata.name");
  return [{ file: join(file.directory, CONFIG_FILE), object }];
}

// A chart of somebody else must not read what is outside of its repository.
async function rejectOutside(path: string, tree: string | undefined): Promise<void> {
  if (tree === undefined) return;
  const [real, root] = await Promise.all([realpath(path).catch(() => path), realpath(tree)]);
  if (relative(root, real).startsWith("..")) throw new UsageError(`${path} is outside of ${tree}`);
}

function toAllowance(item: unknown, path: YamlPath, { file }: LayerSource): Layer["allowances"][number] {
  const { code, object, reason } = item as { code: string; object?: string; reason: string };
  const problem = findCodeProblem(code);
  if (problem !== undefined) throw new UsageError(`${problem.message}: ${problem.hint}`);
  const pattern = object === undefined ? undefined : parseObjectPattern(object);
  const text = object === undefined ? code : `${code}=${object}`;
  return { text, code, ...(pattern && { object: pattern }), origin: { at: file.at(path), reason } };
}

function toFailure(item: unknown, path: YamlPath, { file }: LayerSource): ExpectedFailure {
  const { code, step, object, message, reason } = item as FailureConfig;
  // Codes of Kubernetes and of Helm are not in a list.
  const known = findingRules.find((rule) => rule.code.toLowerCase() === code.toLowerCase())?.code ?? code;
  if (known !== code) {
    throw new UsageError(`there is no finding with the code ${JSON.stringify(code)}: did you mean ${known}?`);
  }
  const text = [
    code,
    ...(object === undefined ? [] : [`of ${object}`]),
    ...(step === undefined ? [] : [`in the step ${step}`]),
    ...(message === undefined ? [] : [`with ${JSON.stringify(message)}`]),
  ].join(" ");
  const pattern = object === undefined ? undefined : parseObjectPattern(object);
  return { code, step, object: pattern, message, reason, text, at: file.at(path) };
}

function toNamespace(namespace: NonNullable<CaseConfig["namespace"]>): NamespaceSettings {
  return typeof namespace === "string" ? { name: namespace } : namespace;
}
